//! The resolved settings of what a run may spend, and of what it is measured by when it is over.

use std::time::Duration;

use super::defaults::{CACHE_NAMESPACE, CONFIRM_ABOVE, CONFIRM_REQUESTS};
use super::partial::{PartialBudget, PartialThresholds};
use super::values::{Dollars, Percent, TimeLimit};

/// What may be spent.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// In a run.
    pub run: Allowance,
    /// How long a run may begin requests.
    pub time: Option<Duration>,
    /// In a calendar day, in UTC.
    pub day: Allowance,
    /// In a calendar month, in UTC.
    pub month: Allowance,
    /// What those have in common who share a day's and a month's on a Redis server.
    pub namespace: String,
    /// When a terminal is asked first.
    pub confirm: Confirm,
}

/// What may be spent in some time; `None` has no bound.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Allowance {
    /// US dollars.
    pub cost: Option<Dollars>,
    /// Tokens of prompts and replies.
    pub tokens: Option<u64>,
    /// Requests.
    pub requests: Option<u64>,
}

/// When a terminal is asked before anything is spent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confirm {
    /// A run that may cost more than this.
    pub above: Dollars,
    /// Where the price is not known: a run of more requests than this.
    pub above_requests: u64,
}

impl Budget {
    /// Whether money is bounded anywhere.
    #[must_use]
    pub fn bounds_cost(&self) -> bool {
        [&self.run, &self.day, &self.month]
            .iter()
            .any(|one| one.cost.is_some())
    }

    /// Whether more than this run counts.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.day != Allowance::default() || self.month != Allowance::default()
    }
}

/// What a run may come to without a warning; `None` has no bound.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Thresholds {
    /// The share of requests that failed, in percent.
    pub error_rate: Option<Percent>,
    /// The share of definitions whose words were refused, in percent of those that were asked about.
    pub refused_share: Option<Percent>,
    /// Time to an answer that 95 of 100 stay below.
    pub p95_latency: Option<Duration>,
    /// US dollars.
    pub cost: Option<Dollars>,
}

pub(super) fn budget(partial: &PartialBudget) -> Budget {
    let namespace = partial.namespace.as_ref();
    Budget {
        run: Allowance {
            cost: partial.max_cost,
            tokens: partial.max_tokens,
            requests: partial.max_requests,
        },
        time: partial.max_time.map(TimeLimit::duration),
        day: Allowance {
            cost: partial.day_cost,
            tokens: partial.day_tokens,
            requests: partial.day_requests,
        },
        month: Allowance {
            cost: partial.month_cost,
            tokens: partial.month_tokens,
            requests: partial.month_requests,
        },
        namespace: namespace.map_or_else(|| CACHE_NAMESPACE.to_owned(), ToString::to_string),
        confirm: Confirm {
            above: partial.confirm_above.unwrap_or(CONFIRM_ABOVE),
            above_requests: partial.confirm_above_requests.unwrap_or(CONFIRM_REQUESTS),
        },
    }
}

pub(super) fn thresholds(partial: &PartialThresholds) -> Thresholds {
    let seconds = partial.p95_latency_seconds;
    Thresholds {
        error_rate: partial.error_rate,
        refused_share: partial.refused_share,
        p95_latency: seconds.map(|seconds| Duration::from_secs_f64(seconds.value())),
        cost: partial.cost,
    }
}
