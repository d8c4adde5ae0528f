//! Azure AI Search over its REST interface: an index of documents, filled and searched.
//!
//! Bodies and paths are those of `searchindex.json` and `searchservice.json` in Azure's published
//! specifications, version 2024-07-01.

mod error;
mod wire;

use std::time::{Duration, Instant, SystemTime};

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, IF_NONE_MATCH};
use serde_json::Value;
use url::Url;

use super::auth::{Auth, Credentials, scope};
use super::error::{Failure, LlmError, Service, Target};
use super::http;
use super::retry::{Again, Answer, Attempts, Exceeded, Sign, wait_in_headers};
use super::server_error::ServerError;
use super::transport::{Unanswered, read_answer};
use crate::config::{self, AzureSearch, Credential, Entra};

pub use error::SearchError;
pub use wire::{Listed, SearchDocument, SearchQuery};
use wire::{Status, definition, listing, read_hits, read_listing, read_statuses};

/// The most documents in one batch, and the most bytes; a little below the service's 16 MB, which it
/// does not define to the byte.
const MOST_DOCUMENTS: usize = 1_000;
const MOST_BYTES: usize = 15_000_000;

/// Documents in an answer, at most.
const PAGE: usize = 1_000;

/// The furthest that a listing can be paged through.
const FURTHEST: usize = 100_000;

/// Whether an index was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexState {
    /// It was.
    Found,
    /// It was made.
    Made,
    /// The credentials may search, and not see how the index is made.
    QueryOnly,
}

/// What became of a batch of changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// Documents that were taken.
    pub taken: usize,
    /// Those that were not, and will not be.
    pub refused: Vec<Refusal>,
}

/// A document that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Its key.
    pub key: String,
    /// Why, in the service's words.
    pub message: String,
}

/// An index of Azure AI Search.
pub struct SearchClient {
    http: reqwest::Client,
    endpoint: Url,
    index: String,
    api_version: String,
    host: String,
    auth: Auth,
    network: config::Network,
    retry: config::Retry,
}

/// What is sent.
struct Request<'b> {
    method: Method,
    /// Below the index.
    path: &'static [&'static str],
    headers: HeaderMap,
    body: Option<&'b [u8]>,
}

impl SearchClient {
    /// Prepares to send requests; sends none yet.
    pub fn new(
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

    /// Sees that the index is there and as it has to be, with vectors of so many `dimensions` if there
    /// are any; makes it if it is not.
    pub async fn ensure_index(&self, dimensions: Option<usize>) -> Result<IndexState, SearchError> {
        match self.definition().await {
            Ok(found) => {
                wire::check(&found, dimensions)
                    .map_err(|fault| SearchError::OtherIndex(self.index.clone(), fault))?;
                return Ok(IndexState::Found);
            }
            Err(SearchError::Forbidden { .. }) => return Ok(IndexState::QueryOnly),
            Err(SearchError::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
        let body = bytes(&definition(&self.index, dimensions));
        let mut headers = HeaderMap::new();
        // Whoever else makes it at the same time makes the same.
        headers.insert(IF_NONE_MATCH, HeaderValue::from_static("*"));
        let put = Request {
            method: Method::PUT,
            path: &[],
            headers,
            body: Some(&body),
        };
        match self.send(&put).await {
            Ok(_) => Ok(IndexState::Made),
            Err(SearchError::Rejected { status: 412, .. }) => Ok(IndexState::Found),
            Err(error) => Err(error),
        }
    }

    async fn definition(&self) -> Result<Value, SearchError> {
        let answer = self
            .send(&Request {
                method: Method::GET,
                path: &[],
                headers: HeaderMap::new(),
                body: None,
            })
            .await?;
        serde_json::from_slice(&answer.body).map_err(|error| self.odd(&error.to_string()))
    }

    /// Every document of a project, by key and hash.
    pub async fn list(&self, project: &str) -> Result<Vec<Listed>, SearchError> {
        let mut all = Vec::new();
        loop {
            let body = listing(project, PAGE, all.len());
            let answer = self.post(&["docs", "search.post.search"], &body).await?;
            let page = read_listing(&answer.body).map_err(|fault| self.odd(&fault))?;
            let is_last = page.len() < PAGE;
            all.extend(page);
            if is_last || all.len() >= FURTHEST {
                return Ok(all);
            }
        }
    }

    /// Adds documents, or replaces those of the same keys.
    pub async fn upload(&self, documents: &[SearchDocument]) -> Result<Sent, SearchError> {
        let actions = documents.iter().map(|one| {
            let action = serde_json::to_vec(&wire::Upload::new(one)).unwrap_or_default();
            (one.key.clone(), action)
        });
        self.change(actions.collect()).await
    }

    /// Takes documents out; one that is not there is no error.
    pub async fn delete(&self, keys: &[String]) -> Result<Sent, SearchError> {
        let actions = keys
            .iter()
            .map(|key| (key.clone(), bytes(&wire::deletion(key))));
        self.change(actions.collect()).await
    }

    /// Sends changes in as many batches as it takes. What the service could not take for the moment is
    /// sent again.
    async fn change(&self, mut open: Vec<(String, Vec<u8>)>) -> Result<Sent, SearchError> {
        let mut sent = Sent::default();
        let mut attempts = Attempts::new(self.retry);
        while !open.is_empty() {
            if let Err(failure) = attempts.begin(Instant::now()) {
                return Err(self.exhausted(&attempts, failure));
            }
            let mut again = Vec::new();
            let mut reason = None;
            for batch in batches(&open) {
                let statuses = self.batch(batch).await?;
                for (key, action) in batch {
                    match statuses.iter().find(|one| one.key == *key) {
                        Some(status) if status.is_taken() => sent.taken += 1,
                        Some(status) if !status.may_pass() => sent.refused.push(Refusal {
                            key: key.clone(),
                            message: status.message(),
                        }),
                        status => {
                            reason = status.map(Status::failure).or(reason);
                            again.push((key.clone(), action.clone()));
                        }
                    }
                }
            }
            open = again;
            if !open.is_empty() {
                let failure = reason.unwrap_or_else(|| {
                    Failure::Malformed("it does not speak of every document".to_owned())
                });
                self.wait(&mut attempts, Again::after_failure(failure))
                    .await?;
            }
        }
        Ok(sent)
    }

    /// One batch of changes.
    async fn batch(&self, actions: &[(String, Vec<u8>)]) -> Result<Vec<Status>, SearchError> {
        let mut body = b"{\"value\":[".to_vec();
        for (index, (_, action)) in actions.iter().enumerate() {
            if index > 0 {
                body.push(b',');
            }
            body.extend_from_slice(action);
        }
        body.extend_from_slice(b"]}");
        let answer = self.post_bytes(&["docs", "search.index"], &body).await?;
        read_statuses(&answer.body).map_err(|fault| self.odd(&fault))
    }

    /// The keys of the documents that match best, the best first.
    pub async fn search(&self, query: &SearchQuery<'_>) -> Result<Vec<(String, f64)>, SearchError> {
        let answer = self
            .post(&["docs", "search.post.search"], &query.body())
            .await?;
        read_hits(&answer.body).map_err(|fault| self.odd(&fault))
    }

    async fn post(
        &self,
        path: &'static [&'static str],
        body: &Value,
    ) -> Result<Answer, SearchError> {
        self.post_bytes(path, &bytes(body)).await
    }

    async fn post_bytes(
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
    async fn send(&self, request: &Request<'_>) -> Result<Answer, SearchError> {
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

    async fn wait(&self, attempts: &mut Attempts, again: Again) -> Result<(), SearchError> {
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

    fn exhausted(&self, attempts: &Attempts, last: Failure) -> SearchError {
        SearchError::Unanswered {
            host: self.host.clone(),
            attempts: attempts.sent(),
            last,
        }
    }

    fn odd(&self, fault: &str) -> SearchError {
        SearchError::Odd {
            host: self.host.clone(),
            fault: super::error::excerpt(fault),
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

impl std::fmt::Debug for SearchClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchClient")
            .field("host", &self.host)
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

fn bytes(body: &Value) -> Vec<u8> {
    body.to_string().into_bytes()
}

/// Changes in batches that the service takes, in their order.
fn batches(actions: &[(String, Vec<u8>)]) -> Vec<&[(String, Vec<u8>)]> {
    let mut batches = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (index, (_, action)) in actions.iter().enumerate() {
        let more = action.len() + 1;
        if index > start && (index - start == MOST_DOCUMENTS || size + more > MOST_BYTES) {
            batches.extend(actions.get(start..index));
            (start, size) = (index, 0);
        }
        size += more;
    }
    batches.extend(actions.get(start..).filter(|rest| !rest.is_empty()));
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_keep_to_both_bounds_and_lose_nothing() {
        for (count, size) in [(0, 1), (2_500, 10), (7, 6_000_000), (2, 20_000_000)] {
            let actions: Vec<(String, Vec<u8>)> = (0..count)
                .map(|n| (n.to_string(), vec![b'x'; size]))
                .collect();
            let batches = batches(&actions);
            assert_eq!(batches.concat(), actions);
            for batch in batches {
                let bytes: usize = batch.iter().map(|one| one.1.len() + 1).sum();
                assert!(!batch.is_empty() && batch.len() <= MOST_DOCUMENTS);
                assert!(batch.len() == 1 || bytes <= MOST_BYTES);
            }
        }
    }
}
