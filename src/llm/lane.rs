//! One deployment's account: its quota, what is in flight there, and its health.

use std::cmp::Ordering;
use std::time::Duration;

use tokio::time::Instant;

use super::chat::Tokens;
use super::concurrency::{Concurrency, Room};
use super::health::Health;
use super::pool::Hold;
use super::quota::Quota;
use crate::config;

/// How long a request rather waits for a deployment that has not failed it.
pub(super) const SOON: Duration = Duration::from_secs(10);

/// Seconds in a minute, the time that quotas are given for.
const MINUTE: f64 = 60.0;

/// What decides whether a deployment may take a request.
pub(super) struct Lane {
    pub(super) quota: Quota,
    pub(super) concurrency: Concurrency,
    pub(super) health: Health,
}

/// Who says when the quota lets a request pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    /// This process's own account.
    Own,
    /// The account that several machines share, which is asked afterwards.
    Shared,
}

/// Whether a deployment may take a request, its pace aside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Readiness {
    /// It may, with so much left.
    Open(Left),
    /// It may not.
    Closed {
        /// When that may change, unless an answer or nothing changes it.
        until: Option<Instant>,
        /// Whether it will be before long.
        is_soon: bool,
        /// What keeps it closed.
        by: Hold,
    },
}

/// The shares of a deployment that are not in use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Left {
    tokens: f64,
    room: f64,
}

impl Lane {
    pub(super) fn new(quota: config::Quota) -> Self {
        let rate = quota.requests_per_minute;
        let rate = rate.map(|per_minute| f64::from(per_minute.get()) / MINUTE);
        Self {
            quota: Quota::new(quota),
            concurrency: Concurrency::new(quota.max_concurrency.get(), rate),
            health: Health::ALIVE,
        }
    }

    /// Whether it may take a request of `cost`. While it is down it is passed over if any deployment
    /// is up, and otherwise if it is out of order.
    pub(super) fn readiness(
        &mut self,
        cost: Tokens,
        is_any_up: bool,
        is_scarce: bool,
        gate: Gate,
        now: Instant,
    ) -> Readiness {
        let closed = |until, is_soon, by| Readiness::Closed { until, is_soon, by };
        if self.health == Health::Dead || !self.quota.can_ever(cost) {
            return closed(None, false, Hold::Down);
        }
        let is_out_of_order = self.health.is_out_of_order();
        let down_until = self.health.down_until(now);
        if down_until.is_some() && (is_any_up || is_out_of_order) {
            return closed(down_until, false, Hold::Down);
        }
        if is_out_of_order && !self.concurrency.is_idle() {
            return closed(None, false, Hold::Down);
        }
        let free_at = match gate {
            Gate::Own => self.quota.free_at(cost, is_scarce, now),
            Gate::Shared => self.quota.paused(now),
        };
        let by_quota = match self.quota.paused(now) {
            Some(until) if free_at <= Some(until) => Hold::Pause,
            _ => Hold::Tokens,
        };
        let is_soon = free_at.is_none_or(|instant| instant - now <= SOON);
        match (self.concurrency.room(now), free_at) {
            (Room::Now, None) => Readiness::Open(Left {
                tokens: self.quota.left(now),
                room: self.concurrency.left(),
            }),
            (Room::Later, _) => closed(None, is_soon, Hold::Concurrency),
            (Room::At(instant), _) => closed(Some(instant), is_soon, Hold::Concurrency),
            (Room::Now, Some(instant)) => closed(Some(instant), is_soon, by_quota),
        }
    }
}

impl Left {
    /// By tokens, and by room where they are the same.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let tokens = self.tokens.total_cmp(&other.tokens);
        tokens.then(self.room.total_cmp(&other.room))
    }
}
