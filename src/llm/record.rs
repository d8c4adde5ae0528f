//! What became of each request that was sent, for those who want to know afterwards.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::chat::{Tokens, Usage};
use super::error::Target;
use super::pool::Hold;

/// A request that was sent, and what came of it. Each attempt is one.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestRecord {
    /// Its place in the order of leaving, from 1.
    pub number: u64,
    /// What was asked for.
    pub operation: Operation,
    /// What it is about, as whoever asks calls it.
    pub about: String,
    /// It finishes what another one began.
    pub is_follow_up: bool,
    /// The deployment.
    pub target: Target,
    /// When it left.
    pub sent_at: SystemTime,
    /// How long it waited for its turn.
    pub waited: Duration,
    /// What it waited for last; `None` if it did not have to wait.
    pub held_by: Option<Hold>,
    /// From sending to the whole answer, or to where there was none.
    pub latency: Duration,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// The answer's HTTP status; `None` if none came.
    pub status: Option<u16>,
    /// What came of it.
    pub end: RequestEnd,
    /// The model, as the server calls it.
    pub model: Option<String>,
    /// Characters of everything that the service had to read.
    pub characters: usize,
    /// Tokens that the quota counts it for: the prompt's estimate, and the output limit.
    pub admitted: Tokens,
    /// Tokens as the server counted them.
    pub usage: Usage,
    /// What it cost in US dollars; `None` if the model's price is unknown.
    pub usd: Option<f64>,
    /// The id that the service gave it.
    pub request_id: Option<String>,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// A chat completion.
    Chat,
    /// Vectors of texts.
    Embeddings,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestEnd {
    /// It was answered.
    Answered,
    /// The service had no quota left for it.
    Throttled,
    /// It failed, for this reason.
    Failed(String),
}

impl RequestRecord {
    /// Whether it was answered.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.end == RequestEnd::Answered
    }
}

/// The records of a client's requests.
#[derive(Debug, Default)]
pub(super) struct RequestLog {
    sent: AtomicU64,
    records: Mutex<Vec<RequestRecord>>,
}

impl RequestLog {
    /// The number of the request that leaves next.
    pub(super) fn next_number(&self) -> u64 {
        self.sent.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Adds a request that is over.
    pub(super) fn add(&self, record: RequestRecord) {
        self.lock().push(record);
    }

    /// Every request that is over, in the order of leaving.
    pub(super) fn records(&self) -> Vec<RequestRecord> {
        let mut records = self.lock().clone();
        records.sort_by_key(|record| record.number);
        records
    }

    fn lock(&self) -> MutexGuard<'_, Vec<RequestRecord>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
