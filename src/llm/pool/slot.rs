//! A request that is under way: what its deployment learns of how it went.

use std::time::Duration;

use tokio::time::Instant;

use super::{Hold, Pool};
use crate::llm::chat::Tokens;
use crate::llm::health::Health;
use crate::llm::rate_headers::RateHeaders;
use crate::llm::shared_quota::{News, Receipt};

/// Leave to send one request to one deployment; it is over when this is dropped.
pub(in crate::llm) struct Slot<'p> {
    pub(super) pool: &'p Pool,
    /// Which deployment.
    pub(in crate::llm) index: usize,
    /// How long the request waited for it.
    pub(in crate::llm) waited: Duration,
    /// What it waited for last.
    pub(in crate::llm) held_by: Option<Hold>,
    /// The tokens that it was admitted for.
    pub(in crate::llm) admitted: Tokens,
    pub(super) left: Option<u64>,
    /// Its place in the shared quota, if that was asked.
    pub(super) receipt: Option<Receipt>,
    pub(super) sent: Instant,
}

impl Slot<'_> {
    /// A completion of `written` tokens came.
    pub(in crate::llm) fn completed(&self, latency: Duration, written: Tokens) {
        let now = Instant::now();
        self.pool.change(self.index, |lane| {
            lane.health = lane.health.better();
            lane.concurrency.completed(latency, written, self.sent, now);
        });
    }

    /// The service said this of its quota.
    pub(in crate::llm) fn correct(&self, headers: &RateHeaders) {
        let now = Instant::now();
        self.pool.change(self.index, |lane| {
            // What others on this quota use is in the shared account, and none of this one's business.
            let left = if self.receipt.is_some() {
                None
            } else {
                self.left
            };
            lane.quota.correct(headers, left, self.sent, now);
        });
        if let Some(receipt) = self.receipt {
            let news = self.pool.lock().lanes[self.index]
                .quota
                .news(headers, self.left, receipt);
            if let Some(news) = news {
                self.tell(news);
            }
        }
    }

    /// Tells the other machines, if any share the quota.
    fn tell(&self, news: News) {
        if let Some(shared) = &self.pool.shared {
            shared.tell(self.index, news);
        }
    }

    /// The service refused the request for its quota: nobody is sent there for `wait`.
    pub(in crate::llm) fn throttled(&self, wait: Duration, too_many_requests: bool) {
        let now = Instant::now();
        self.pool.change(self.index, |lane| {
            lane.concurrency.set_back(self.sent, now);
            lane.quota.pause(wait, now);
            if too_many_requests {
                lane.quota.slow_down(self.sent, now);
            }
        });
        self.tell(News::Paused(wait));
        if let (true, Some(receipt)) = (too_many_requests, self.receipt) {
            self.tell(News::TooFast(receipt));
        }
    }

    /// The request met something that passes; `is_slow` if the deployment seems to have too much to
    /// do.
    pub(in crate::llm) fn failed(&self, is_slow: bool) {
        let now = Instant::now();
        self.pool.change(self.index, |lane| {
            lane.health = lane.health.worse(self.sent, now);
            if is_slow {
                lane.concurrency.set_back(self.sent, now);
            }
        });
    }

    /// Requests are written otherwise from now on.
    pub(in crate::llm) fn try_anew(&self) {
        self.pool
            .change(self.index, |lane| lane.concurrency.try_anew());
    }

    /// The deployment will serve nobody any more. Says whether another one may.
    pub(in crate::llm) fn give_up(&self) -> bool {
        self.pool
            .change(self.index, |lane| lane.health = Health::Dead);
        self.pool.has_hope_without(self.index)
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.pool
            .change(self.index, |lane| lane.concurrency.leave());
        self.pool.lock().meter.leave(Instant::now());
    }
}
