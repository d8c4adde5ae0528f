//! Tokens over a sliding window: what was taken in the last minute, and when there is room for more.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::llm::chat::Tokens;

/// The minute over which tokens are summed: longer than the service's by what a request's way there
/// may vary.
pub(super) const TOKEN_MINUTE: Duration = Duration::from_millis(60_300);

/// How much faster than its quota a run may spend tokens that are scarce. Spent in a burst, they would
/// come back in one, each minute for ever.
pub(super) const HASTE: f64 = 1.015;

/// How late a request may take scarce tokens without the next ones being late too.
pub(super) const CATCH_UP: Duration = Duration::from_secs(1);

/// The tokens taken in the last minute, and how fast more may be taken.
pub(super) struct TokenWindow {
    pub(super) limit: u64,
    taken: VecDeque<Taken>,
    sum: u64,
    /// When all that was taken would have been, had it been taken evenly.
    paced_until: Option<Instant>,
}

pub(super) struct Taken {
    pub(super) back_at: Instant,
    pub(super) tokens: u64,
}

impl TokenWindow {
    pub(super) fn new(limit: u64) -> Self {
        Self {
            limit,
            taken: VecDeque::new(),
            sum: 0,
            paced_until: None,
        }
    }

    /// When there is room for `cost`, or `None` if there is now. A request larger than a whole
    /// minute's quota waits for an empty minute; the service may then still refuse it.
    pub(super) fn free_at(
        &mut self,
        cost: Tokens,
        is_scarce: bool,
        now: Instant,
    ) -> Option<Instant> {
        self.forget(now);
        let room = self.limit.saturating_sub(cost.get());
        let mut sum = self.sum;
        let mut free_at = self
            .paced_until
            .and_then(|until| until.checked_sub(CATCH_UP))
            .filter(|until| is_scarce && *until > now);
        for taken in &self.taken {
            if sum <= room {
                break;
            }
            sum -= taken.tokens;
            free_at = free_at.max(Some(taken.back_at));
        }
        free_at
    }

    pub(super) fn forget(&mut self, now: Instant) {
        while let Some(first) = self.taken.front()
            && first.back_at <= now
        {
            self.sum -= first.tokens;
            self.taken.pop_front();
        }
    }

    pub(super) fn left(&self) -> u64 {
        self.limit.saturating_sub(self.sum)
    }

    pub(super) fn take(&mut self, cost: Tokens, now: Instant) {
        let tokens = cost.get().min(self.limit);
        self.block(tokens, now + TOKEN_MINUTE, now);
        let time = TOKEN_MINUTE.mul_f64(share(tokens, self.limit) / HASTE);
        self.paced_until = Some(self.paced_until.map_or(now, |until| until.max(now)) + time);
    }

    /// Takes tokens that come back at `back_at`, if that is to come.
    pub(super) fn block(&mut self, tokens: u64, back_at: Instant, now: Instant) {
        if back_at <= now || tokens == 0 {
            return;
        }
        let place = self.taken.partition_point(|one| one.back_at <= back_at);
        self.taken.insert(place, Taken { back_at, tokens });
        self.sum += tokens;
    }
}

/// A part as a share of a whole.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a share needs no 53 bits")]
    let share = part as f64 / whole.max(1) as f64;
    share
}
