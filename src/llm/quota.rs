//! Admission: when the next request may be sent, so that a run fills its quota and gets no 429 of
//! its own making.
//!
//! Requests leave evenly, since the service counts them over windows as short as a second. Tokens
//! are counted over a minute, so a sum over the last minute is kept: a bucket that holds a minute's
//! tokens and refills meanwhile would let twice the quota pass in its first minute.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, RateLimiter};
use tokio::time::{Instant, sleep_until};

use super::chat::Tokens;
use crate::config::Quota;

/// The minute over which tokens are summed: longer than the service's, since requests do not all
/// take the same time to arrive there.
const TOKEN_MINUTE: Duration = Duration::from_millis(61_200);

/// The minute that a quota of requests is spread over. The share that stays unused is what keeps
/// one that arrives 30 milliseconds late out of another's second.
const REQUEST_MINUTE: Duration = Duration::from_millis(62_400);

/// What all requests of a run wait for.
pub(super) struct Admission {
    /// One request waits for the quota at a time, first come first served: a large one would
    /// otherwise be overtaken by small ones for ever.
    turn: tokio::sync::Mutex<Option<TokenWindow>>,
    requests: Option<DefaultDirectRateLimiter>,
    resume_at: Mutex<Option<Instant>>,
}

impl Admission {
    pub(super) fn new(quota: Quota) -> Self {
        let requests = quota.requests_per_minute.and_then(even_pace);
        Self {
            turn: tokio::sync::Mutex::new(quota.tokens_per_minute.map(TokenWindow::new)),
            requests: requests.map(RateLimiter::direct),
            resume_at: Mutex::new(None),
        }
    }

    /// Returns when a request that costs `cost` may be sent.
    pub(super) async fn admit(&self, cost: Tokens) {
        let mut window = self.turn.lock().await;
        self.pause_over().await;
        if let Some(window) = window.as_mut() {
            while let Some(free_at) = window.free_at(cost, Instant::now()) {
                sleep_until(free_at).await;
            }
        }
        self.next_pace().await;
        // A 429 may have come in while this request waited for its share.
        self.pause_over().await;
        if let Some(window) = window.as_mut() {
            window.take(cost, Instant::now());
        }
    }

    /// Holds every request back for `wait`; a longer pause already begun stays.
    pub(super) fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut resume_at = self
            .resume_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *resume_at = (*resume_at).max(Some(until));
    }

    async fn pause_over(&self) {
        loop {
            let resume_at = *self
                .resume_at
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            match resume_at {
                Some(until) if until > Instant::now() => sleep_until(until).await,
                _ => return,
            }
        }
    }

    async fn next_pace(&self) {
        let Some(requests) = &self.requests else {
            return;
        };
        while let Err(not_until) = requests.check() {
            tokio::time::sleep(not_until.wait_time_from(DefaultClock::default().now())).await;
        }
    }
}

/// Requests at even distances. The burst is 10 milliseconds' worth, which makes up for timers that
/// fire late.
fn even_pace(per_minute: NonZeroU32) -> Option<governor::Quota> {
    let burst = NonZeroU32::new(per_minute.get() / 6000).unwrap_or(NonZeroU32::MIN);
    governor::Quota::with_period(REQUEST_MINUTE / per_minute.get())
        .map(|pace| pace.allow_burst(burst))
}

/// The tokens taken in the last minute.
struct TokenWindow {
    limit: u64,
    taken: VecDeque<(Instant, u64)>,
    sum: u64,
}

impl TokenWindow {
    fn new(per_minute: NonZeroU32) -> Self {
        Self {
            limit: u64::from(per_minute.get()),
            taken: VecDeque::new(),
            sum: 0,
        }
    }

    /// When there is room for `cost`, or `None` if there is now. A request larger than a whole
    /// minute's quota waits for an empty minute; the service may then still refuse it.
    fn free_at(&mut self, cost: Tokens, now: Instant) -> Option<Instant> {
        while let Some(&(at, tokens)) = self.taken.front()
            && at + TOKEN_MINUTE <= now
        {
            self.sum -= tokens;
            self.taken.pop_front();
        }
        let mut sum = self.sum;
        let room = self.limit - cost.get().min(self.limit);
        let mut free_at = None;
        for &(at, tokens) in &self.taken {
            if sum <= room {
                break;
            }
            sum -= tokens;
            free_at = Some(at + TOKEN_MINUTE);
        }
        free_at
    }

    fn take(&mut self, cost: Tokens, now: Instant) {
        let tokens = cost.get().min(self.limit);
        self.taken.push_back((now, tokens));
        self.sum += tokens;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn no_second_sees_more_than_its_share_of_requests() {
        for per_minute in [1, 6, 60, 600, 6_000, 60_000] {
            let clock = FakeRelativeClock::default();
            let pace = even_pace(NonZeroU32::new(per_minute).unwrap()).unwrap();
            let limiter = RateLimiter::direct_with_clock(pace, clock.clone());
            let step = Duration::from_micros(100);
            let mut sent: Vec<Duration> = Vec::new();
            let mut now = Duration::ZERO;
            while now < 12 * SECOND {
                while limiter.check().is_ok() {
                    sent.push(now);
                }
                clock.advance(step);
                now += step;
            }
            for (window, share) in [(SECOND, per_minute / 60), (10 * SECOND, per_minute / 6)] {
                let most = usize::try_from(share.max(1)).unwrap();
                let starts = sent.iter().enumerate();
                for (index, start) in starts {
                    let end = sent.partition_point(|at| *at < *start + window);
                    assert!(end - index <= most, "{per_minute} a minute, {window:?}");
                }
            }
            let least = usize::try_from(per_minute / 60 * 12 * 95 / 100).unwrap();
            assert!(sent.len() >= least, "{per_minute} a minute");
        }
    }

    #[test]
    fn a_minute_never_holds_more_tokens_than_its_quota() {
        let mut window = TokenWindow::new(NonZeroU32::new(10_000).unwrap());
        let start = Instant::now();
        let mut now = start;
        let mut taken: Vec<(Instant, u64)> = Vec::new();
        let costs = [
            4_000, 1_000, 3_000, 9_000, 500, 500, 2_500, 10_000, 20_000, 1,
        ];
        for cost in costs.into_iter().cycle().take(100) {
            while let Some(free_at) = window.free_at(Tokens::new(cost), now) {
                assert!(free_at > now);
                now = free_at;
            }
            window.take(Tokens::new(cost), now);
            taken.push((now, cost.min(10_000)));
        }
        for (index, (from, _)) in taken.iter().enumerate() {
            let minute = taken[index..]
                .iter()
                .take_while(|(at, _)| *at < *from + 60 * SECOND);
            assert!(minute.map(|(_, cost)| cost).sum::<u64>() <= 10_000);
        }
    }

    #[tokio::test]
    async fn a_pause_holds_everyone_back() {
        let admission = Admission::new(Quota {
            requests_per_minute: None,
            tokens_per_minute: None,
            max_concurrency: std::num::NonZeroUsize::MIN,
        });
        admission.pause(Duration::from_millis(40));
        admission.pause(Duration::from_millis(5));
        let start = Instant::now();
        admission.admit(Tokens::new(1)).await;
        assert!(start.elapsed() >= Duration::from_millis(40));
    }
}
