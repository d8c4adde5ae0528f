//! Azure AI Search over its REST interface: an index of documents, filled and searched.
//!
//! Bodies and paths are those of `searchindex.json` and `searchservice.json` in Azure's published
//! specifications, version 2024-07-01.

mod connection;
mod error;
mod wire;

use std::time::Instant;

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderValue, IF_NONE_MATCH};
use serde_json::Value;

use super::error::{Failure, LlmError};
use super::retry::{Again, Attempts};
use crate::config::{self, AzureSearch};

use connection::{Connection, Request};
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
pub struct SearchClient(Connection);

impl SearchClient {
    /// Prepares to send requests; sends none yet.
    pub fn new(
        settings: &AzureSearch,
        network: &config::Network,
        retry: config::Retry,
    ) -> Result<Self, LlmError> {
        Connection::new(settings, network, retry).map(Self)
    }

    /// Sees that the index is there and as it has to be, with vectors of so many `dimensions` if there
    /// are any; makes it if it is not.
    pub async fn ensure_index(&self, dimensions: Option<usize>) -> Result<IndexState, SearchError> {
        match self.definition().await {
            Ok(found) => {
                wire::check(&found, dimensions)
                    .map_err(|fault| SearchError::OtherIndex(self.0.index.clone(), fault))?;
                return Ok(IndexState::Found);
            }
            Err(SearchError::Forbidden { .. }) => return Ok(IndexState::QueryOnly),
            Err(SearchError::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
        let body = bytes(&definition(&self.0.index, dimensions));
        let mut headers = HeaderMap::new();
        // Whoever else makes it at the same time makes the same.
        headers.insert(IF_NONE_MATCH, HeaderValue::from_static("*"));
        let put = Request {
            method: Method::PUT,
            path: &[],
            headers,
            body: Some(&body),
        };
        match self.0.send(&put).await {
            Ok(_) => Ok(IndexState::Made),
            Err(SearchError::Rejected { status: 412, .. }) => Ok(IndexState::Found),
            Err(error) => Err(error),
        }
    }

    async fn definition(&self) -> Result<Value, SearchError> {
        let answer = self
            .0
            .send(&Request {
                method: Method::GET,
                path: &[],
                headers: HeaderMap::new(),
                body: None,
            })
            .await?;
        serde_json::from_slice(&answer.body).map_err(|error| self.0.odd(&error.to_string()))
    }

    /// Every document of a project, by key and hash.
    pub async fn list(&self, project: &str) -> Result<Vec<Listed>, SearchError> {
        let mut all = Vec::new();
        loop {
            let body = listing(project, PAGE, all.len());
            let answer = self.0.post(&["docs", "search.post.search"], &body).await?;
            let page = read_listing(&answer.body).map_err(|fault| self.0.odd(&fault))?;
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
        let mut attempts = Attempts::new(self.0.retry);
        while !open.is_empty() {
            if let Err(failure) = attempts.begin(Instant::now()) {
                return Err(self.0.exhausted(&attempts, failure));
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
                self.0
                    .wait(&mut attempts, Again::after_failure(failure))
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
        let answer = self.0.post_bytes(&["docs", "search.index"], &body).await?;
        read_statuses(&answer.body).map_err(|fault| self.0.odd(&fault))
    }

    /// The keys of the documents that match best, the best first.
    pub async fn search(&self, query: &SearchQuery<'_>) -> Result<Vec<(String, f64)>, SearchError> {
        let answer = self
            .0
            .post(&["docs", "search.post.search"], &query.body())
            .await?;
        read_hits(&answer.body).map_err(|fault| self.0.odd(&fault))
    }
}

impl std::fmt::Debug for SearchClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchClient")
            .field("host", &self.0.host)
            .field("index", &self.0.index)
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
