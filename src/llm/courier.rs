//! A client for what else docgen sends over HTTP: on the same proxies and with the same trust as requests to
//! a model, but without what belongs to them.

use std::time::Duration;

use super::error::LlmError;
use super::http;
use super::transport::chain;
use crate::config::{Authorities, Network};

/// Time to connect, to whoever stands nearby or not at all.
const CONNECT: Duration = Duration::from_secs(3);

/// Time for the rest.
const WHOLE: Duration = Duration::from_secs(10);

/// Posts bytes to a server that the user has named.
#[derive(Debug, Clone)]
pub struct Courier(reqwest::Client);

impl Courier {
    /// Prepares to post; `authorities` are those that are trusted in place of the system's, if there are any.
    pub fn new(authorities: &[Authorities]) -> Result<Self, LlmError> {
        let network = Network {
            connect_timeout: CONNECT,
            read_timeout: WHOLE,
            request_timeout: WHOLE,
            authorities: authorities.to_vec(),
            headers: Vec::new(),
        };
        http::client(&network).map(Self)
    }

    /// Posts `body` with `headers` to `url` and gives the status of the answer; an error is its reason in words.
    pub async fn post(
        &self,
        url: &str,
        headers: Vec<(String, Vec<u8>)>,
        body: Vec<u8>,
    ) -> Result<u16, String> {
        let mut post = self.0.post(url).body(body);
        for (name, value) in headers {
            post = post.header(name, value);
        }
        // An address may hold a password.
        let answer = post
            .send()
            .await
            .map_err(|error| chain(&error.without_url()));
        Ok(answer?.status().as_u16())
    }
}
