//! A place in a quota that several machines share: asked for, waited for, and used or given back.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::choice::is_open;
use super::waiting::Waiting;
use super::{Hold, Slot};
use crate::llm::shared_quota::{News, Patience, Place, Receipt, SharedQuota, Turn, Wish};

/// A place in a shared quota that is used later than this is another one's by then.
const LATE: Duration = Duration::from_millis(200);

/// A request that leaves later than this after its place says so.
const IN_TIME: Duration = Duration::from_millis(20);

/// Who keeps the deployments' quotas for several machines.
pub(in crate::llm) struct Shared {
    /// The keeper.
    pub(in crate::llm) keeper: Arc<dyn SharedQuota>,
    /// What each deployment's account is called there.
    pub(in crate::llm) accounts: Vec<String>,
}

impl Shared {
    /// Tells the other machines of something about a deployment.
    pub(super) fn tell(&self, index: usize, news: News) {
        if let Some(account) = self.accounts.get(index) {
            self.keeper.tell(account, news);
        }
    }
}

/// The keeper of the shared quota did not answer.
pub(super) struct NoAnswer;

/// A place that is given back when it is dropped unused.
struct Held<'p> {
    shared: &'p Shared,
    index: usize,
    receipt: Option<Receipt>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(receipt) = self.receipt {
            self.shared.tell(self.index, News::GivenBack(receipt));
        }
    }
}

/// Whether a request may use its place.
enum Arrival {
    Early,
    InTime,
    /// The place has passed, or the deployment takes nothing any more.
    InVain,
}

impl<'p> Waiting<'p> {
    /// Asks for a place in the quota of one of `candidates`, and waits for it. `None` if the deployment
    /// may take the request no more by then, or the place has passed: then it is given back.
    pub(super) async fn reserved(
        &self,
        shared: &Shared,
        candidates: &[usize],
    ) -> Result<Option<Slot<'p>>, NoAnswer> {
        let (index, place) = self.ask(shared, candidates).await?;
        let received = Instant::now();
        let mut held = Held {
            shared,
            index,
            receipt: Some(place.receipt),
        };
        let at = received + place.wait;
        loop {
            match self.arrive(index, at, place.left) {
                Arrival::Early => {
                    let now = Instant::now();
                    self.pool.lock().meter.hold(Hold::Shared, Some(at), now);
                    self.woken(Some(at)).await;
                }
                Arrival::InTime => {
                    let receipt = held.receipt.take();
                    let late = at.elapsed();
                    if late > IN_TIME && place.left.is_some() {
                        shared.tell(index, News::Late(place.receipt, late));
                    }
                    let mut slot = self.slot(index, place.left, receipt);
                    slot.held_by = (!place.wait.is_zero()).then_some(Hold::Shared);
                    return Ok(Some(slot));
                }
                Arrival::InVain => return Ok(None),
            }
        }
    }

    /// Reserves a place where one is free now, or else where one will be first.
    async fn ask(&self, shared: &Shared, candidates: &[usize]) -> Result<(usize, Place), NoAnswer> {
        let mut soonest: Option<(Duration, usize)> = None;
        for index in candidates.iter().copied() {
            let patience = match candidates.len() {
                1 => Patience::Any,
                _ => Patience::None,
            };
            match self.ask_at(shared, index, patience).await? {
                Turn::Reserved(place) => return Ok((index, place)),
                Turn::Later(wait) => {
                    soonest = Some(soonest.map_or((wait, index), |best| best.min((wait, index))));
                }
            }
        }
        let (_, index) = soonest.ok_or(NoAnswer)?;
        match self.ask_at(shared, index, Patience::Any).await? {
            Turn::Reserved(place) => Ok((index, place)),
            Turn::Later(_) => Err(NoAnswer),
        }
    }

    /// Asks for a place in the quota of one deployment.
    async fn ask_at(
        &self,
        shared: &Shared,
        index: usize,
        patience: Patience,
    ) -> Result<Turn, NoAnswer> {
        let wish = {
            let mut state = self.pool.lock();
            let wanted = state.line.demand();
            let quota = &mut state.lanes[index].quota;
            quota.wish(self.costs[index], wanted, Instant::now())
        };
        let wish = Wish { patience, ..wish };
        let turn = shared.keeper.reserve(&shared.accounts[index], wish).await;
        turn.ok_or(NoAnswer)
    }

    /// Books the request at its place, which is at `at` with so many tokens left, if it is time.
    fn arrive(&self, index: usize, at: Instant, left: Option<u64>) -> Arrival {
        let now = Instant::now();
        let cost = self.costs[index];
        let mut state = self.pool.lock();
        if now > at + LATE || !is_open(&mut state.lanes, index, cost, now) {
            return Arrival::InVain;
        }
        if now < at {
            return Arrival::Early;
        }
        let lane = &mut state.lanes[index];
        lane.concurrency.enter(now);
        lane.quota.take_shared(cost, left, now);
        state.meter.enter(cost.get(), now);
        Arrival::InTime
    }
}
