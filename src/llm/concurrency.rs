//! How many requests a deployment gets at once: found out by asking for more while it pays.
//!
//! Additive increase, multiplicative decrease, as TCP does it (RFC 5681): the bound doubles with each
//! round of answers up to where it last was too high, and grows by one a round from there. A 429 or a
//! timeout takes a third of it away, a latency that has multiplied a tenth.

use std::time::Duration;

use tokio::time::Instant;

use super::chat::Tokens;

/// Requests at once before anything is known.
const FIRST: f64 = 8.0;

/// Seconds that a request may well take; a quota's rate times this is what fills it (Little's law).
const LIKELY_LATENCY: f64 = 10.0;

/// A rejected argument is answered faster than this, since no model is asked: so long the first
/// request goes alone.
const TRIAL: Duration = Duration::from_millis(1500);

/// What is left of the bound after a 429 or a timeout.
const CUT: f64 = 0.7;

/// The share of a bound that was too high which is taken for safe.
const SAFE: f64 = 0.85;

/// What is left of the bound when the latency has multiplied.
const TRIM: f64 = 0.9;

/// The bound grows while the latency is below this multiple of its best, ...
const HOLDS: f64 = 2.0;

/// ... and shrinks above this one.
const SUFFERS: f64 = 4.0;

/// The weight of the newest answer in the latency's moving average.
const WEIGHT: f64 = 0.2;

/// Answers before the average says anything.
const SAMPLES: u32 = 8;

/// Tokens that a reply's overhead takes as long as.
const OVERHEAD: f64 = 50.0;

/// Whether another request may be in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// Yes.
    Now,
    /// When the first request is still unanswered by then.
    At(Instant),
    /// When one is answered.
    Later,
}

/// The bound on one deployment's requests in flight, and what is in flight.
#[derive(Debug)]
pub(super) struct Concurrency {
    limit: f64,
    most: f64,
    in_flight: usize,
    peak: usize,
    /// Up to here it doubles.
    threshold: f64,
    /// Somebody waited for room since the bound last grew.
    is_wanted: bool,
    /// When the bound last shrank: what was sent before has no say any more.
    shrank_at: Option<Instant>,
    trial: Trial,
    latency: Latency,
}

/// Whether the deployment has taken a request as docgen writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trial {
    /// Nothing was sent since something was learned.
    Open,
    /// One was sent then.
    Since(Instant),
    /// It has.
    Passed,
}

impl Concurrency {
    /// At most `most`; `per_second` is the rate that the quota allows, where it has one.
    pub(super) fn new(most: usize, per_second: Option<f64>) -> Self {
        let most = bounded(most);
        let first = per_second.map_or(FIRST, |rate| (rate * LIKELY_LATENCY).ceil().max(2.0));
        Self {
            limit: first.min(most),
            most,
            in_flight: 0,
            peak: 0,
            threshold: most,
            is_wanted: false,
            shrank_at: None,
            trial: Trial::Open,
            latency: Latency::default(),
        }
    }

    /// Whether another request may be in flight. Asking for more room than there is makes it grow.
    pub(super) fn room(&mut self, now: Instant) -> Room {
        match self.trial {
            Trial::Since(sent) if self.in_flight > 0 && now < sent + TRIAL => {
                Room::At(sent + TRIAL)
            }
            _ if bounded(self.in_flight) < self.limit.floor() => Room::Now,
            _ => {
                self.is_wanted = true;
                Room::Later
            }
        }
    }

    /// A request is sent.
    pub(super) fn enter(&mut self, now: Instant) {
        self.in_flight += 1;
        self.peak = self.peak.max(self.in_flight);
        if self.trial == Trial::Open {
            self.trial = Trial::Since(now);
        }
    }

    /// A request is over, however it ended.
    pub(super) fn leave(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// Requests are written otherwise from now on, which is to be tried first.
    pub(super) fn try_anew(&mut self) {
        self.trial = Trial::Open;
    }

    /// A completion of `written` tokens came after `latency`.
    pub(super) fn completed(
        &mut self,
        latency: Duration,
        written: Tokens,
        sent: Instant,
        now: Instant,
    ) {
        self.trial = Trial::Passed;
        let strain = self.latency.observe(latency, written);
        if strain > SUFFERS {
            self.shrink(TRIM, sent, now);
        } else if strain <= HOLDS && std::mem::take(&mut self.is_wanted) {
            let step = if self.limit < self.threshold {
                1.0
            } else {
                self.limit.recip()
            };
            self.limit = (self.limit + step).min(self.most);
        }
    }

    /// A 429 or a timeout came for a request sent at `sent`. It says nothing of a bound that was far
    /// from being reached.
    pub(super) fn set_back(&mut self, sent: Instant, now: Instant) {
        if bounded(self.in_flight) * 2.0 >= self.limit.floor() {
            self.shrink(CUT, sent, now);
        }
    }

    /// Whether nothing is in flight.
    pub(super) fn is_idle(&self) -> bool {
        self.in_flight == 0
    }

    /// The bound.
    pub(super) fn limit(&self) -> usize {
        whole(self.limit)
    }

    /// The most that have been in flight.
    pub(super) fn peak(&self) -> usize {
        self.peak
    }

    /// The share of the bound that is not in use.
    pub(super) fn left(&self) -> f64 {
        1.0 - bounded(self.in_flight) / self.limit.max(1.0)
    }

    /// Once for everything that was sent under the same bound.
    fn shrink(&mut self, share: f64, sent: Instant, now: Instant) {
        if self.shrank_at.is_some_and(|at| sent <= at) {
            return;
        }
        self.threshold = self.limit * SAFE;
        self.is_wanted = false;
        self.shrank_at = Some(now);
        self.limit = (self.limit * share).max(1.0);
        self.latency = Latency::default();
    }
}

/// Seconds a token, since a long reply takes longer without anybody suffering.
#[derive(Debug, Default)]
struct Latency {
    samples: u32,
    average: f64,
    best: f64,
}

impl Latency {
    /// How many times its best the latency is; 1 until that can be told.
    fn observe(&mut self, latency: Duration, written: Tokens) -> f64 {
        let tokens = u32::try_from(written.get()).unwrap_or(u32::MAX);
        let pace = latency.as_secs_f64() / (f64::from(tokens) + OVERHEAD);
        self.samples = self.samples.saturating_add(1);
        // A plain mean first: the first answer alone would stand for all otherwise.
        let weight = f64::from(self.samples).recip().max(WEIGHT);
        self.average += (pace - self.average) * weight;
        if self.samples < SAMPLES {
            return 1.0;
        }
        if self.samples == SAMPLES || self.average < self.best {
            self.best = self.average;
        }
        if self.best > 0.0 {
            self.average / self.best
        } else {
            1.0
        }
    }
}

fn bounded(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the bound is between 1 and the largest u32"
)]
fn whole(limit: f64) -> usize {
    limit.floor() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A round: as many requests as there is room for, answered after `latency`.
    fn round(concurrency: &mut Concurrency, latency: Duration, now: &mut Instant) {
        let sent = *now;
        while concurrency.room(sent) == Room::Now {
            concurrency.enter(sent);
        }
        *now += latency;
        for _ in 0..concurrency.in_flight {
            concurrency.leave();
            // Somebody always waits.
            _ = concurrency.room(*now);
            concurrency.is_wanted = true;
            concurrency.completed(latency, Tokens::new(50), sent, *now);
        }
    }

    fn passed(most: usize, per_second: Option<f64>) -> Concurrency {
        let mut concurrency = Concurrency::new(most, per_second);
        concurrency.trial = Trial::Passed;
        concurrency
    }

    #[test]
    fn the_first_request_goes_alone_until_it_is_answered_or_surely_accepted() {
        let mut concurrency = Concurrency::new(64, None);
        let now = Instant::now();
        assert_eq!(concurrency.room(now), Room::Now);
        concurrency.enter(now);
        assert_eq!(concurrency.room(now), Room::At(now + TRIAL));
        assert_eq!(concurrency.room(now + TRIAL), Room::Now);
        // Its argument was refused: the next one is the first again.
        concurrency.leave();
        concurrency.try_anew();
        concurrency.enter(now + SECOND);
        assert_eq!(
            concurrency.room(now + TRIAL),
            Room::At(now + SECOND + TRIAL)
        );
        concurrency.completed(SECOND, Tokens::new(1), now, now + SECOND);
        assert_eq!(concurrency.room(now + SECOND), Room::Now);
    }

    #[test]
    fn it_doubles_a_round_up_to_the_most() {
        let mut concurrency = passed(100, None);
        let mut now = Instant::now();
        let mut seen = Vec::new();
        for _ in 0..5 {
            seen.push(concurrency.limit());
            round(&mut concurrency, SECOND, &mut now);
        }
        assert_eq!(seen, [8, 16, 32, 64, 100]);
        assert_eq!(concurrency.peak(), 100);
    }

    #[test]
    fn a_quota_s_rate_tells_where_to_start() {
        assert_eq!(Concurrency::new(256, Some(10.0)).limit(), 100);
        assert_eq!(Concurrency::new(64, Some(10.0)).limit(), 64);
        assert_eq!(Concurrency::new(64, Some(0.05)).limit(), 2);
    }

    /// So many requests in flight.
    fn busy(concurrency: &mut Concurrency, count: usize) {
        concurrency.in_flight = count;
    }

    #[test]
    fn a_setback_cuts_once_a_round_and_growth_is_slow_near_it() {
        let mut concurrency = passed(200, Some(10.0));
        let start = Instant::now();
        busy(&mut concurrency, 100);
        for _ in 0..50 {
            concurrency.set_back(start, start + SECOND);
        }
        assert_eq!(concurrency.limit(), 70);
        busy(&mut concurrency, 0);
        let mut now = start + 2 * SECOND;
        round(&mut concurrency, SECOND, &mut now);
        assert_eq!(concurrency.limit(), 85, "quickly to where it was safe");
        round(&mut concurrency, SECOND, &mut now);
        assert_eq!(concurrency.limit(), 86, "one more a round from there");
        for step in 1..60 {
            let at = now + step * 2 * SECOND;
            busy(&mut concurrency, 100);
            concurrency.set_back(at, at + SECOND);
        }
        assert_eq!(concurrency.limit(), 1, "never less");
    }

    #[test]
    fn a_setback_far_below_the_bound_says_nothing_of_it() {
        let mut concurrency = passed(200, Some(10.0));
        let now = Instant::now();
        busy(&mut concurrency, 10);
        concurrency.set_back(now, now + SECOND);
        assert_eq!(concurrency.limit(), 100);
    }

    #[test]
    fn it_stops_growing_when_latency_grows_with_it() {
        // A server that works on four at a time: all others wait behind them.
        let mut concurrency = passed(256, None);
        let mut now = Instant::now();
        for _ in 0..60 {
            let behind = u32::try_from(concurrency.limit().div_ceil(4)).unwrap();
            round(&mut concurrency, SECOND * behind, &mut now);
        }
        assert!(
            (4..=40).contains(&concurrency.limit()),
            "{}",
            concurrency.limit()
        );
    }

    #[test]
    fn it_does_not_grow_when_nobody_waits() {
        let mut concurrency = passed(64, None);
        let now = Instant::now();
        for _ in 0..100 {
            concurrency.enter(now);
            concurrency.leave();
            concurrency.completed(SECOND, Tokens::new(50), now, now + SECOND);
        }
        assert_eq!(concurrency.limit(), 8);
    }
}
