//! Requests at an even pace, which slows down when the service finds it too fast.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, RateLimiter};
use tokio::time::Instant;

use super::window::TOKEN_MINUTE;

/// The minute that a quota of requests is spread over. The share that stays unused is what keeps a
/// request that arrives 100 milliseconds late out of another's ten seconds.
pub(super) const REQUEST_MINUTE: Duration = Duration::from_millis(60_600);

/// The longest minute that requests are spread over when the service counts otherwise than it says.
pub(super) const LONGEST_MINUTE: Duration = Duration::from_secs(90);

/// How much longer the minute becomes with each 429 for too many requests.
pub(super) const SLOWER: f64 = 1.03;

/// How late a request may leave without the next ones being late too: what a timer is late by.
pub(super) const TOLERANCE: Duration = Duration::from_millis(20);

/// The parts of a request that the pace is counted in; the tolerance is a number of them.
const PARTS: NonZeroU32 = NonZeroU32::new(64).expect("64 is not zero");

/// Requests at even distances.
pub(super) struct Pace {
    minute: Duration,
    /// When the minute last changed.
    changed_at: Option<Instant>,
    pub(super) per_minute: NonZeroU32,
    limiter: DefaultDirectRateLimiter,
}

impl Pace {
    pub(super) fn new(per_minute: NonZeroU32) -> Self {
        Self {
            minute: REQUEST_MINUTE,
            changed_at: None,
            per_minute,
            limiter: RateLimiter::direct(even(per_minute, REQUEST_MINUTE)),
        }
    }

    /// Takes the next place, or says when there is one.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Instant> {
        // A minute without another refusal is one towards the usual pace.
        if self.minute > REQUEST_MINUTE
            && self.changed_at.is_some_and(|at| now >= at + TOKEN_MINUTE)
        {
            let minute = self.minute.div_f64(SLOWER).max(REQUEST_MINUTE);
            self.spread(minute, now);
        }
        match self.limiter.check_n(PARTS) {
            Ok(Err(not_until)) => {
                Err(now + not_until.wait_time_from(DefaultClock::default().now()))
            }
            // A request is never more than what the limiter can hold.
            Ok(Ok(())) | Err(_) => Ok(()),
        }
    }

    /// Spreads requests further, once for all that was sent at the same pace.
    pub(super) fn slow_down(&mut self, sent: Instant, now: Instant) {
        if self.changed_at.is_none_or(|at| sent > at) {
            let minute = self.minute.mul_f64(SLOWER).min(LONGEST_MINUTE);
            self.spread(minute, now);
        }
    }

    fn spread(&mut self, minute: Duration, now: Instant) {
        self.minute = minute;
        self.changed_at = Some(now);
        self.limiter = RateLimiter::direct(even(self.per_minute, minute));
    }
}

/// A request is [`PARTS`] parts, which come in evenly; a limiter holds those of one request, and of
/// the time that one may be late by.
fn even(per_minute: NonZeroU32, minute: Duration) -> governor::Quota {
    let part = minute / per_minute.get() / PARTS.get();
    let late = TOLERANCE.as_nanos() / part.as_nanos().max(1);
    let held = PARTS.saturating_add(u32::try_from(late).unwrap_or(u32::MAX));
    // The period of a part is zero only beyond a thousand million requests a minute.
    governor::Quota::with_period(part)
        .unwrap_or(governor::Quota::per_second(NonZeroU32::MAX))
        .allow_burst(held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    const SECOND: Duration = Duration::from_secs(1);

    /// When requests leave that want to leave at once, each `late` after it might.
    fn departures(per_minute: u32, late: impl Fn(usize) -> Duration) -> Vec<Duration> {
        let clock = FakeRelativeClock::default();
        let pace = even(NonZeroU32::new(per_minute).unwrap(), REQUEST_MINUTE);
        let limiter = RateLimiter::direct_with_clock(pace, clock.clone());
        let mut sent = Vec::new();
        let mut now = Duration::ZERO;
        while now < 62 * SECOND {
            match limiter.check_n(PARTS).unwrap() {
                Ok(()) => sent.push(now),
                Err(not_until) => {
                    let wait = not_until.wait_time_from(clock.now()) + late(sent.len());
                    clock.advance(wait);
                    now += wait;
                }
            }
        }
        sent
    }

    #[test]
    fn no_ten_seconds_see_more_than_their_share_of_requests_and_a_minute_nearly_all() {
        for per_minute in [6, 60, 120, 600, 6_000, 60_000] {
            for late in [0, 1, 3] {
                let sent = departures(per_minute, |_| Duration::from_millis(late));
                let share = usize::try_from(per_minute / 6).unwrap();
                for (index, start) in sent.iter().enumerate() {
                    let end = sent.partition_point(|at| *at < *start + 10 * SECOND);
                    assert!(
                        end - index <= share,
                        "{per_minute} a minute, {late} ms late"
                    );
                }
                let minute = sent.partition_point(|at| *at < 60 * SECOND);
                let least = usize::try_from(per_minute).unwrap() * 985 / 1000;
                assert!(minute >= least, "{minute} of {per_minute}, {late} ms late");
            }
        }
    }

    #[test]
    fn a_timer_that_is_late_once_does_not_make_the_others_late() {
        let on_time = departures(120, |_| Duration::ZERO);
        let late = departures(120, |index| {
            Duration::from_millis(if index == 50 { 15 } else { 0 })
        });
        assert_eq!(late[60..], on_time[60..]);
    }

    #[test]
    fn a_pace_that_is_refused_slows_down_within_bounds() {
        let mut pace = Pace::new(NonZeroU32::new(60).unwrap());
        let start = Instant::now();
        for _ in 0..50 {
            pace.slow_down(start, start + SECOND);
        }
        assert_eq!(
            pace.minute,
            REQUEST_MINUTE.mul_f64(SLOWER),
            "once for all of them"
        );
        let mut now = start;
        for _ in 0..100 {
            now += 2 * SECOND;
            pace.slow_down(now, now + SECOND);
        }
        assert_eq!(pace.minute, LONGEST_MINUTE);
        for _ in 0..100 {
            now += 2 * TOKEN_MINUTE;
            _ = pace.take(now);
        }
        assert_eq!(pace.minute, REQUEST_MINUTE);
    }
}
