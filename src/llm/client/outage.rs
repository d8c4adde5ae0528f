//! Whether the service is out of order as a whole, told from how requests end.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Requests that have to run out of attempts, with no answer to any other since they began, until the
/// service counts as out of order.
const OUTAGE: u32 = 3;

/// How a client's requests have ended lately.
#[derive(Debug, Default)]
pub(super) struct Outage(Mutex<Ends>);

#[derive(Debug, Default)]
struct Ends {
    /// Requests that have run out of attempts since the last answer.
    exhausted: u32,
    answered_at: Option<Instant>,
}

impl Outage {
    /// A request was answered.
    pub(super) fn answered(&self) {
        *self.ends() = Ends {
            exhausted: 0,
            answered_at: Some(Instant::now()),
        };
    }

    /// A request has run out of attempts in `elapsed`; `is_unreachable` if it could connect to nobody.
    /// Says whether it is the service that is out of order.
    pub(super) fn exhausted(&self, elapsed: Duration, is_unreachable: bool) -> bool {
        let mut ends = self.ends();
        ends.exhausted = ends.exhausted.saturating_add(1);
        match ends.answered_at {
            Some(at) => ends.exhausted >= OUTAGE && at.elapsed() >= elapsed,
            // Nobody will connect where the first ones could not.
            None => is_unreachable || ends.exhausted >= OUTAGE,
        }
    }

    fn ends(&self) -> MutexGuard<'_, Ends> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    #[test]
    fn several_in_a_row_without_an_answer_meanwhile_are_an_outage() {
        let outage = Outage::default();
        let ends = [(); 3].map(|()| outage.exhausted(LONG, false));
        assert_eq!(ends, [false, false, true]);
        outage.answered();
        assert!(!outage.exhausted(Duration::ZERO, false));
        assert!(!outage.exhausted(Duration::ZERO, false));
        assert!(
            !outage.exhausted(LONG, false),
            "another one was answered while it was tried"
        );
        assert!(outage.exhausted(Duration::ZERO, false));
    }

    #[test]
    fn where_nobody_ever_connected_the_first_one_tells() {
        let outage = Outage::default();
        assert!(outage.exhausted(Duration::ZERO, true));
        outage.answered();
        assert!(!outage.exhausted(Duration::ZERO, true));
    }
}
