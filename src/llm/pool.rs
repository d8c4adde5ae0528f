//! The deployments that share a run's work: which of them a request goes to, and when.
//!
//! Requests wait in one line. The first of it goes to the deployment that may take it now and has the
//! largest share of its quota left; one that is down is passed over for a while, one that will serve
//! nobody any more for good.

mod choice;
mod line;
mod meter;
mod shared;
mod slot;
#[cfg(test)]
mod tests;
mod waiting;

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::chat::{Tokens, Urgency};
use super::health::Health;
use super::lane::{Gate, Lane, SOON};
use crate::config;

pub(super) use choice::NoTurn;
use line::Line;
pub use meter::Hold;
use meter::Meter;
pub(super) use meter::Reading;
use shared::NoAnswer;
pub(super) use shared::Shared;
pub(super) use slot::Slot;
use waiting::{Step, Waiting};

/// What decides when a request may go where.
pub(super) struct Pool {
    state: Mutex<State>,
    shared: Option<Shared>,
}

struct State {
    lanes: Vec<Lane>,
    line: Line,
    meter: Meter,
}

/// What a deployment's account came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settled {
    /// The bound on requests in flight.
    pub(super) concurrency: usize,
    /// The most that have been in flight.
    pub(super) peak: usize,
}

impl Pool {
    pub(super) fn new(quotas: impl Iterator<Item = config::Quota>, shared: Option<Shared>) -> Self {
        Self {
            shared,
            state: Mutex::new(State {
                lanes: quotas.map(Lane::new).collect(),
                line: Line::default(),
                meter: Meter::default(),
            }),
        }
    }

    /// Waits until a deployment may take a request, which costs `costs()[i]` at the `i`-th one by then.
    /// Those in `avoided` are taken only if no other may before long.
    pub(super) async fn slot(
        &self,
        costs: impl Fn() -> Vec<Tokens>,
        urgency: Urgency,
        avoided: &[usize],
    ) -> Result<Slot<'_>, NoTurn> {
        let mut waiting = Waiting::join(self, urgency, costs());
        // Nobody avoids a deployment for ever while others wait behind.
        let avoids_until = waiting.begun + SOON;
        let mut gate = Gate::Shared;
        let mut held_by = None;
        loop {
            waiting.costs = costs();
            let avoided = if Instant::now() < avoids_until {
                avoided
            } else {
                &[]
            };
            let wake_at = match waiting.step(avoided, gate) {
                Some(Step::Send(mut slot)) => {
                    slot.held_by = held_by;
                    return Ok(slot);
                }
                Some(Step::Never(reason)) => return Err(reason),
                Some(Step::Ask(shared, candidates)) => {
                    match waiting.reserved(shared, &candidates).await {
                        Ok(Some(mut slot)) => {
                            slot.held_by = slot.held_by.or(held_by);
                            return Ok(slot);
                        }
                        Ok(None) => {}
                        Err(NoAnswer) => gate = Gate::Own,
                    }
                    self.lock().line.end_asking();
                    continue;
                }
                Some(Step::Wait(by, until)) => {
                    held_by = Some(by);
                    if avoided.is_empty() {
                        until
                    } else {
                        Some(until.map_or(avoids_until, |at| at.min(avoids_until)))
                    }
                }
                None => {
                    held_by = self.lock().meter.held_by().or(held_by);
                    None
                }
            };
            waiting.woken(wake_at).await;
        }
    }

    /// Takes note of how many requests are still to come besides those in the line. Each is taken to
    /// cost what those before it did on average.
    pub(super) fn expect(&self, requests: usize) {
        self.lock().line.expect(requests);
    }

    /// Whether another deployment than those in `tried` is up and not paused for long.
    pub(super) fn has_other(&self, tried: &[usize]) -> bool {
        let now = Instant::now();
        let state = self.lock();
        let mut lanes = state.lanes.iter().enumerate();
        lanes.any(|(index, lane)| {
            let paused_until = lane.quota.paused_until();
            !tried.contains(&index)
                && lane.health.is_up(now)
                && paused_until.is_none_or(|until| until <= now + SOON)
        })
    }

    /// Whether any other deployment than that one may serve, now or later.
    pub(super) fn has_hope_without(&self, index: usize) -> bool {
        let state = self.lock();
        let mut lanes = state.lanes.iter().enumerate();
        lanes.any(|(other, lane)| other != index && lane.health != Health::Dead)
    }

    /// What each deployment's account came to.
    pub(super) fn settled(&self) -> Vec<Settled> {
        let state = self.lock();
        let lanes = state.lanes.iter();
        lanes
            .map(|lane| Settled {
                concurrency: lane.concurrency.limit(),
                peak: lane.concurrency.peak(),
            })
            .collect()
    }

    /// What is to be shown.
    pub(super) fn read(&self) -> Reading {
        let mut state = self.lock();
        let lanes = state.lanes.iter();
        let alive = lanes.filter(|lane| lane.health != Health::Dead);
        let requests_per_minute = alive.clone().map(|lane| lane.quota.request_limit()).sum();
        let tokens_per_minute = alive.map(|lane| lane.quota.token_limit()).sum();
        Reading {
            waiting: state.line.len(),
            requests_per_minute,
            tokens_per_minute,
            ..state.meter.read(Instant::now())
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a deployment's account, which may be what the first in the line waits for.
    fn change(&self, index: usize, change: impl FnOnce(&mut Lane)) {
        let mut state = self.lock();
        change(&mut state.lanes[index]);
        state.line.wake_first();
    }
}

impl State {
    /// Books a request; gives what is left of the deployment's tokens then.
    fn take(&mut self, index: usize, cost: Tokens, now: Instant) -> Option<u64> {
        self.meter.enter(cost.get(), now);
        let lane = &mut self.lanes[index];
        lane.concurrency.enter(now);
        lane.quota.take_tokens(cost, now)
    }
}
