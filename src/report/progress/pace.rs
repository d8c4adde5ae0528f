//! How long a run is likely to take yet.

use std::collections::VecDeque;
use std::time::Duration;

use crate::report::count::share;

/// What a run's speed is measured over. A pause weighs less the longer it is ago.
const WINDOW: Duration = Duration::from_secs(90);

/// Between two samples.
const EVERY: Duration = Duration::from_secs(1);

/// Nothing is said sooner...
const SOONEST: Duration = Duration::from_secs(5);

/// ... or of fewer steps: they may all be of one request.
const FEWEST_STEPS: usize = 3;

/// How quickly the shown time follows a changed one.
const CALM: Duration = Duration::from_secs(4);

/// The speed of a run and the end that it leads to.
///
/// The time that is left is what is left to do at the speed of the last [`WINDOW`], and no less than what
/// the quota takes for it. It counts down by itself and follows a change of speed slowly, so that it does
/// not jump.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When how much was done, since the work began.
    samples: VecDeque<(Duration, u64)>,
    /// How often there was more done than before.
    steps: usize,
    last: u64,
    /// When it will be over, and when that was said.
    end: Option<(Duration, Duration)>,
}

impl Pace {
    /// The time left, at `now` since the work began, with `done` of `total`; by the quota the rest takes at
    /// least `least`. `None` until it can be told.
    pub(super) fn left(
        &mut self,
        now: Duration,
        done: u64,
        total: u64,
        least: Duration,
    ) -> Option<Duration> {
        if done > self.last {
            self.last = done;
            self.steps += 1;
        }
        if self.samples.back().is_none_or(|(at, _)| now >= *at + EVERY) {
            self.samples.push_back((now, done));
        }
        while self.samples.len() > 1
            && self
                .samples
                .get(1)
                .is_some_and(|(at, _)| *at + WINDOW <= now)
        {
            self.samples.pop_front();
        }
        if now < SOONEST || self.steps < FEWEST_STEPS {
            return None;
        }
        let (since, before) = if now <= WINDOW {
            (Duration::ZERO, 0)
        } else {
            self.samples.front().copied()?
        };
        let gained = done.saturating_sub(before);
        if gained == 0 {
            // It stands: whatever was said before is not true any more.
            self.end = None;
            return None;
        }
        let share = share(total.saturating_sub(done), gained);
        let rest = now.saturating_sub(since).mul_f64(share.min(1e6));
        let target = now + rest.max(least);
        let end = match self.end {
            None => target,
            Some((end, said)) => {
                let weight =
                    1.0 - (-now.saturating_sub(said).as_secs_f64() / CALM.as_secs_f64()).exp();
                end.mul_f64(1.0 - weight) + target.mul_f64(weight)
            }
        };
        self.end = Some((end, now));
        Some(end.saturating_sub(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said each tenth of a second of a run whose work is done by `done`.
    fn said(
        seconds: u64,
        total: u64,
        done: impl Fn(f64) -> f64,
        least: f64,
    ) -> Vec<(f64, Option<f64>)> {
        let mut pace = Pace::default();
        (0..seconds * 10)
            .map(|tick| {
                let now = Duration::from_millis(tick * 100);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "small"
                )]
                let done = done(now.as_secs_f64()) as u64;
                let least = Duration::from_secs_f64(least);
                let left = pace.left(now, done, total, least);
                (now.as_secs_f64(), left.map(|left| left.as_secs_f64()))
            })
            .collect()
    }

    #[test]
    fn an_even_run_is_told_exactly_and_counted_down() {
        let said = said(120, 1200, |now| now * 10.0, 0.0);
        assert!(
            said.iter()
                .all(|(now, left)| left.is_none() == (*now < 5.0))
        );
        for (now, left) in said
            .into_iter()
            .filter_map(|(now, left)| Some((now, left?)))
        {
            assert!((left - (120.0 - now)).abs() < 1.0, "{left} left at {now}");
        }
    }

    #[test]
    fn answers_in_waves_do_not_make_it_jump() {
        // Forty answers every eight seconds.
        let said = said(240, 1200, |now| (now / 8.0).floor() * 40.0, 0.0);
        let told: Vec<(f64, f64)> = said
            .into_iter()
            .filter_map(|(now, left)| Some((now, left?)))
            .collect();
        for pair in told.windows(2) {
            assert!((pair[1].1 - pair[0].1).abs() < 2.0, "{pair:?}");
        }
        for (now, left) in told.into_iter().filter(|(now, _)| *now > 60.0) {
            assert!((left - (240.0 - now)).abs() < 36.0, "{left} left at {now}");
        }
    }

    #[test]
    fn nothing_is_said_of_a_run_that_stands_or_has_hardly_begun() {
        assert!(
            said(60, 100, |_| 0.0, 0.0)
                .iter()
                .all(|(_, left)| left.is_none())
        );
        let one_request = said(60, 100, |now| if now > 1.0 { 20.0 } else { 0.0 }, 0.0);
        assert!(one_request.iter().all(|(_, left)| left.is_none()));
        let stands = said(200, 1000, |now| now.min(50.0) * 5.0, 0.0);
        assert!(stands.last().unwrap().1.is_none());
    }

    #[test]
    fn the_quota_is_a_bound_from_below() {
        // A burst at the beginning is no speed that a quota lets go on.
        let said = said(20, 1000, |now| now * 30.0, 300.0);
        assert!(
            said.iter()
                .filter_map(|(_, left)| *left)
                .all(|left| left > 290.0)
        );
    }

    #[test]
    fn a_change_of_speed_is_followed_within_a_window() {
        let done = |now: f64| {
            if now < 100.0 {
                now * 10.0
            } else {
                1000.0 + (now - 100.0) * 2.0
            }
        };
        let said = said(200, 1400, done, 0.0);
        let (now, left) = said[1950];
        assert!((left.unwrap() - (300.0 - now)).abs() < 15.0, "{left:?}");
    }
}
