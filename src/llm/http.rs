//! The HTTP client: TLS, proxies and time limits.

use super::error::LlmError;
use super::transport::chain;
use crate::config::Network;

/// A client that follows no redirect, since one would carry the key to another host, and repeats
/// nothing by itself. Proxies are taken from the environment.
pub(super) fn client(network: &Network) -> Result<reqwest::Client, LlmError> {
    // Somebody else in the process may have installed a provider; any will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(concat!("docgen/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(network.connect_timeout)
        .timeout(network.request_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()
        .map_err(|error| LlmError::Setup(chain(&error)))
}
