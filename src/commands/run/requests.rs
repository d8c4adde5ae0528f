//! Which batch is asked for next, and when: late, so that as much as can be is known by then.
//!
//! A few requests wait for their turn at the model. When one has it, the next is chosen: of the batches
//! that lean on nothing unanswered, the one that the longest chain of others waits for. If there is
//! none, turns are left to pass until an answer releases one, but not for long: see [`Patience`].

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::config::Quota;
use crate::generate::{Order, Schedule};
use crate::report::KeptBack;

/// The batches of a run on their way to the model.
pub(super) struct Requests<'o> {
    schedule: Schedule<'o>,
    /// Batches that may be under way at once.
    most: usize,
    under_way: usize,
    turns: Arc<Turns>,
    patience: Patience,
    /// Since when as many are under way as may be, and more are ready; and how long that was so before.
    full_since: Option<Instant>,
    full: Duration,
}

/// Requests that wait for their turn at most: enough that one is there when a turn comes, however long
/// its prompt takes to write.
const AHEAD: usize = 4;

/// Batches that have begun and whose first request has not had its turn.
#[derive(Default)]
struct Turns {
    waiting: AtomicUsize,
    changed: Notify,
}

/// A batch's first turn at the model.
pub(super) struct Turn {
    turns: Arc<Turns>,
    is_taken: AtomicBool,
}

impl Turn {
    fn new(turns: Arc<Turns>) -> Self {
        turns.waiting.fetch_add(1, Ordering::Relaxed);
        Self {
            turns,
            is_taken: AtomicBool::new(false),
        }
    }

    /// The request is on its way, or never will be.
    pub(super) fn take(&self) {
        if !self.is_taken.swap(true, Ordering::Relaxed) {
            self.turns.waiting.fetch_sub(1, Ordering::Relaxed);
            self.turns.changed.notify_one();
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.take();
    }
}

impl<'o> Requests<'o> {
    pub(super) fn new(order: &'o Order, most: usize, patience: Patience) -> Self {
        Self {
            schedule: Schedule::new(order),
            most,
            under_way: 0,
            turns: Arc::default(),
            patience,
            full_since: None,
            full: Duration::ZERO,
        }
    }

    /// Takes the batch that is to be asked for now, if there is one.
    pub(super) fn next(&mut self) -> Option<(usize, Turn)> {
        let waiting = self.turns.waiting.load(Ordering::Relaxed);
        let now = Instant::now();
        if self.under_way >= self.most && !self.schedule.is_empty() {
            self.full_since.get_or_insert(now);
        } else if let Some(since) = self.full_since.take() {
            self.full += now.saturating_duration_since(since);
        }
        if self.under_way >= self.most || waiting >= AHEAD {
            self.patience.rest(Instant::now());
            return None;
        }
        let index = match self.schedule.next_ready() {
            Some(index) => index,
            None if self.schedule.is_empty() || waiting > 0 => {
                self.patience.rest(Instant::now());
                return None;
            }
            // What is under way may release it.
            None if self.under_way > 0 && self.patience.waits(Instant::now()) => return None,
            None => self.schedule.next_held()?,
        };
        self.patience.rest(Instant::now());
        self.under_way += 1;
        Some((index, Turn::new(self.turns.clone())))
    }

    /// A batch is answered.
    pub(super) fn finish(&mut self, index: usize) {
        self.under_way = self.under_way.saturating_sub(1);
        self.schedule.finish(index);
    }

    /// How long requests were kept back here.
    pub(super) fn kept_back(&self) -> KeptBack {
        KeptBack {
            order: self.patience.spent,
            concurrency: self.full,
        }
    }

    /// How many batches have not begun.
    pub(super) fn left(&self) -> usize {
        self.schedule.left()
    }

    /// Waits until another batch may begin, but for what [`Self::finish`] brings.
    pub(super) async fn changed(&self) {
        match self.patience.ends_at() {
            Some(instant) => {
                tokio::select! {
                    () = self.turns.changed.notified() => {}
                    () = sleep_until(instant) => {}
                }
            }
            None => self.turns.changed.notified().await,
        }
    }
}

/// How long turns may be left to pass for the sake of the order.
///
/// An order must not cost a run more than a fiftieth of its time, so what is allowed is a share of the
/// time that the quota takes for all requests, or of the time that has passed. Where no quota is set there
/// is nothing to be kept full, and a short run may wait as long as answers to a few requests take.
pub(super) struct Patience {
    begun: Instant,
    /// The least time that the quota takes for all requests; `None` without one.
    least: Option<Duration>,
    spent: Duration,
    waits_since: Option<Instant>,
}

/// The share of a run's time that may be spent waiting for the order's sake.
const SHARE: f64 = 0.015;

/// What a short run without a quota may wait.
const SHORT: Duration = Duration::from_secs(15);

/// From here on a run is not short.
const LONG: Duration = Duration::from_secs(30);

impl Patience {
    /// For so many requests at these quotas; tokens are not weighed, so that the time is the least.
    pub(super) fn new(requests: usize, quotas: impl Iterator<Item = Quota>) -> Self {
        let per_minute: Option<u64> = quotas
            .map(|quota| {
                quota
                    .requests_per_minute
                    .map(|limit| u64::from(limit.get()))
            })
            .sum();
        let per_minute = per_minute.and_then(|limit| u32::try_from(limit).ok());
        let requests = u32::try_from(requests).unwrap_or(u32::MAX);
        let least = per_minute.map(|limit| {
            Duration::from_mins(1).mul_f64(f64::from(requests) / f64::from(limit.max(1)))
        });
        Self {
            begun: Instant::now(),
            least,
            spent: Duration::ZERO,
            waits_since: None,
        }
    }

    /// Begins to wait, or goes on; whether there is time for it.
    fn waits(&mut self, now: Instant) -> bool {
        self.waits_since.get_or_insert(now);
        self.ends_at().is_some_and(|end| now < end)
    }

    /// Waits no more.
    fn rest(&mut self, now: Instant) {
        if let Some(since) = self.waits_since.take() {
            self.spent += now.saturating_duration_since(since);
        }
    }

    fn ends_at(&self) -> Option<Instant> {
        let since = self.waits_since?;
        let passed = since.saturating_duration_since(self.begun);
        let allowed = if let Some(least) = self.least {
            least.max(passed).mul_f64(SHARE)
        } else {
            let short = 1.0 - (passed.as_secs_f64() / LONG.as_secs_f64()).min(1.0);
            SHORT.mul_f64(short).max(passed.mul_f64(SHARE))
        };
        Some(since + allowed.saturating_sub(self.spent))
    }
}

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU32, NonZeroUsize};

    use super::*;

    fn quota(requests_per_minute: Option<u32>) -> Quota {
        Quota {
            requests_per_minute: requests_per_minute.and_then(NonZeroU32::new),
            tokens_per_minute: None,
            max_concurrency: NonZeroUsize::MIN,
        }
    }

    /// Seconds that a run may wait from the beginning.
    fn allowed(requests: usize, quotas: &[Option<u32>]) -> f64 {
        let quotas = quotas.iter().map(|limit| quota(*limit));
        let mut patience = Patience::new(requests, quotas);
        let now = patience.begun;
        _ = patience.waits(now);
        (patience.ends_at().unwrap() - now).as_secs_f64()
    }

    #[tokio::test(start_paused = true)]
    async fn a_run_at_a_quota_waits_a_share_of_its_time_and_a_short_one_without_a_little() {
        let is = |one: f64, other: f64| (one - other).abs() < 0.001;
        assert!(is(allowed(1_200, &[Some(600)]), 120.0 * 0.015));
        assert!(is(allowed(1_200, &[Some(300), Some(300)]), 120.0 * 0.015));
        assert!(is(allowed(10, &[Some(60)]), 0.15));
        assert!(is(allowed(10, &[None]), 15.0));
        assert!(is(allowed(1_200, &[Some(600), None]), 15.0));
        assert!(is(allowed(30, &[Some(60)]), 0.45));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_waited_is_not_waited_again() {
        let mut patience = Patience::new(600, [quota(Some(60))].into_iter());
        let begun = Instant::now();
        for _ in 0..3 {
            assert!(patience.waits(Instant::now()));
            tokio::time::sleep(Duration::from_secs(3)).await;
            patience.rest(Instant::now());
            tokio::time::sleep(Duration::from_secs(3)).await;
        }
        assert_eq!(begun.elapsed().as_secs(), 18);
        // Nine seconds are spent of ten minutes' share.
        assert!(!patience.waits(Instant::now()));
        tokio::time::sleep(Duration::from_secs(700)).await;
        patience.rest(Instant::now());
    }

    #[tokio::test(start_paused = true)]
    async fn a_few_requests_wait_for_their_turn() {
        let order = Order::as_given(7);
        let mut requests = Requests::new(&order, 6, Patience::new(7, std::iter::empty()));
        let mut turns: Vec<Turn> = (0..AHEAD).map(|_| requests.next().unwrap().1).collect();
        assert!(requests.next().is_none(), "none has had its turn");
        turns[0].take();
        requests.changed().await;
        turns.push(requests.next().unwrap().1);
        assert!(requests.next().is_none());
        // A batch that ends without a turn holds nobody back.
        drop(turns);
        assert_eq!(requests.next().unwrap().0, 5);
        assert!(requests.next().is_none(), "six are under way");
        assert_eq!(requests.left(), 1);
        requests.finish(0);
        assert_eq!(requests.next().unwrap().0, 6);
        assert!(requests.next().is_none());
    }
}
