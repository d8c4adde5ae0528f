//! What a run came to that the settings set a bound for.

use schemars::JsonSchema;
use serde::Serialize;

use super::check::{data, property};
use super::count::share;
use super::run_report::RunReport;
use super::terminal::escape;
use crate::config::{Dollars, Percent, Thresholds};
use crate::llm::{Money, Stats};

/// A threshold that a run went beyond.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Exceeded {
    /// Its key in `[thresholds]`.
    pub threshold: &'static str,
    /// What it is set to: percent, seconds or US dollars.
    pub limit: f64,
    /// What the run came to; `None` where that is not known, since a model has no price.
    pub value: Option<f64>,
}

impl Exceeded {
    /// What went beyond it, in a line.
    #[must_use]
    pub fn told(&self) -> String {
        let Self {
            threshold,
            limit,
            value,
        } = self;
        let Some(value) = value else {
            return format!(
                "the cost of the run is not known, since a model has no price (`thresholds.{threshold}` is {})",
                Money::from_dollars(*limit)
            );
        };
        let (what, value, limit) = match *threshold {
            "error_rate" => (
                "of the requests failed",
                format!("{value:.1} %"),
                format!("{limit} %"),
            ),
            "refused_share" => (
                "of the definitions had their words refused",
                format!("{value:.1} %"),
                format!("{limit} %"),
            ),
            "p95_latency_seconds" => (
                "is what 95 of 100 answers took at most",
                format!("{value:.1} s"),
                format!("{limit} s"),
            ),
            _ => (
                "is what the run cost",
                Money::from_dollars(*value).to_string(),
                Money::from_dollars(*limit).to_string(),
            ),
        };
        format!("{value} {what}, above the {limit} of `thresholds.{threshold}`")
    }
}

/// The thresholds that a run went beyond, in the order of the settings.
pub(super) fn exceeded(
    report: &RunReport,
    stats: &Stats,
    thresholds: &Thresholds,
) -> Vec<Exceeded> {
    let totals = report.totals();
    let answered = totals.documented + totals.mended + totals.rejected;
    let failed: u64 = stats.deployments.iter().map(|one| one.failures).sum();
    let mut latencies = stats.latencies();
    latencies.sort_unstable();
    let p95 = latencies.get((latencies.len() * 95).div_ceil(100).saturating_sub(1));
    let found = [
        (
            "error_rate",
            thresholds.error_rate.map(Percent::value),
            percent(failed, stats.requests),
        ),
        (
            "refused_share",
            thresholds.refused_share.map(Percent::value),
            percent(totals.rejected, answered),
        ),
        (
            "p95_latency_seconds",
            thresholds.p95_latency.map(|limit| limit.as_secs_f64()),
            p95.map(std::time::Duration::as_secs_f64),
        ),
    ];
    let mut exceeded: Vec<Exceeded> = found
        .into_iter()
        .filter_map(|(threshold, limit, value)| {
            let (limit, value) = (limit?, value?);
            (value > limit).then_some(Exceeded {
                threshold,
                limit,
                value: Some(value),
            })
        })
        .collect();
    if let Some(limit) = thresholds.cost.map(Dollars::value) {
        let value = stats.bill.usd;
        // What is known may be above it already.
        let value = (value > limit || stats.bill.unpriced == 0).then_some(value);
        if value.is_none_or(|value| value > limit) {
            exceeded.push(Exceeded {
                threshold: "cost",
                limit,
                value,
            });
        }
    }
    exceeded
}

/// What a run has to say beside the lines of a pull request: thresholds that it went beyond, as errors, and
/// a budget that ended it.
#[must_use]
pub fn run_github(report: &RunReport) -> String {
    let command = |command: &str, title: &str, message: &str| {
        let (title, message) = (property(title), data(message));
        format!("::{command} title={title}::{}\n", escape(&message))
    };
    let mut text = String::new();
    for exceeded in &report.exceeded {
        text += &command("error", "docgen (threshold)", &exceeded.told());
    }
    if let Some(stopped) = report.budget.as_ref().and_then(super::BudgetReport::told) {
        text += &command("warning", "docgen (budget)", &stopped);
    }
    text
}

fn percent(part: impl TryInto<u64>, whole: impl TryInto<u64>) -> Option<f64> {
    let whole = whole.try_into().unwrap_or(u64::MAX);
    (whole > 0).then(|| share(part, whole) * 100.0)
}
