//! The HTTP client: TLS, proxies and the upkeep of connections.

use std::time::Duration;

use reqwest::ClientBuilder;
use reqwest::header::{HeaderMap, HeaderValue};
use url::Url;

use super::error::LlmError;
use super::transport::chain;
use super::trust;
use crate::config::Network;

/// Azure's load balancer forgets an idle connection after 4 minutes, many a company's firewall
/// sooner; a request sent into one that is forgotten waits in vain.
const IDLE: Duration = Duration::from_secs(90);
/// An unused connection is probed this often, so that a firewall keeps it while a model thinks, and
/// a peer that has vanished is noticed.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// The variables that name proxies; the names in lower case count too.
const PROXIES: [&str; 3] = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];

/// A client for a model's server: HTTP/2 where the server offers it, through the proxies that the
/// environment names. It follows no redirect, since one would carry the key to another host, and
/// repeats nothing by itself.
pub(super) fn client(network: &Network) -> Result<reqwest::Client, LlmError> {
    check_proxies(|name| std::env::var(name).ok())?;
    build(builder(network)?)
}

/// A client that goes past every proxy, to what stands beside the machine; it is there at once or
/// not at all.
#[cfg(feature = "entra")]
pub(super) fn without_proxy(network: &Network) -> Result<reqwest::Client, LlmError> {
    let soon = network.connect_timeout.min(Duration::from_secs(3));
    build(builder(network)?.no_proxy().connect_timeout(soon))
}

fn builder(network: &Network) -> Result<ClientBuilder, LlmError> {
    // Somebody else in the process may have installed a provider; any will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut headers = HeaderMap::new();
    for (name, value) in &network.headers {
        let value = HeaderValue::from_str(value);
        let value =
            value.map_err(|_| LlmError::Setup(format!("no value for the header {name}")))?;
        headers.insert(*name, value);
    }
    let builder = reqwest::Client::builder()
        .default_headers(headers)
        .user_agent(concat!("docgen/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(network.connect_timeout)
        .pool_idle_timeout(IDLE)
        .tcp_keepalive(KEEPALIVE)
        .tcp_keepalive_interval(KEEPALIVE)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never());
    Ok(match trust::certificates(&network.authorities)? {
        Some(certificates) => builder.tls_certs_only(certificates),
        None => builder,
    })
}

fn build(builder: ClientBuilder) -> Result<reqwest::Client, LlmError> {
    builder
        .build()
        .map_err(|error| LlmError::Setup(chain(&error)))
}

/// Refuses a proxy whose address is none: it would be passed over in silence, and the request would
/// go past it.
fn check_proxies(variable: impl Fn(&str) -> Option<String>) -> Result<(), LlmError> {
    let names = PROXIES
        .iter()
        .flat_map(|name| [(*name).to_owned(), name.to_lowercase()]);
    for name in names {
        let value = variable(&name).unwrap_or_default();
        if !value.trim().is_empty() && !is_proxy(&value) {
            return Err(LlmError::BadProxy { variable: name });
        }
    }
    Ok(())
}

fn is_proxy(address: &str) -> bool {
    let address = if address.contains("://") {
        address.to_owned()
    } else {
        format!("http://{address}")
    };
    let schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];
    Url::parse(&address)
        .is_ok_and(|url| schemes.contains(&url.scheme()) && url.host_str().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_s_address_is_looked_at_and_not_repeated() {
        let check =
            |value: &str| check_proxies(|name| (name == "https_proxy").then(|| value.to_owned()));
        for good in [
            "",
            " ",
            "proxy:8080",
            "http://me:pass%40word@proxy.example:3128/",
            "socks5h://127.0.0.1:1080",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in ["http://", "ftp://hidden", "hidden host:80", "proxy:port"] {
            let error = check(bad).unwrap_err();
            let shown = format!("{error} {error:?} {:?}", error.hint());
            assert!(shown.contains("`https_proxy`"), "{shown}");
            assert!(!shown.contains("hidden"), "{shown}");
        }
    }
}
