//! The account of a run: what its requests have cost, what those under way may cost, and when to stop.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::{Ledger, LedgerError, Limits, OverBudget, Period, PeriodLimits, Spending};

/// What a run has spent and may spend.
pub(super) struct Account {
    pub(super) run: Limits,
    pub(super) periods: PeriodLimits,
    /// Who writes down what days and months cost.
    pub(super) ledger: Option<Arc<dyn Ledger>>,
    balance: Mutex<Balance>,
    /// Something came back.
    changed: watch::Sender<()>,
    over: watch::Sender<Option<OverBudget>>,
    has_warned: AtomicBool,
}

/// What was taken off a budget.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Balance {
    /// What requests have cost that are over.
    pub(super) spent: Spending,
    /// What those may cost that are not.
    pub(super) reserved: Spending,
    /// How many those are.
    open: usize,
}

/// Whether there is room for a request.
pub(super) enum Room {
    /// There was; it is set aside.
    Reserved,
    /// There may be when something comes back.
    Later,
    /// There will not be.
    Never(OverBudget),
}

impl Account {
    pub(super) fn new(run: Limits, periods: PeriodLimits, ledger: Option<Arc<dyn Ledger>>) -> Self {
        Self {
            run,
            periods,
            ledger,
            balance: Mutex::default(),
            changed: watch::Sender::new(()),
            over: watch::Sender::new(None),
            has_warned: AtomicBool::new(false),
        }
    }

    /// Sets `wish` aside for a request if the run has room for it.
    pub(super) fn reserve(&self, wish: Spending) -> Room {
        let mut balance = self.lock();
        let spent = balance.spent + balance.reserved;
        match self.run.exceeded_by(spent + wish) {
            Some(_) if balance.open > 0 => Room::Later,
            Some(bound) => Room::Never(OverBudget::UsedUp {
                period: Period::Run,
                bound,
                spent,
                next: wish,
            }),
            None => {
                balance.reserved += wish;
                balance.open += 1;
                Room::Reserved
            }
        }
    }

    /// Sets `wider` aside in place of `reserved`, if the run has room for it.
    pub(super) fn widen(&self, reserved: Spending, wider: Spending) -> bool {
        let mut balance = self.lock();
        let all = balance.reserved.without(reserved) + wider;
        let is_over = self.run.exceeded_by(balance.spent + all).is_some();
        if wider != reserved && is_over {
            return false;
        }
        balance.reserved = all;
        true
    }

    /// A request that `reserved` was set aside for is over and has cost `actual`. Says how many are left.
    pub(super) fn close(&self, reserved: Spending, actual: Spending) -> usize {
        let mut balance = self.lock();
        balance.reserved = balance.reserved.without(reserved);
        balance.spent += actual;
        balance.open = balance.open.saturating_sub(1);
        balance.open
    }

    /// How many requests are under way.
    pub(super) fn open(&self) -> usize {
        self.lock().open
    }

    /// What was spent, and set aside.
    pub(super) fn balance(&self) -> Balance {
        *self.lock()
    }

    /// Has those look again who wait for room.
    pub(super) fn wake(&self) {
        self.changed.send_replace(());
    }

    /// Tells when there may be room again.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Lets nothing more through. The first reason stays.
    pub(super) fn stop(&self, reason: OverBudget) -> OverBudget {
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

    /// Why nothing more is let through; `None` as long as it may be.
    pub(super) fn over(&self) -> Option<OverBudget> {
        self.over.borrow().clone()
    }

    /// Tells when nothing more is let through.
    pub(super) fn stops(&self) -> watch::Receiver<Option<OverBudget>> {
        self.over.subscribe()
    }

    /// A model has answered whose price is not known: with a limit of money this ends the run.
    pub(super) fn unpriced(&self, model: &str) {
        let each = [self.run, self.periods.day, self.periods.month];
        if each.iter().any(|limits| limits.money.is_some()) {
            self.stop(OverBudget::Unpriced(model.to_owned()));
        }
    }

    /// What was spent cannot be written down: with limits that need it this ends the run.
    pub(super) fn unwritten(&self, error: &LedgerError) {
        if self.periods.is_some() {
            self.stop(OverBudget::NoAccount(error.to_string()));
        } else if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::debug!("what was spent cannot be written down: {error}");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Balance> {
        self.balance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("run", &self.run)
            .field("periods", &self.periods)
            .field("balance", &self.balance)
            .finish_non_exhaustive()
    }
}
