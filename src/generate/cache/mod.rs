//! The words of models, remembered: what was paid for once is not asked for again.
//!
//! An entry is about one definition, not about one request. What comes out of it is held to today's code
//! as a fresh reply is.

mod keeper;
mod key;
mod memory;
mod recall;
mod shared;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::config::{Cache, Llm};
use crate::store::{
    ContentHash, Database, ReplyCost, ReplyRecord, ReplyTally, SharedReplies, StoreError,
};
use keeper::Keeper;

use key::sampling;

pub use key::{ReplyKey, reply_keys};
pub use memory::{Cost, Memory, Paid, Settled};
pub use recall::recall;
pub use shared::{Lease, Share};

/// Whether what is remembered is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheUse {
    /// It is.
    Usual,
    /// Everything is asked for anew, and remembered in place of what is there.
    Refresh,
}

/// The words that are remembered for the definitions of a project.
#[derive(Debug)]
pub struct ReplyCache {
    database: Arc<Database>,
    keeper: Keeper,
    /// What machines share.
    shared: Option<Arc<SharedReplies>>,
    settings: Cache,
    cache_use: CacheUse,
    /// By the names that the settings have for them, each once.
    deployments: Vec<String>,
    sampling: Vec<u8>,
    figures: Mutex<Figures>,
}

#[derive(Debug, Default)]
struct Figures {
    misses: u64,
    used: Vec<(ContentHash, ReplyCost)>,
}

/// Words for a definition that are to be remembered.
#[derive(Debug)]
pub struct ToKeep {
    /// What determines them, but for who gave them.
    pub key: ReplyKey,
    /// `path::Qual.name`.
    pub definition: String,
    /// The words, and what they cost.
    pub paid: Paid,
}

impl ReplyCache {
    /// The cache in a database, for words that models are asked for with these settings.
    #[must_use]
    pub fn new(database: Database, settings: Cache, cache_use: CacheUse, llm: &Llm) -> Self {
        let mut deployments: Vec<String> = Vec::new();
        for deployment in &llm.deployments {
            let name = deployment.name().to_owned();
            if !deployments.contains(&name) {
                deployments.push(name);
            }
        }
        let database = Arc::new(database);
        Self {
            keeper: Keeper::new(database.clone()),
            database,
            shared: None,
            settings,
            cache_use,
            deployments,
            sampling: sampling(llm),
            figures: Mutex::default(),
        }
    }

    /// What models are asked with besides a prompt.
    #[must_use]
    pub fn sampling(&self) -> &[u8] {
        &self.sampling
    }

    /// What is remembered under these keys, whichever of the deployments gave it. Trouble with the
    /// database is said once and finds nothing.
    #[must_use]
    pub fn find(&self, keys: &[ReplyKey]) -> HashMap<ReplyKey, ReplyRecord> {
        if self.cache_use == CacheUse::Refresh || keys.is_empty() {
            return HashMap::new();
        }
        let of_key = |key: &ReplyKey| {
            let key = *key;
            let names = self.deployments.iter();
            names.map(move |name| (key.of(name), key))
        };
        let by_hash: HashMap<ContentHash, ReplyKey> = keys.iter().flat_map(of_key).collect();
        // In the order of the deployments, so that every run finds the same.
        let hashes: Vec<ContentHash> = keys.iter().flat_map(of_key).map(|one| one.0).collect();
        let since = oldest(&self.settings, SystemTime::now());
        let mut records = match self.database.replies(&hashes, since) {
            Ok(found) => {
                if found.damaged > 0 {
                    tracing::warn!(
                        "{} damaged {} of the cache {} taken out and asked for again",
                        found.damaged,
                        if found.damaged == 1 {
                            "entry"
                        } else {
                            "entries"
                        },
                        if found.damaged == 1 { "was" } else { "were" },
                    );
                }
                found.records
            }
            Err(error) => {
                if !error.is_said() {
                    let hint = error.hint();
                    tracing::warn!("the cache cannot be read, so it is not used: {error}; {hint}");
                }
                HashMap::new()
            }
        };
        let mut found = HashMap::new();
        for hash in &hashes {
            if let (Some(key), Some(record)) = (by_hash.get(hash), records.remove(hash)) {
                found.entry(*key).or_insert(record);
            }
        }
        found
    }

    /// Takes note of what was of use, and of how many definitions have to be asked about.
    pub fn count(&self, used: impl IntoIterator<Item = (ContentHash, ReplyCost)>, misses: usize) {
        let mut figures = self.figures();
        figures.used.extend(used);
        figures.misses += u64::try_from(misses).unwrap_or(u64::MAX);
    }

    /// Remembers words that were asked for under `lease`. They are on the disk when this is through; if they
    /// cannot be put there, that is said once and the run goes on. Other machines find them a little later.
    pub async fn keep(&self, words: Vec<ToKeep>, lease: &Lease) {
        let now = unix_seconds(SystemTime::now());
        let leases: Vec<_> = words.iter().map(|one| self.lease_of(one.key)).collect();
        let records: Vec<ReplyRecord> = words.into_iter().map(|one| one.into_record(now)).collect();
        let shared: Vec<_> = match self.shared {
            Some(_) => leases.into_iter().zip(records.iter().cloned()).collect(),
            None => Vec::new(),
        };
        self.keeper.keep(records).await;
        lease.put(&shared);
    }

    /// Takes note of this run in the database, and makes room there. Gives the run's figures, and the
    /// bytes that the database has then, if it is on the disk.
    pub fn finish(&self) -> (ReplyTally, Option<u64>) {
        let figures = std::mem::take(&mut *self.figures());
        let now = unix_seconds(SystemTime::now());
        let mut tally = ReplyTally {
            misses: figures.misses,
            ..ReplyTally::default()
        };
        for (_, cost) in &figures.used {
            tally.add_hit(cost);
        }
        if figures.used.is_empty() && figures.misses == 0 {
            return (tally, None);
        }
        let keys: Vec<ContentHash> = figures.used.iter().map(|one| one.0).collect();
        let noted = self
            .database
            .touch_replies(&keys, now)
            .and_then(|()| self.database.count_reply_run(&tally, now))
            .and_then(|()| self.prune(SystemTime::now()));
        if let Err(error) = noted {
            tracing::debug!("the reply cache cannot be tidied: {error}");
        }
        let bytes = self.database.bytes().ok();
        (tally, bytes.filter(|_| self.database.is_kept()))
    }

    fn prune(&self, now: SystemTime) -> Result<(), StoreError> {
        let since = oldest(&self.settings, now);
        let bound = self.settings.max_bytes();
        self.database.prune_replies(since, bound).map(|_| ())
    }

    fn figures(&self) -> std::sync::MutexGuard<'_, Figures> {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ToKeep {
    fn into_record(self, now: u64) -> ReplyRecord {
        let Paid { mut memory, cost } = self.paid;
        for draft in &mut memory.drafts {
            // It was the request's.
            draft.id.clear();
        }
        let usage = cost.usage;
        ReplyRecord {
            key: self.key.of(&cost.deployment),
            value: serde_json::to_vec(&memory).unwrap_or_default(),
            definition: self.definition,
            paid: ReplyCost {
                deployment: cost.deployment,
                model: cost.model,
                prompt_tokens: usage.prompt.get(),
                cached_tokens: usage.cached.get(),
                completion_tokens: usage.completion.get(),
                latency_ms: u64::try_from(cost.latency.as_millis()).unwrap_or(u64::MAX),
            },
            created_at: now,
        }
    }
}

/// When an entry has to have been made to be of use, in seconds since 1970.
#[must_use]
pub fn oldest(settings: &Cache, now: SystemTime) -> u64 {
    let since = settings.ttl().and_then(|ttl| now.checked_sub(ttl));
    since.map_or(0, unix_seconds)
}

fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs()
}
