//! The way to an index: a request is sent until it is answered, or cannot be.

use std::time::{Duration, Instant, SystemTime};

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;
use url::Url;

use super::SearchError;
use crate::config::{self, AzureSearch, Credential, Entra};
use crate::llm::auth::{Auth, Credentials, scope};
use crate::llm::error::{Failure, LlmError, Service, Target, excerpt};
use crate::llm::http;
use crate::llm::retry::{Again, Answer, Attempts, Exceeded, Sign, wait_in_headers};
use crate::llm::server_error::ServerError;
use crate::llm::transport::{Unanswered, read_answer};

/// An index of a service, and how it is reached.
pub(super) struct Connection {
    http: reqwest::Client,
    endpoint: Url,
    pub(super) index: String,
    api_version: String,
    pub(super) host: String,
    auth: Auth,
    network: config::Network,
    pub(super) retry: config::Retry,
}

/// What is sent.
pub(super) struct Request<'b> {
    pub(super) method: Method,
    /// Below the index.
    pub(super) path: &'static [&'static str],
    pub(super) headers: HeaderMap,
    pub(super) body: Option<&'b [u8]>,
}

impl Connection {
    /// Prepares to send requests; sends none yet.
    pub(super) fn new(
        settings: &AzureSearch,
        network: &config::Network,
        retry: config::Retry,
    ) -> Result<Self, LlmError> {
        let http = http::client(network)?;
        let host = settings.endpoint.host_str().unwrap_or_default();
        let host = match settings.endpoint.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let credential = match &settings.credential {
            Credential::Entra(entra) if entra.scope.is_none() => Credential::Entra(Entra {
                scope: Some(scope::of_search(&host)),
                ..entra.clone()
            }),
            credential => credential.clone(),
        };
        let target = Target {
            service: Service::Azure,
            name: settings.index.as_str().into(),
            host: host.as_str().into(),
        };
        let auth = Credentials::new(&http, network).auth(Some(&credential), &target)?;
        Ok(Self {
            auth,
            http,
            endpoint: settings.endpoint.clone(),
            index: settings.index.clone(),
            api_version: settings.api_version.clone(),
            host,
            network: network.clone(),
            retry,
        })
    }

    /// Posts a body to a path below the index.
    pub(super) async fn post(
        &self,
        path: &'static [&'static str],
        body: &Value,
    ) -> Result<Answer, SearchError> {
        self.post_bytes(path, body.to_string().as_bytes()).await
    }

    pub(super) async fn post_bytes(
        &self,
        path: &'static [&'static str],
        body: &[u8],
    ) -> Result<Answer, SearchError> {
        self.send(&Request {
            method: Method::POST,
            path,
            headers: HeaderMap::new(),
            body: Some(body),
        })
        .await
    }

    /// Sends a request until it is answered, or cannot be.
    pub(super) async fn send(&self, request: &Request<'_>) -> Result<Answer, SearchError> {
        let mut attempts = Attempts::new(self.retry);
        let mut is_renewed = false;
        loop {
            if let Err(failure) = attempts.begin(Instant::now()) {
                return Err(self.exhausted(&attempts, failure));
            }
            let again = match self.attempt(request).await? {
                Ok(answer) if answer.status.is_success() => return Ok(answer),
                Ok(answer) => match self.read_failure(&answer) {
                    Ok(again) => again,
                    Err(SearchError::Unauthorized { message, .. })
                        if !is_renewed && self.auth.rejected(&message) =>
                    {
                        is_renewed = true;
                        attempts.discount();
                        continue;
                    }
                    Err(error) => return Err(error),
                },
                Err(again) => again,
            };
            self.wait(&mut attempts, again).await?;
        }
    }

    async fn attempt(&self, request: &Request<'_>) -> Result<Result<Answer, Again>, SearchError> {
        let mut sent = self
            .http
            .request(request.method.clone(), self.url(request.path))
            .headers(request.headers.clone());
        if let Some(body) = request.body {
            sent = sent
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_vec());
        }
        if let Some((name, value)) = self.auth.header().await? {
            sent = sent.header(name, value);
        }
        match read_answer(sent, &self.network).await {
            Ok(answer) => {
                tracing::debug!(
                    status = answer.status.as_u16(),
                    "Azure AI Search, {} {}",
                    request.method,
                    request.path.join("/")
                );
                Ok(Ok(answer))
            }
            Err(Unanswered::Passing(failure)) => Ok(Err(Again::after_failure(failure))),
            Err(Unanswered::Untrusted(message)) => Err(SearchError::Untrusted {
                host: self.host.clone(),
                message,
            }),
            Err(Unanswered::ProxyDenied) => Err(SearchError::ProxyDenied(self.host.clone())),
        }
    }

    /// What an answer that is none means: another attempt, or the end.
    fn read_failure(&self, answer: &Answer) -> Result<Again, SearchError> {
        let status = answer.status.as_u16();
        let message = self.auth.redact(ServerError::read(&answer.body).message);
        let host = self.host.clone();
        let index = self.index.clone();
        Err(match status {
            401 => SearchError::Unauthorized { host, message },
            403 => SearchError::Forbidden { host, message },
            404 => SearchError::NotFound {
                host,
                index,
                message,
            },
            408 | 429 | 500..=599 => {
                let after = wait_in_headers(&answer.headers, SystemTime::now());
                return Ok(Again {
                    failure: Failure::Status { status, message },
                    after: after.map(|wait| wait.min(self.retry.max_retry_after)),
                    // Azure AI Search says with 503 too that it has too much to do.
                    sign: match status {
                        429 | 503 => Sign::Throttled(Exceeded::Requests),
                        _ => Sign::Broken,
                    },
                });
            }
            _ => SearchError::Rejected {
                host,
                status,
                message,
            },
        })
    }

    /// Waits until something may be sent again.
    pub(super) async fn wait(
        &self,
        attempts: &mut Attempts,
        again: Again,
    ) -> Result<(), SearchError> {
        // A service that never ceases to throttle would be waited for until the deadline.
        let again = Again {
            sign: Sign::Overloaded,
            ..again
        };
        let wait: Duration = attempts
            .next_wait(again, Instant::now())
            .map_err(|last| self.exhausted(attempts, last))?;
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// The error when no more attempts are left.
    pub(super) fn exhausted(&self, attempts: &Attempts, last: Failure) -> SearchError {
        SearchError::Unanswered {
            host: self.host.clone(),
            attempts: attempts.sent(),
            last,
        }
    }

    /// The error of an answer that cannot be read.
    pub(super) fn odd(&self, fault: &str) -> SearchError {
        SearchError::Odd {
            host: self.host.clone(),
            fault: excerpt(fault),
        }
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.endpoint.clone();
        url.set_fragment(None);
        url.set_query(None);
        if let Ok(mut segments) = url.path_segments_mut() {
            segments
                .pop_if_empty()
                .push(&format!("indexes('{}')", self.index))
                .extend(path);
        }
        url.query_pairs_mut()
            .append_pair("api-version", &self.api_version);
        url
    }
}
