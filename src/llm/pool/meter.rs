//! What a pool has to show: what is in flight, what the line waits for, and for how long it has.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

/// The minute that a rate is told over.
const MINUTE: Duration = Duration::from_mins(1);

/// What keeps the first of the line from being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// The quota of requests.
    Requests,
    /// The quota of tokens.
    Tokens,
    /// Another machine, at a quota that is shared.
    Shared,
    /// The bound on requests in flight.
    Concurrency,
    /// The service, which has asked for a pause.
    Pause,
    /// Every deployment is down.
    Down,
}

/// The account of what was in flight and of what held others back.
#[derive(Debug, Default)]
pub(super) struct Meter {
    in_flight: usize,
    busy_since: Option<Instant>,
    busy: Duration,
    /// Since when requests are in flight and none is held back, and how long they were so before.
    awaited_since: Option<Instant>,
    awaited: Duration,
    hold: Option<Held>,
    held: BTreeMap<Hold, Duration>,
    /// When a request was sent, and the tokens that it was admitted for.
    sent: VecDeque<(Instant, u64)>,
}

/// What holds the first of the line back.
#[derive(Debug, Clone, Copy)]
struct Held {
    by: Hold,
    since: Instant,
    until: Option<Instant>,
}

/// What a pool has to show at an instant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::llm) struct Reading {
    pub(in crate::llm) in_flight: usize,
    pub(in crate::llm) waiting: usize,
    /// What holds the first of the line back, and about how long yet.
    pub(in crate::llm) hold: Option<(Hold, Option<Duration>)>,
    pub(in crate::llm) held: BTreeMap<Hold, Duration>,
    pub(in crate::llm) busy: Duration,
    /// The part of that in which nothing was held back: what was left was to wait for answers.
    pub(in crate::llm) awaited: Duration,
    pub(in crate::llm) requests_last_minute: u64,
    pub(in crate::llm) tokens_last_minute: u64,
    /// The quotas of all deployments together; `None` if any has none.
    pub(in crate::llm) requests_per_minute: Option<u64>,
    pub(in crate::llm) tokens_per_minute: Option<u64>,
}

impl Meter {
    /// A request leaves that was admitted for so many tokens.
    pub(super) fn enter(&mut self, tokens: u64, now: Instant) {
        self.release(now);
        self.in_flight += 1;
        self.busy_since.get_or_insert(now);
        self.awaited_since.get_or_insert(now);
        self.forget(now);
        self.sent.push_back((now, tokens));
    }

    /// One is over.
    pub(super) fn leave(&mut self, now: Instant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if self.in_flight == 0
            && let Some(since) = self.busy_since.take()
        {
            self.busy += now.saturating_duration_since(since);
            self.await_no_more(now);
        }
    }

    /// The first of the line waits, until an instant if that is known.
    pub(super) fn hold(&mut self, by: Hold, until: Option<Instant>, now: Instant) {
        let since = match self.hold {
            Some(held) if held.by == by => held.since,
            _ => {
                self.release(now);
                self.await_no_more(now);
                now
            }
        };
        self.hold = Some(Held { by, since, until });
    }

    /// Nobody waits any more.
    pub(super) fn release(&mut self, now: Instant) {
        if let Some(held) = self.hold.take() {
            *self.held.entry(held.by).or_default() += now.saturating_duration_since(held.since);
            if self.in_flight > 0 {
                self.awaited_since = Some(now);
            }
        }
    }

    fn await_no_more(&mut self, now: Instant) {
        if let Some(since) = self.awaited_since.take() {
            self.awaited += now.saturating_duration_since(since);
        }
    }

    /// What holds the first of the line back.
    pub(super) fn held_by(&self) -> Option<Hold> {
        self.hold.map(|held| held.by)
    }

    pub(super) fn read(&mut self, now: Instant) -> Reading {
        self.forget(now);
        let mut sums = self.held.clone();
        if let Some(one) = self.hold {
            *sums.entry(one.by).or_default() += now.saturating_duration_since(one.since);
        }
        let busy_yet = self.busy_since.map(|since| now - since);
        let awaited_yet = self.awaited_since.map(|since| now - since);
        let hold = self.hold.map(|one| {
            let left = one.until.map(|at| at.saturating_duration_since(now));
            (one.by, left)
        });
        Reading {
            in_flight: self.in_flight,
            hold,
            held: sums,
            busy: self.busy + busy_yet.unwrap_or_default(),
            awaited: self.awaited + awaited_yet.unwrap_or_default(),
            requests_last_minute: u64::try_from(self.sent.len()).unwrap_or(u64::MAX),
            tokens_last_minute: self.sent.iter().map(|(_, tokens)| tokens).sum(),
            ..Reading::default()
        }
    }

    fn forget(&mut self, now: Instant) {
        while self.sent.front().is_some_and(|(at, _)| *at + MINUTE <= now) {
            self.sent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn time_is_booked_to_what_held_the_line() {
        let mut meter = Meter::default();
        let start = Instant::now();
        meter.enter(100, start);
        meter.hold(Hold::Tokens, Some(start + 9 * SECOND), start + SECOND);
        meter.hold(Hold::Tokens, Some(start + 9 * SECOND), start + 2 * SECOND);
        let reading = meter.read(start + 3 * SECOND);
        assert_eq!(reading.hold, Some((Hold::Tokens, Some(6 * SECOND))));
        assert_eq!(reading.held[&Hold::Tokens], 2 * SECOND);
        assert_eq!(reading.busy, 3 * SECOND);
        assert_eq!(reading.awaited, SECOND);
        meter.hold(Hold::Pause, None, start + 4 * SECOND);
        meter.enter(50, start + 6 * SECOND);
        meter.leave(start + 7 * SECOND);
        meter.leave(start + 8 * SECOND);
        let reading = meter.read(start + 20 * SECOND);
        assert_eq!(reading.held[&Hold::Tokens], 3 * SECOND);
        assert_eq!(reading.held[&Hold::Pause], 2 * SECOND);
        assert_eq!((reading.busy, reading.in_flight), (8 * SECOND, 0));
        // From its beginning until tokens were short, and from the end of the pause until the last answer.
        assert_eq!(reading.awaited, 3 * SECOND);
        assert_eq!(reading.hold, None);
    }

    #[test]
    fn a_rate_is_of_the_last_minute() {
        let mut meter = Meter::default();
        let start = Instant::now();
        meter.enter(100, start);
        meter.enter(50, start + 30 * SECOND);
        let reading = meter.read(start + 59 * SECOND);
        let rate = |reading: &Reading| (reading.requests_last_minute, reading.tokens_last_minute);
        assert_eq!(rate(&reading), (2, 150));
        assert_eq!(rate(&meter.read(start + 60 * SECOND)), (1, 50));
    }
}
