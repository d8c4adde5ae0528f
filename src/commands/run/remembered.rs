//! Answers that are remembered, on this machine or on others.

use std::collections::HashMap;

use rayon::prelude::*;
use tokio::runtime::Runtime;

use super::interrupt::Interrupt;
use crate::commands::document::{Delivery, Job};
use crate::generate::{ReplyCache, ReplyKey};
use crate::report::CacheReport;

/// Answers what is remembered. Run it on the pool's threads.
pub(in crate::commands) fn answer_remembered(
    cache: &ReplyCache,
    jobs: &mut [Job],
    delivery: &Delivery,
) {
    jobs.par_iter_mut()
        .for_each(|job| job.find_keys(cache.sampling(), delivery));
    let keys: Vec<ReplyKey> = jobs.iter().flat_map(Job::keys).collect();
    let found = cache.find(&keys);
    let used: Vec<_> = jobs
        .par_iter_mut()
        .flat_map_iter(|job| job.recall(&found, delivery))
        .collect();
    let misses = jobs.iter().map(|job| job.wanted().len()).sum();
    cache.count(used, misses);
}

/// Answers what other machines were told, unless Ctrl-C is pressed meanwhile.
pub(super) fn recall_shared(
    cache: &ReplyCache,
    jobs: &mut [Job],
    delivery: &Delivery,
    (runtime, pool, interrupt): (&Runtime, &rayon::ThreadPool, &Interrupt),
) {
    let keys: Vec<ReplyKey> = jobs.iter().flat_map(Job::keys).collect();
    let found = runtime.block_on(async {
        tokio::select! {
            found = cache.find_shared(&keys) => found,
            () = interrupt.requested() => HashMap::new(),
        }
    });
    pool.install(|| {
        let used = jobs
            .par_iter_mut()
            .flat_map_iter(|job| job.recall(&found, delivery));
        cache.count_found(used.collect());
    });
}

/// Closes the cache of a run.
pub(super) fn closed(cache: &ReplyCache) -> CacheReport {
    let (tally, bytes) = cache.finish();
    CacheReport { tally, bytes }
}
