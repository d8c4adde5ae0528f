//! A request that waits for its turn: its place in the line, and what it does next.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::choice::{Choice, NoTurn, choose};
use super::line::Place;
use super::shared::Shared;
use super::{Hold, Pool, Slot};
use crate::llm::chat::{Tokens, Urgency};
use crate::llm::lane::Gate;
use crate::llm::shared_quota::Receipt;

/// A request in the line; it gives up its place when this is dropped.
pub(super) struct Waiting<'p> {
    pub(super) pool: &'p Pool,
    /// What it costs at each deployment.
    pub(super) costs: Vec<Tokens>,
    pub(super) begun: Instant,
    place: Place,
    notify: Arc<Notify>,
}

/// What a request does next.
pub(super) enum Step<'p> {
    /// It is sent.
    Send(Slot<'p>),
    /// It asks for a place in the shared quota of one of these deployments, the best first.
    Ask(&'p Shared, Vec<usize>),
    /// It waits until an instant, if that is known, unless something changes before.
    Wait(Hold, Option<Instant>),
    /// It will never be sent.
    Never(NoTurn),
}

impl<'p> Waiting<'p> {
    /// Joins the line.
    pub(super) fn join(pool: &'p Pool, urgency: Urgency, costs: Vec<Tokens>) -> Self {
        let most = costs.iter().copied().max().unwrap_or_default();
        let (place, notify) = pool.lock().line.join(urgency, most);
        Self {
            pool,
            costs,
            begun: Instant::now(),
            place,
            notify,
        }
    }

    /// What the request does now; `None` while another one is the first in the line.
    pub(super) fn step(&self, avoided: &[usize], gate: Gate) -> Option<Step<'p>> {
        let shared = self.pool.shared.as_ref().filter(|shared| {
            // When the keeper is away, each process keeps to its own account.
            gate == Gate::Shared && shared.keeper.is_up()
        });
        let gate = shared.map_or(Gate::Own, |_| Gate::Shared);
        let mut state = self.pool.lock();
        let now = Instant::now();
        if !state.line.is_turn_of(self.place) {
            return None;
        }
        let demand = state.line.demand();
        let choice = choose(&mut state.lanes, &self.costs, avoided, demand, gate, now);
        Some(match choice {
            Choice::Go(index) => {
                let left = state.take(index, self.costs[index], now);
                Step::Send(self.slot(index, left, None))
            }
            Choice::Ask(candidates) => {
                state.line.ask(self.place);
                // It is asked for only where there is somebody to ask.
                Step::Ask(shared?, candidates)
            }
            Choice::Wait(by, until) => {
                state.meter.hold(by, until, now);
                Step::Wait(by, until)
            }
            Choice::Never(reason) => Step::Never(reason),
        })
    }

    /// Leave to be sent to a deployment with so many tokens left, at its place in the shared quota if that
    /// was asked.
    pub(super) fn slot(
        &self,
        index: usize,
        left: Option<u64>,
        receipt: Option<Receipt>,
    ) -> Slot<'p> {
        let now = Instant::now();
        Slot {
            pool: self.pool,
            index,
            left,
            receipt,
            sent: now,
            waited: now - self.begun,
            admitted: self.costs[index],
            held_by: None,
        }
    }

    /// Waits until something has changed, or until an instant.
    pub(super) async fn woken(&self, at: Option<Instant>) {
        match at {
            Some(instant) => {
                tokio::select! {
                    () = self.notify.notified() => {}
                    () = sleep_until(instant) => {}
                }
            }
            None => self.notify.notified().await,
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        state.line.leave(self.place);
        if state.line.is_empty() {
            state.meter.release(Instant::now());
        }
        state.line.wake_first();
    }
}
