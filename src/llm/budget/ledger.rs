//! Who writes down what a day and a month have cost: what docgen asks of them.

use futures::future::BoxFuture;

use super::{Bound, Limits, OverBudget, Period, Spending};

/// Keeps the account of what days and months have cost, beyond the end of a process.
///
/// What a request may cost is entered before it is sent, and put right when it is answered: a process
/// that is killed in between leaves it entered, and so never spends what nobody knows of.
pub trait Ledger: Send + Sync {
    /// Enters `wish` for now if no limit stands against it.
    fn reserve<'a>(
        &'a self,
        wish: Spending,
        limits: &'a PeriodLimits,
    ) -> BoxFuture<'a, Result<Grant, LedgerError>>;

    /// Puts right what was entered: `actual` in place of `reserved`. Without an entry, `actual` is
    /// entered for now.
    fn settle(
        &self,
        entry: Option<Entry>,
        reserved: Spending,
        actual: Spending,
    ) -> BoxFuture<'_, Result<(), LedgerError>>;

    /// What this day and this month have cost so far.
    fn totals(&self) -> BoxFuture<'_, Result<[Spending; 2], LedgerError>>;
}

/// The account cannot be read or written; what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LedgerError(pub String);

/// What may be spent in a day and in a month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PeriodLimits {
    /// In a calendar day, in UTC.
    pub day: Limits,
    /// In a calendar month, in UTC.
    pub month: Limits,
}

impl PeriodLimits {
    /// Whether there are any.
    #[must_use]
    pub fn is_some(&self) -> bool {
        *self != Self::default()
    }

    /// Each of them.
    pub(super) fn each(&self) -> [(Period, Limits); 2] {
        [(Period::Day, self.day), (Period::Month, self.month)]
    }

    /// What stands against `wish` where a day and a month have cost so much.
    #[must_use]
    pub fn against(&self, wish: Spending, spent: [Spending; 2]) -> Option<Excess> {
        let mut each = self.each().into_iter().zip(spent);
        each.find_map(|((period, limits), spent)| {
            let bound = limits.exceeded_by(spent + wish)?;
            Some(Excess {
                period,
                bound,
                spent,
            })
        })
    }
}

/// What became of a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// It is entered.
    Granted(Entry),
    /// A limit stands against it.
    Exceeded(Excess),
}

/// A limit that stands against a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excess {
    /// Whose it is.
    pub period: Period,
    /// The limit.
    pub bound: Bound,
    /// What was spent of it, and may still be by requests that are under way.
    pub spent: Spending,
}

impl Excess {
    pub(super) fn over(self, next: Spending) -> OverBudget {
        OverBudget::UsedUp {
            period: self.period,
            bound: self.bound,
            spent: self.spent,
            next,
        }
    }
}

/// Where something is entered, so that it can be put right there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The day, such as `2026-11-22`.
    pub day: String,
    /// The day by the clock of the account that machines share; `None` if that was not reached.
    pub shared: Option<String>,
}
