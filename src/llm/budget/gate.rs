//! The gate: who may spend how much now, and who waits.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::account::{Account, Room};
use super::reservation::Reservation;
use super::{Bound, Ledger, Limits, OverBudget, Period, PeriodLimits, Spending};
use crate::config;
use crate::llm::chat::Urgency;

/// How long the end of a run waits for what its requests cost to be written down.
const LONGEST_WRITE: Duration = Duration::from_secs(10);

/// What a run may spend. All clients of the run pass through one.
#[derive(Debug)]
pub struct BudgetGate {
    account: Arc<Account>,
    time: Option<Duration>,
    began: Mutex<Option<Instant>>,
    /// Who waits to finish something that was begun: they go first.
    urgent: AtomicUsize,
    /// Requests that wait for room.
    waiting: AtomicUsize,
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
        let periods = PeriodLimits {
            day: Limits::from(&budget.day),
            month: Limits::from(&budget.month),
        };
        let account = Account::new(Limits::from(&budget.run), periods, ledger);
        Self::of(account, budget.time)
    }

    /// A gate that is always open, and keeps no account.
    #[must_use]
    pub fn open() -> Arc<Self> {
        let account = Account::new(Limits::default(), PeriodLimits::default(), None);
        Self::of(account, None)
    }

    fn of(account: Account, time: Option<Duration>) -> Arc<Self> {
        Arc::new(Self {
            account: Arc::new(account),
            time,
            began: Mutex::default(),
            urgent: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
        })
    }

    /// The time runs from now on. Without this it does from the first request.
    pub fn begin(&self) {
        *self.began() = Some(Instant::now());
    }

    /// Why nothing more is let through; `None` as long as it may be.
    #[must_use]
    pub fn over(&self) -> Option<OverBudget> {
        self.account.over()
    }

    /// What has been spent so far, of which bounds. What requests that are over have cost is written down
    /// by then.
    pub async fn statement(&self) -> BudgetStatement {
        // What hangs is counted as the most that it can be.
        _ = tokio::time::timeout(LONGEST_WRITE, self.settled()).await;
        let account = &self.account;
        let balance = account.balance();
        let time = self.began().map_or(Duration::ZERO, |began| began.elapsed());
        let line = |period, spent: Spending| {
            move |bound: Bound| BudgetLine {
                period,
                bound,
                spent: bound.measure(spent),
            }
        };
        let mut lines: Vec<BudgetLine> = account
            .run
            .bounds()
            .map(line(Period::Run, balance.spent + balance.reserved))
            .collect();
        lines.extend(self.time.map(|most| BudgetLine {
            period: Period::Run,
            bound: Bound::Time(most),
            spent: Bound::Time(time),
        }));
        if let (true, Some(ledger)) = (account.periods.is_some(), &account.ledger)
            && let Ok(totals) = ledger.totals().await
        {
            for ((period, limits), spent) in account.periods.each().into_iter().zip(totals) {
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
        let mut changed = self.account.changes();
        while self.account.open() > 0 {
            // The sender is the account's, which is here.
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
        let mut changed = self.account.changes();
        loop {
            changed.borrow_and_update();
            self.check()?;
            if urgent.is_some() || self.urgent.load(Ordering::Relaxed) == 0 {
                let worst = worst();
                match self.account.reserve(worst) {
                    Room::Reserved => return Ok(Reservation::new(&self.account, worst)),
                    Room::Never(over) => return Err(self.account.stop(over)),
                    Room::Later => {}
                }
            }
            let _waiting = Waiting::new(&self.waiting);
            tokio::select! {
                _ = changed.changed() => {}
                over = self.stopped() => return Err(over),
            }
        }
    }

    /// Whether a request waits for what those under way may give back.
    pub(in crate::llm) fn is_waited_for(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    /// Waits until nothing more is let through.
    pub(in crate::llm) async fn stopped(&self) -> OverBudget {
        let mut over = self.account.stops();
        let at_end = async {
            match self.ends_at() {
                Some(end) => sleep_until(end).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            found = over.wait_for(Option::is_some) => {
                // The sender is the account's, which is here.
                let found = found.ok().and_then(|found| found.clone());
                let gone = || OverBudget::NoAccount("the account is gone".to_owned());
                found.unwrap_or_else(|| self.account.stop(gone()))
            }
            () = at_end => self.time_is_up(),
        }
    }

    /// Fails if nothing more is let through.
    fn check(&self) -> Result<(), OverBudget> {
        self.began().get_or_insert_with(Instant::now);
        if self.ends_at().is_some_and(|end| Instant::now() >= end) {
            return Err(self.time_is_up());
        }
        self.over().map_or(Ok(()), Err)
    }

    fn ends_at(&self) -> Option<Instant> {
        (*self.began())?.checked_add(self.time?)
    }

    fn time_is_up(&self) -> OverBudget {
        let over = OverBudget::TimeIsUp(self.time.unwrap_or_default());
        self.account.stop(over)
    }

    fn began(&self) -> MutexGuard<'_, Option<Instant>> {
        self.began.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody waits to finish something that was begun.
struct Urgent<'g>(&'g BudgetGate);

impl<'g> Urgent<'g> {
    fn new(gate: &'g BudgetGate) -> Self {
        gate.urgent.fetch_add(1, Ordering::Relaxed);
        Self(gate)
    }
}

impl Drop for Urgent<'_> {
    fn drop(&mut self) {
        if self.0.urgent.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.account.wake();
        }
    }
}

/// A request that waits for room, counted as long as it does.
struct Waiting<'g>(&'g AtomicUsize);

impl<'g> Waiting<'g> {
    fn new(count: &'g AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
