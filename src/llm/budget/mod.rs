//! What a run may spend: the gate that each request passes before it has its turn.
//!
//! A request that is let through has the most that it can cost reserved until it is answered, so that
//! requests in flight together never overspend. Where what is left has no room for the next one, it
//! waits for what is reserved to come back; when nothing is left that could come back, the run has used
//! up its budget, and nothing is let through any more.

mod account;
mod gate;
mod ledger;
mod reservation;

use std::fmt;
use std::ops::{Add, AddAssign};
use std::time::Duration;

use jiff::SignedDuration;

use super::chat::Tokens;
use crate::config;

pub use gate::{BudgetGate, BudgetLine, BudgetStatement};
pub use ledger::{Entry, Excess, Grant, Ledger, LedgerError, PeriodLimits};
pub(super) use reservation::{Charge, Reservation};

/// An amount of money: billionths of a US dollar, so that sums are exact. A token of the cheapest model
/// costs a few of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(u64);

impl Money {
    /// So many billionths of a dollar.
    #[must_use]
    pub const fn new(billionths: u64) -> Self {
        Self(billionths)
    }

    /// An amount in dollars, rounded up to the next billionth; 0 if it is below.
    #[must_use]
    pub fn from_dollars(dollars: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast of this kind saturates"
        )]
        let billionths = (dollars * 1e9 - 1e-6).ceil() as u64;
        Self(billionths)
    }

    /// In billionths of a dollar.
    #[must_use]
    pub const fn billionths(self) -> u64 {
        self.0
    }

    /// In dollars.
    #[must_use]
    pub fn dollars(self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "no amount is so large that it would show"
        )]
        let billionths = self.0 as f64;
        billionths / 1e9
    }
}

/// In dollars, with as many digits as it takes to tell small amounts from nothing.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dollars = self.dollars();
        let digits = match self.0 {
            0 | 100_000_000.. => 2,
            // A third digit that is none needs not be read.
            10_000_000.. if self.0 % 10_000_000 >= 500_000 => 3,
            10_000_000.. => 2,
            100_000.. => 4,
            _ => 6,
        };
        write!(f, "${dollars:.digits$}")
    }
}

/// What requests have cost, or one may cost at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spending {
    /// Requests that were answered, or may have been.
    pub requests: u64,
    /// Tokens of prompts and replies.
    pub tokens: u64,
    /// Their price.
    pub money: Money,
}

impl Spending {
    /// One request of so many tokens.
    pub(super) fn request(tokens: Tokens, dollars: f64) -> Self {
        Self {
            requests: 1,
            tokens: tokens.get(),
            money: Money::from_dollars(dollars),
        }
    }

    /// So many requests and tokens, at so many US dollars.
    #[cfg(test)]
    pub(crate) fn of(requests: u64, tokens: u64, dollars: f64) -> Self {
        Self {
            requests,
            tokens,
            money: Money::from_dollars(dollars),
        }
    }

    /// What is left of it without `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self {
            requests: self.requests.saturating_sub(other.requests),
            tokens: self.tokens.saturating_sub(other.tokens),
            money: Money(self.money.0.saturating_sub(other.money.0)),
        }
    }

    /// The larger of each part.
    pub(super) fn most(self, other: Self) -> Self {
        Self {
            requests: self.requests.max(other.requests),
            tokens: self.tokens.max(other.tokens),
            money: self.money.max(other.money),
        }
    }
}

impl Add for Spending {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            requests: self.requests.saturating_add(other.requests),
            tokens: self.tokens.saturating_add(other.tokens),
            money: Money(self.money.0.saturating_add(other.money.0)),
        }
    }
}

impl AddAssign for Spending {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// What may be spent in some time; `None` has no bound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Money.
    pub money: Option<Money>,
    /// Tokens.
    pub tokens: Option<u64>,
    /// Requests.
    pub requests: Option<u64>,
}

impl Limits {
    /// Each bound, the one that people care for most first.
    fn bounds(self) -> impl Iterator<Item = Bound> {
        let money = self.money.map(Bound::Money);
        let tokens = self.tokens.map(Bound::Tokens);
        let requests = self.requests.map(Bound::Requests);
        [money, tokens, requests].into_iter().flatten()
    }

    /// The first bound that `spending` is above.
    #[must_use]
    pub fn exceeded_by(self, spending: Spending) -> Option<Bound> {
        self.bounds().find(|bound| bound.is_exceeded_by(spending))
    }
}

impl From<&config::Allowance> for Limits {
    fn from(allowance: &config::Allowance) -> Self {
        Self {
            money: allowance.cost.map(|cost| Money::from_dollars(cost.value())),
            tokens: allowance.tokens,
            requests: allowance.requests,
        }
    }
}

/// One bound of a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Of money.
    Money(Money),
    /// Of tokens.
    Tokens(u64),
    /// Of requests.
    Requests(u64),
    /// Of time in which requests may begin.
    Time(Duration),
}

impl Bound {
    /// Whether `spending` is above it.
    #[must_use]
    pub fn is_exceeded_by(self, spending: Spending) -> bool {
        match self {
            Self::Money(most) => spending.money > most,
            Self::Tokens(most) => spending.tokens > most,
            Self::Requests(most) => spending.requests > most,
            Self::Time(_) => false,
        }
    }

    /// What of `spending` it is about, in the words that it has itself.
    fn measure(self, spending: Spending) -> Self {
        match self {
            Self::Money(_) => Self::Money(spending.money),
            Self::Tokens(_) => Self::Tokens(spending.tokens),
            Self::Requests(_) => Self::Requests(spending.requests),
            Self::Time(_) => self,
        }
    }

    /// What it bounds, in one word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Money(_) => "cost",
            Self::Tokens(_) => "tokens",
            Self::Requests(_) => "requests",
            Self::Time(_) => "time",
        }
    }

    /// As a number: dollars, tokens, requests or seconds.
    #[must_use]
    pub fn number(self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "no count is so large that it would show"
        )]
        match self {
            Self::Money(money) => money.dollars(),
            Self::Tokens(count) | Self::Requests(count) => count as f64,
            Self::Time(time) => time.as_secs_f64(),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |f: &mut fmt::Formatter<'_>, count: u64, one: &str, many: &str| {
            write!(
                f,
                "{} {}",
                grouped(count),
                if count == 1 { one } else { many }
            )
        };
        match self {
            Self::Money(money) => money.fmt(f),
            Self::Tokens(count) => counted(f, *count, "token", "tokens"),
            Self::Requests(count) => counted(f, *count, "request", "requests"),
            Self::Time(time) => {
                // To the second: nobody reads more of it.
                let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
                write!(f, "{:#}", SignedDuration::from_secs(seconds))
            }
        }
    }
}

/// A count with a comma before each three digits.
#[must_use]
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How long a budget is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// This run.
    Run,
    /// The calendar day, in UTC.
    Day,
    /// The calendar month, in UTC.
    Month,
}

impl Period {
    /// In one word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    fn owner(self) -> &'static str {
        match self {
            Self::Run => "",
            Self::Day => "day's ",
            Self::Month => "month's ",
        }
    }
}

/// Why nothing more is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OverBudget {
    /// What is left has no room for another request.
    #[error("{}", used_up(*.period, *.bound, *.spent, *.next))]
    UsedUp {
        /// Whose budget it is.
        period: Period,
        /// What it has.
        bound: Bound,
        /// What was spent of it.
        spent: Spending,
        /// What the next request may cost.
        next: Spending,
    },
    /// The time is up.
    #[error("the time of {} is up", Bound::Time(*.0))]
    TimeIsUp(Duration),
    /// A model answered whose price is not known, so that a budget of money cannot be kept.
    #[error("a budget of money cannot be kept: the price of `{0}` is not known")]
    Unpriced(String),
    /// What is spent cannot be written down.
    #[error("a budget cannot be kept: what is spent cannot be written down: {0}")]
    NoAccount(String),
}

impl OverBudget {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UsedUp { period, bound, .. } => {
                let (flag, key) = (bound.word(), bound.word());
                match period {
                    Period::Run => format!(
                        "run again to go on from there: what was answered is kept and not paid for twice; \
                         `--max-{flag}` or `budget.max_{key}` gives it more at once"
                    ),
                    Period::Day => format!(
                        "run again tomorrow (days begin at midnight UTC) or with a higher `budget.day_{key}`: \
                         what was answered is kept and not paid for twice"
                    ),
                    Period::Month => format!(
                        "run again next month (in UTC) or with a higher `budget.month_{key}`: what was \
                         answered is kept and not paid for twice"
                    ),
                }
            }
            Self::TimeIsUp(_) => {
                "run again to go on from there: what was answered is kept and not paid \
                                  for twice; `--max-time` or `budget.max_time` gives it longer"
                    .to_owned()
            }
            Self::Unpriced(_) => PRICE_HINT.to_owned(),
            Self::NoAccount(_) => {
                "see to it that the folder `.docgen` at the project's root can be read and \
                                   written, or leave the budgets of days and months out"
                    .to_owned()
            }
        })
    }

    /// Whether the run did all that it was allowed, rather than being kept from it.
    #[must_use]
    pub fn is_used_up(&self) -> bool {
        matches!(self, Self::UsedUp { .. } | Self::TimeIsUp(_))
    }
}

/// How docgen comes to know a price.
pub const PRICE_HINT: &str = "say what it costs with `[price] input` and `output` (US dollars for a million tokens), or \
     which model is behind the deployment with `azure.model` (of an embedding model with `examples.embeddings.model`)";

fn used_up(period: Period, bound: Bound, spent: Spending, next: Spending) -> String {
    let owner = period.owner();
    if spent == Spending::default() && !matches!(bound, Bound::Requests(_)) {
        let next = bound.measure(next);
        return format!(
            "the {owner}budget of {bound} has no room for a request, which may cost {next}"
        );
    }
    format!("the {owner}budget of {bound} is used up")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_exact_and_read_by_people() {
        assert_eq!(Money::from_dollars(5.0), Money(5_000_000_000));
        assert_eq!(Money::from_dollars(0.1 + 0.2), Money(300_000_000));
        assert_eq!(Money::from_dollars(0.000_000_000_4), Money(1));
        assert_eq!(Money::from_dollars(-1.0), Money(0));
        let shown = |dollars| Money::from_dollars(dollars).to_string();
        assert_eq!(shown(5.0), "$5.00");
        assert_eq!(shown(0.0), "$0.00");
        assert_eq!(shown(0.0123), "$0.012");
        assert_eq!(shown(0.0204), "$0.02");
        assert_eq!(shown(0.004_56), "$0.0046");
        assert_eq!(shown(0.000_05), "$0.000050");
    }

    #[test]
    fn the_first_bound_that_is_exceeded_is_named() {
        let limits = Limits {
            money: Some(Money::from_dollars(1.0)),
            tokens: Some(100),
            requests: Some(3),
        };
        assert_eq!(limits.exceeded_by(Spending::of(3, 100, 1.0)), None);
        assert_eq!(
            limits.exceeded_by(Spending::of(4, 101, 1.0)),
            Some(Bound::Tokens(100))
        );
        assert_eq!(
            limits.exceeded_by(Spending::of(4, 1, 0.0)),
            Some(Bound::Requests(3))
        );
        assert_eq!(Limits::default().exceeded_by(Spending::of(9, 9, 9.0)), None);
    }

    #[test]
    fn it_is_said_what_is_used_up() {
        let over = |period, bound, spent| {
            OverBudget::UsedUp {
                period,
                bound,
                spent,
                next: Spending::request(Tokens::new(9_000), 0.03),
            }
            .to_string()
        };
        let some = Spending::request(Tokens::new(1), 0.1);
        let dollars = Bound::Money(Money::from_dollars(5.0));
        assert_eq!(
            over(Period::Run, dollars, some),
            "the budget of $5.00 is used up"
        );
        assert_eq!(
            over(Period::Month, Bound::Tokens(2_000_000), some),
            "the month's budget of 2,000,000 tokens is used up"
        );
        assert_eq!(
            over(
                Period::Day,
                Bound::Money(Money::from_dollars(0.01)),
                Spending::default()
            ),
            "the day's budget of $0.01 has no room for a request, which may cost $0.03"
        );
        assert_eq!(
            over(Period::Run, Bound::Requests(0), Spending::default()),
            "the budget of 0 requests is used up"
        );
        assert_eq!(
            OverBudget::TimeIsUp(Duration::from_mins(90)).to_string(),
            "the time of 1h 30m is up"
        );
    }
}
