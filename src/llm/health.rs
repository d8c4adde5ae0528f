//! Whether a deployment can be expected to answer, told from how its last requests ended.

use std::time::Duration;

use tokio::time::Instant;

/// Failures in a row from which a deployment counts as down, where there are others.
pub(super) const DOWN_AFTER: u32 = 3;

/// Failures in a row from which the only deployment gets one request at a time: those that wait would
/// otherwise use up their attempts while it is out of order.
pub(super) const ALONE_AFTER: u32 = 10;

/// How long a deployment that is down is passed over at first; each further failure doubles it.
pub(super) const DOWN_FOR: Duration = Duration::from_secs(2);

/// The longest that it is passed over.
const DOWN_AT_MOST: Duration = Duration::from_mins(1);

/// How a deployment's last requests ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// It answers, or is expected to before long.
    Alive {
        /// Failures in a row.
        failures: u32,
        /// How often in a row it was taken for down, and when last.
        downs: u32,
        down_at: Option<Instant>,
    },
    /// Nobody will be served any more.
    Dead,
}

impl Health {
    pub(super) const ALIVE: Self = Self::Alive {
        failures: 0,
        downs: 0,
        down_at: None,
    };

    pub(super) fn is_up(self, now: Instant) -> bool {
        self != Self::Dead && self.down_until(now).is_none()
    }

    /// Until when it is passed over.
    pub(super) fn down_until(self, now: Instant) -> Option<Instant> {
        let Self::Alive {
            downs,
            down_at: Some(since),
            ..
        } = self
        else {
            return None;
        };
        let doublings = downs.saturating_sub(1).min(16);
        let until = since + DOWN_FOR.saturating_mul(1 << doublings).min(DOWN_AT_MOST);
        (until > now).then_some(until)
    }

    /// Whether it has failed so often that one request at a time is to find out when it is over.
    pub(super) fn is_out_of_order(self) -> bool {
        matches!(self, Self::Alive { failures, .. } if failures >= ALONE_AFTER)
    }

    /// After the failure of a request sent at `sent`.
    pub(super) fn worse(self, sent: Instant, now: Instant) -> Self {
        let Self::Alive {
            failures,
            downs,
            down_at,
        } = self
        else {
            return self;
        };
        let failures = failures.saturating_add(1);
        // What fails together goes down together.
        if failures < DOWN_AFTER || down_at.is_some_and(|at| sent <= at) {
            return Self::Alive {
                failures,
                downs,
                down_at,
            };
        }
        Self::Alive {
            failures,
            downs: downs.saturating_add(1),
            down_at: Some(now),
        }
    }

    /// After an answer; the dead stay dead.
    pub(super) fn better(self) -> Self {
        match self {
            Self::Alive { .. } => Self::ALIVE,
            Self::Dead => Self::Dead,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_time_down_doubles_the_time_and_what_fails_together_counts_once() {
        let mut now = Instant::now();
        let mut health = Health::ALIVE;
        let mut times = Vec::new();
        for _ in 0..8 {
            let sent = now;
            now += Duration::from_secs(1);
            for _ in 0..64 {
                health = health.worse(sent, now);
            }
            let until = health.down_until(now).unwrap();
            times.push((until - now).as_secs());
            now = until;
        }
        assert_eq!(times, [2, 4, 8, 16, 32, 60, 60, 60]);
    }
}
