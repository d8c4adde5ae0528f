//! The tier of the cache that machines share: looked at after the project's own database, and claimed
//! from before anybody is asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::{CacheUse, ReplyCache, ReplyKey, oldest};
use crate::store::{
    Claim, Claimed, ContentHash, Look, RENEWAL, ReplyCost, ReplyRecord, SharedReplies,
};

/// What is to be asked about, claimed as far as nobody else asks about it; leases that are still held
/// end with this.
#[derive(Debug)]
pub struct Lease {
    shared: Option<Arc<SharedReplies>>,
    token: String,
    held: Mutex<Vec<ContentHash>>,
}

/// What is to be done about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Ask about it.
    Ask,
    /// Somebody else asks about it: look again later.
    Wait,
    /// There is an answer, which was taken.
    Found,
}

impl ReplyCache {
    /// The same, with a tier that machines share.
    #[must_use]
    pub fn with_shared(self, shared: Option<Arc<SharedReplies>>) -> Self {
        Self { shared, ..self }
    }

    /// Whether machines share it.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// What other machines have put under these keys, which is kept in the database from now on.
    pub async fn find_shared(&self, keys: &[ReplyKey]) -> HashMap<ReplyKey, ReplyRecord> {
        let shared = match &self.shared {
            Some(shared) if self.cache_use == CacheUse::Usual && !keys.is_empty() => shared,
            _ => return HashMap::new(),
        };
        let hashes: Vec<ContentHash> = keys.iter().flat_map(|key| self.places(*key)).collect();
        let since = oldest(&self.settings, SystemTime::now());
        let mut records = shared.find(&hashes, since).await;
        self.keeper.keep(records.values().cloned().collect()).await;
        let mut found = HashMap::new();
        for key in keys {
            let first = self
                .places(*key)
                .into_iter()
                .find_map(|hash| records.remove(&hash));
            if let Some(record) = first {
                found.entry(*key).or_insert(record);
            }
        }
        found
    }

    /// Claims what is to be asked about, and says of each key what is to be done. `take` is given the
    /// answers that are there, by the key's position, and says whether they are of use.
    pub async fn claim(
        &self,
        keys: &[ReplyKey],
        mut take: impl FnMut(usize, &ReplyRecord) -> bool,
    ) -> (Lease, Vec<Share>) {
        let Some(shared) = &self.shared else {
            return (Lease::none(), vec![Share::Ask; keys.len()]);
        };
        let lease = Lease {
            shared: Some(shared.clone()),
            token: shared.token(),
            held: Mutex::default(),
        };
        if self.cache_use == CacheUse::Refresh || keys.is_empty() {
            // What is asked for anew is nobody else's.
            return (lease, vec![Share::Ask; keys.len()]);
        }
        let claims: Vec<Claim> = keys.iter().filter_map(|key| self.as_claim(*key)).collect();
        let first = self.claimed(shared, &lease, &claims, Look::First).await;
        let mut parts = Vec::new();
        let mut in_vain = Vec::new();
        for (at, one) in first.into_iter().enumerate() {
            parts.push(match one {
                Claimed::Mine => Share::Ask,
                Claimed::Held => Share::Wait,
                Claimed::Found(record) if take(at, &record) => Share::Found,
                // What is there is of no use, so it is claimed as if nothing were.
                Claimed::Found(_) | Claimed::Wrong => {
                    in_vain.extend(claims.get(at).map(|claim| (at, claim.clone())));
                    Share::Ask
                }
            });
        }
        let (places, claims): (Vec<usize>, Vec<Claim>) = in_vain.into_iter().unzip();
        let second = self.claimed(shared, &lease, &claims, Look::Never).await;
        for (at, one) in places.into_iter().zip(second) {
            if let (Claimed::Held, Some(share)) = (one, parts.get_mut(at)) {
                *share = Share::Wait;
            }
        }
        (lease, parts)
    }

    /// Keeps answers that another machine gave, and counts them as such.
    pub async fn adopt(&self, records: Vec<ReplyRecord>) {
        let used: Vec<(ContentHash, ReplyCost)> = records
            .iter()
            .map(|record| (record.key, record.paid.clone()))
            .collect();
        self.keeper.keep(records).await;
        self.count_found(used);
    }

    /// Takes note of answers that were counted as missing and have been found after all.
    pub fn count_found(&self, used: Vec<(ContentHash, ReplyCost)>) {
        let mut figures = self.figures();
        let found = u64::try_from(used.len()).unwrap_or(u64::MAX);
        figures.misses = figures.misses.saturating_sub(found);
        figures.used.extend(used);
    }

    /// Waits, not for long, until other machines can find what this one was given.
    pub async fn settle(&self) {
        if let Some(shared) = &self.shared {
            shared.settle().await;
        }
    }

    /// What comes of each claim; without the server all of them are the asker's.
    async fn claimed(
        &self,
        shared: &SharedReplies,
        lease: &Lease,
        claims: &[Claim],
        look: Look,
    ) -> Vec<Claimed> {
        let since = oldest(&self.settings, SystemTime::now());
        let claimed = shared.claim(&lease.token, claims, look, since).await;
        let Some(claimed) = claimed else {
            return vec![Claimed::Mine; claims.len()];
        };
        let mine = claims.iter().zip(&claimed);
        let mine = mine.filter(|(_, one)| **one == Claimed::Mine);
        lease.held().extend(mine.map(|(claim, _)| claim.lease));
        claimed
    }

    fn as_claim(&self, key: ReplyKey) -> Option<Claim> {
        let places = self.places(key);
        Some(Claim {
            lease: *places.first()?,
            places,
        })
    }

    /// Where an answer may be, by whoever gave it.
    fn places(&self, key: ReplyKey) -> Vec<ContentHash> {
        self.deployments.iter().map(|name| key.of(name)).collect()
    }

    /// What the lease of a key is called.
    pub(super) fn lease_of(&self, key: ReplyKey) -> Option<ContentHash> {
        self.deployments.first().map(|name| key.of(name))
    }
}

impl Lease {
    /// No lease at all.
    #[must_use]
    pub fn none() -> Self {
        Self {
            shared: None,
            token: String::new(),
            held: Mutex::default(),
        }
    }

    /// Does something, and keeps the leases meanwhile.
    pub async fn kept_while<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(RENEWAL), if self.shared.is_some() => self.renew(),
            }
        }
    }

    /// Puts answers where other machines find them.
    pub(super) fn put(&self, records: &[(Option<ContentHash>, ReplyRecord)]) {
        let Some(shared) = &self.shared else {
            return;
        };
        for (lease, record) in records {
            let Some(lease) = lease else {
                continue;
            };
            shared.put(&self.token, *lease, record);
            self.held().retain(|held| held != lease);
        }
    }

    fn renew(&self) {
        if let Some(shared) = &self.shared {
            shared.renew(&self.token, &self.held());
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Vec<ContentHash>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(shared) = &self.shared {
            shared.release(&self.token, &self.held());
        }
    }
}
