//! The gate: who may spend how much now, and who waits.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::{
    Bound, Entry, Grant, Ledger, LedgerError, Limits, OverBudget, Period, PeriodLimits, Spending,
};
use crate::config;
use crate::llm::chat::Urgency;

/// How long the end of a run waits for what its requests cost to be written down.
const LONGEST_WRITE: Duration = Duration::from_secs(10);

/// What a run may spend. All clients of the run pass through one.
pub struct BudgetGate {
    run: Limits,
    time: Option<Duration>,
    periods: PeriodLimits,
    ledger: Option<Arc<dyn Ledger>>,
    state: Mutex<State>,
    /// Something came back, or nobody urgent waits any more.
    changed: watch::Sender<()>,
    over: watch::Sender<Option<OverBudget>>,
    has_warned: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    /// What requests have cost that are over.
    spent: Spending,
    /// What those may cost that are not.
    reserved: Spending,
    /// How many those are.
    open: usize,
    /// Who waits to finish something that was begun: they go first.
    urgent: usize,
    began: Option<Instant>,
}

/// What a request that is over has cost.
#[derive(Debug, Clone)]
pub(in crate::llm) enum Charge {
    /// Nothing: it was not processed.
    Nothing,
    /// Nobody said, and it may have been processed: as much as it could.
    AtMost,
    /// What its answer says.
    Known {
        /// Tokens of prompt and reply.
        tokens: u64,
        /// Their price in dollars, if the model that answered has one.
        dollars: Option<f64>,
        /// The model that answered, or else the deployment.
        model: Cow<'static, str>,
    },
}

/// One of a budget's bounds, and what was spent of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetLine {
    /// How long it is for.
    pub period: Period,
    /// The bound.
    pub bound: Bound,
    /// What was spent of it.
    pub spent: Bound,
}

/// What became of a budget.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BudgetStatement {
    /// Each bound that was set.
    pub lines: Vec<BudgetLine>,
    /// Why the run had to stop, if it had to.
    pub over: Option<OverBudget>,
}

impl BudgetGate {
    /// The gate of a run. What days and months cost is written down by `ledger`; limits of theirs need
    /// one.
    #[must_use]
    pub fn new(budget: &config::Budget, ledger: Option<Arc<dyn Ledger>>) -> Arc<Self> {
        Arc::new(Self {
            run: Limits::from(&budget.run),
            time: budget.time,
            periods: PeriodLimits {
                day: Limits::from(&budget.day),
                month: Limits::from(&budget.month),
            },
            ledger,
            state: Mutex::default(),
            changed: watch::Sender::new(()),
            over: watch::Sender::new(None),
            has_warned: AtomicBool::new(false),
        })
    }

    /// A gate that is always open, and keeps no account.
    #[must_use]
    pub fn open() -> Arc<Self> {
        Arc::new(Self {
            run: Limits::default(),
            time: None,
            periods: PeriodLimits::default(),
            ledger: None,
            state: Mutex::default(),
            changed: watch::Sender::new(()),
            over: watch::Sender::new(None),
            has_warned: AtomicBool::new(false),
        })
    }

    /// The time runs from now on. Without this it does from the first request.
    pub fn begin(&self) {
        self.lock().began = Some(Instant::now());
    }

    /// Why nothing more is let through; `None` as long as it may be.
    #[must_use]
    pub fn over(&self) -> Option<OverBudget> {
        self.over.borrow().clone()
    }

    /// What has been spent so far, of which bounds. What requests that are over have cost is written down
    /// by then.
    pub async fn statement(&self) -> BudgetStatement {
        // What hangs is counted as the most that it can be.
        _ = tokio::time::timeout(LONGEST_WRITE, self.settled()).await;
        let (spent, time) = {
            let state = self.lock();
            let time = state.began.map_or(Duration::ZERO, |began| began.elapsed());
            (state.spent + state.reserved, time)
        };
        let line = |period, spent: Spending| {
            move |bound: Bound| BudgetLine {
                period,
                bound,
                spent: bound.measure(spent),
            }
        };
        let mut lines: Vec<BudgetLine> = self.run.bounds().map(line(Period::Run, spent)).collect();
        lines.extend(self.time.map(|most| BudgetLine {
            period: Period::Run,
            bound: Bound::Time(most),
            spent: Bound::Time(time),
        }));
        if let (true, Some(ledger)) = (self.periods.is_some(), &self.ledger)
            && let Ok(totals) = ledger.totals().await
        {
            for ((period, limits), spent) in self.periods.each().into_iter().zip(totals) {
                lines.extend(limits.bounds().map(line(period, spent)));
            }
        }
        BudgetStatement {
            lines,
            over: self.over(),
        }
    }

    /// Waits until no request is under way whose cost is still to be written down.
    async fn settled(&self) {
        let mut changed = self.changed.subscribe();
        while self.lock().open > 0 {
            // The sender is this gate's own.
            if changed.changed().await.is_err() {
                return;
            }
        }
    }

    /// Waits until there is room for a request that costs `worst` at most, and reserves it. That is asked
    /// each time anew, since answers to others may have changed it.
    pub(in crate::llm) async fn reserve(
        self: &Arc<Self>,
        worst: impl Fn() -> Spending,
        urgency: Urgency,
    ) -> Result<Reservation, OverBudget> {
        let urgent = (urgency < Urgency::New).then(|| Urgent::new(self));
        let mut changed = self.changed.subscribe();
        loop {
            changed.borrow_and_update();
            self.check()?;
            match self.try_reserve(worst(), urgent.is_some()) {
                Tried::Reserved(reservation) => return Ok(reservation),
                Tried::Over(over) => return Err(self.stop(over)),
                Tried::Later => {}
            }
            tokio::select! {
                _ = changed.changed() => {}
                over = self.stopped() => return Err(over),
            }
        }
    }

    /// Waits until nothing more is let through.
    pub(in crate::llm) async fn stopped(&self) -> OverBudget {
        let mut over = self.over.subscribe();
        let at_end = async {
            match self.ends_at() {
                Some(end) => sleep_until(end).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            found = over.wait_for(Option::is_some) => {
                // The sender is this gate's own.
                let found = found.ok().and_then(|found| found.clone());
                found.unwrap_or_else(|| self.stop(OverBudget::NoAccount("the gate is gone".to_owned())))
            }
            () = at_end => self.stop(OverBudget::TimeIsUp(self.time.unwrap_or_default())),
        }
    }

    /// Fails if nothing more is let through.
    fn check(&self) -> Result<(), OverBudget> {
        self.lock().began.get_or_insert_with(Instant::now);
        if self.ends_at().is_some_and(|end| Instant::now() >= end) {
            return Err(self.stop(OverBudget::TimeIsUp(self.time.unwrap_or_default())));
        }
        self.over().map_or(Ok(()), Err)
    }

    fn ends_at(&self) -> Option<Instant> {
        self.lock().began?.checked_add(self.time?)
    }

    /// Lets nothing more through. The first reason stays.
    fn stop(&self, reason: OverBudget) -> OverBudget {
        let mut first = reason;
        self.over.send_if_modified(|over| {
            if let Some(earlier) = over {
                first = earlier.clone();
                return false;
            }
            *over = Some(first.clone());
            true
        });
        first
    }

    fn try_reserve(self: &Arc<Self>, wish: Spending, is_urgent: bool) -> Tried {
        let mut state = self.lock();
        if !is_urgent && state.urgent > 0 {
            return Tried::Later;
        }
        let spent = state.spent + state.reserved;
        match self.run.exceeded_by(spent + wish) {
            Some(_) if state.open > 0 => Tried::Later,
            Some(bound) => Tried::Over(OverBudget::UsedUp {
                period: Period::Run,
                bound,
                spent,
                next: wish,
            }),
            None => {
                state.reserved += wish;
                state.open += 1;
                Tried::Reserved(Reservation {
                    gate: self.clone(),
                    changed: self.changed.subscribe(),
                    worst: wish,
                    entry: None,
                    is_sent: false,
                    is_open: true,
                })
            }
        }
    }

    /// Whether money is bounded anywhere.
    fn bounds_money(&self) -> bool {
        let each = [self.run, self.periods.day, self.periods.month];
        each.iter().any(|limits| limits.money.is_some())
    }

    /// A model has answered whose price is not known: with a limit of money this ends the run.
    fn unpriced(&self, model: &str) {
        if self.bounds_money() {
            self.stop(OverBudget::Unpriced(model.to_owned()));
        }
    }

    /// What was spent cannot be written down: with limits that need it this ends the run.
    fn no_account(&self, error: &LedgerError) {
        if self.periods.is_some() {
            self.stop(OverBudget::NoAccount(error.to_string()));
        } else if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::debug!("what was spent cannot be written down: {error}");
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for BudgetGate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BudgetGate")
            .field("run", &self.run)
            .field("time", &self.time)
            .field("periods", &self.periods)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// There was no room in a day or a month, while requests of this run were under way.
#[derive(Debug)]
pub(in crate::llm) struct NoRoom(watch::Receiver<()>);

impl NoRoom {
    /// Waits until one of them is over.
    pub(in crate::llm) async fn changed(mut self) {
        // The sender lives as long as anybody is under way.
        _ = self.0.changed().await;
    }
}

enum Tried {
    Reserved(Reservation),
    Later,
    Over(OverBudget),
}

/// Somebody waits to finish something that was begun.
struct Urgent<'g>(&'g BudgetGate);

impl<'g> Urgent<'g> {
    fn new(gate: &'g BudgetGate) -> Self {
        gate.lock().urgent += 1;
        Self(gate)
    }
}

impl Drop for Urgent<'_> {
    fn drop(&mut self) {
        let left = {
            let mut state = self.0.lock();
            state.urgent = state.urgent.saturating_sub(1);
            state.urgent
        };
        if left == 0 {
            self.0.changed.send_replace(());
        }
    }
}

/// The most that a request can cost, set aside for it. One that is dropped has cost nothing unless it was
/// sent, and then as much as it could.
#[derive(Debug)]
pub(in crate::llm) struct Reservation {
    gate: Arc<BudgetGate>,
    /// What has come back since it was made.
    changed: watch::Receiver<()>,
    worst: Spending,
    entry: Option<Entry>,
    is_sent: bool,
    is_open: bool,
}

impl Reservation {
    /// Whether a request that costs `worst` at most has room in it, which it is widened for where the run
    /// has that: a turn that was waited for is not to be given up for a few tokens.
    pub(in crate::llm) fn covers(&mut self, worst: Spending) -> bool {
        let wider = self.worst.most(worst);
        let mut state = self.gate.lock();
        let reserved = state.reserved.without(self.worst) + wider;
        if wider != self.worst && self.gate.run.exceeded_by(state.spent + reserved).is_some() {
            return false;
        }
        state.reserved = reserved;
        drop(state);
        self.worst = wider;
        true
    }

    /// Enters it into the account of the day and the month, where these have limits: last before the
    /// request is sent, since a process that is killed leaves entered what it has entered. Without room
    /// there it is gone, and it pays to try again when [`NoRoom::changed`].
    pub(in crate::llm) async fn enter(mut self) -> Result<Result<Self, NoRoom>, OverBudget> {
        let gate = self.gate.clone();
        let Some(ledger) = gate.ledger.as_ref().filter(|_| gate.periods.is_some()) else {
            return Ok(Ok(self));
        };
        match ledger.reserve(self.worst, &gate.periods).await {
            Ok(Grant::Granted(entry)) => {
                self.entry = Some(entry);
                Ok(Ok(self))
            }
            // Who waits for this is not woken: nothing came back that was not there before. The last one to
            // find no room stops the run.
            Ok(Grant::Exceeded(excess)) => match self.close(Spending::default()) {
                0 => Err(gate.stop(excess.over(self.worst))),
                _ => Ok(Err(NoRoom(self.changed.clone()))),
            },
            Err(error) => Err(gate.stop(OverBudget::NoAccount(error.to_string()))),
        }
    }

    /// The request is on its way.
    pub(in crate::llm) fn sent(&mut self) {
        self.is_sent = true;
    }

    /// The request is over. What it cost is written down while others go on, since their deployment has to
    /// know at once how it ended; until then the most that it can cost stays on the account.
    pub(in crate::llm) fn settle_aside(self, charge: Charge) {
        if let Charge::Known {
            dollars: None,
            model,
            ..
        } = &charge
        {
            self.gate.unpriced(model);
        }
        let has_ledger = self.gate.ledger.is_some();
        let settled = self.settle(charge);
        if has_ledger && let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(settled);
        } else {
            // Without a ledger there is nothing to wait for.
            _ = settled.now_or_never();
        }
    }

    /// The request is over. What it cost is written down when this is through.
    pub(in crate::llm) async fn settle(mut self, charge: Charge) {
        let gate = self.gate.clone();
        let mut unpriced = None;
        let actual = match charge {
            Charge::Nothing => Spending::default(),
            Charge::AtMost => self.worst,
            Charge::Known {
                tokens,
                dollars,
                model,
            } => {
                if dollars.is_none() {
                    unpriced = Some(model);
                }
                Spending {
                    requests: 1,
                    tokens,
                    money: dollars.map_or(self.worst.money, super::Money::from_dollars),
                }
            }
        };
        if let Some(ledger) = self.ledger_for(actual)
            && let Err(error) = ledger.settle(self.entry.clone(), self.worst, actual).await
        {
            gate.no_account(&error);
        }
        self.close(actual);
        gate.changed.send_replace(());
        if let Some(model) = unpriced {
            gate.unpriced(&model);
        }
    }

    /// Who has to be told that `actual` was spent.
    fn ledger_for(&self, actual: Spending) -> Option<&Arc<dyn Ledger>> {
        let is_news = self.entry.is_some() || actual != Spending::default();
        self.gate.ledger.as_ref().filter(|_| is_news)
    }

    /// Takes it off the gate's account, and says how many are left there.
    fn close(&mut self, actual: Spending) -> usize {
        let mut state = self.gate.lock();
        if std::mem::replace(&mut self.is_open, false) {
            state.reserved = state.reserved.without(self.worst);
            state.spent += actual;
            state.open = state.open.saturating_sub(1);
        }
        state.open
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.is_open {
            return;
        }
        let actual = if self.is_sent {
            self.worst
        } else {
            Spending::default()
        };
        self.close(actual);
        self.gate.changed.send_replace(());
        if let Some(ledger) = self.ledger_for(actual)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let (ledger, entry, worst) = (ledger.clone(), self.entry.take(), self.worst);
            // Nobody waits for this; what is not written down stays at the most that it can be.
            runtime.spawn(async move { _ = ledger.settle(entry, worst, actual).await });
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
