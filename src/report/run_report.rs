//! The data of a run's report.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::budget::BudgetReport;
use super::cache::CacheReport;
use super::outcome::{Outcome, Status};
use super::repairs::Repairs;
use super::thresholds::{Exceeded, exceeded};
use crate::config::Thresholds;
use crate::generate::Estimate;
use crate::llm::{BudgetStatement, DeploymentStats, Stats};
use crate::rules::{Coverage, Diagnostic};
use crate::source::FileName;

/// Everything that a run's report says.
#[derive(Debug, Default)]
pub struct RunReport {
    /// Who wrote the words.
    pub provider: String,
    /// Nothing was written, only shown.
    pub is_diff: bool,
    /// The run was cut short by Ctrl-C.
    pub is_interrupted: bool,
    /// Files with something to document, sorted by name.
    pub files: Vec<FileReport>,
    /// Files looked at.
    pub files_read: usize,
    /// Files that could not be taken in.
    pub diagnostics: Vec<Diagnostic>,
    /// Before the run.
    pub before: Coverage,
    /// Functions without a docstring after the run, the most complex first.
    pub hot_spots: Vec<HotSpot>,
    /// Requests; `None` without a model.
    pub requests: Option<Requests>,
    /// What was remembered of models' words; `None` where that was not asked.
    pub cache: Option<CacheReport>,
    /// What became of the budget; `None` without one.
    pub budget: Option<BudgetReport>,
    /// Thresholds that the run went beyond.
    pub exceeded: Vec<Exceeded>,
    /// What the requests were likely to take, reckoned before the first; `None` where none were sent.
    pub estimate: Option<Judged>,
    /// Wall time.
    pub elapsed: Duration,
}

/// What the requests of a run were likely to take, and what they cost.
#[derive(Debug)]
pub struct Judged {
    /// What they were likely to take.
    pub estimate: Estimate,
    /// What they cost, in US dollars; `None` if the price of any is unknown.
    pub usd: Option<f64>,
}

/// What became of a file's definitions.
#[derive(Debug)]
pub struct FileReport {
    /// The file.
    pub path: FileName,
    /// In the order of the text.
    pub outcomes: Vec<Outcome>,
    /// Secrets that prompts did not show, by kind.
    pub masked: BTreeMap<&'static str, usize>,
    /// The change as a patch, when only shown. On a terminal, and only there, it is decoded.
    pub diff: Option<Vec<u8>>,
}

/// A complex function without a docstring.
#[derive(Debug, Clone, Serialize)]
pub struct HotSpot {
    /// `path::Qual.name`.
    pub id: String,
    /// 1-based line of its name before the run.
    pub line: usize,
    /// As radon counts it.
    pub cyclomatic: u32,
    /// As `SonarSource` counts it.
    pub cognitive: u32,
}

/// What the requests cost.
#[derive(Debug, Clone, Serialize)]
pub struct Requests {
    /// HTTP requests sent, those sent again included.
    pub sent: u64,
    /// Sent again.
    pub retries: u64,
    /// Answers 429.
    pub throttled: u64,
    /// Prompt tokens, as the service counted them.
    pub prompt_tokens: u64,
    /// Prompt tokens served from the service's cache, part of `prompt_tokens`.
    pub cached_tokens: u64,
    /// Tokens of the replies, reasoning included.
    pub completion_tokens: u64,
    /// Of answered requests; `None` when none was answered.
    pub latency: Option<Latency>,
    /// Replies in which the content filter noticed a category and let it pass.
    pub noticed: BTreeMap<String, u64>,
    /// What each deployment did of it.
    pub deployments: Vec<DeploymentRequests>,
}

/// What one deployment did of a run's requests.
#[derive(Debug, Clone, Serialize)]
pub struct DeploymentRequests {
    /// Its name and host.
    pub deployment: String,
    /// HTTP requests sent there.
    pub sent: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// Those of them that were answered 429.
    pub throttled: u64,
    /// Tokens of prompts and replies.
    pub tokens: u64,
    /// Requests at once that the run settled on.
    pub concurrency: usize,
    /// The most that were in flight at once.
    pub peak_in_flight: usize,
    /// Why it was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_up: Option<String>,
}

impl DeploymentRequests {
    fn new(stats: &DeploymentStats) -> Self {
        Self {
            deployment: stats.target.clone(),
            sent: stats.requests,
            failed: stats.failures,
            throttled: stats.throttled,
            tokens: (stats.usage.prompt + stats.usage.completion).get(),
            concurrency: stats.concurrency,
            peak_in_flight: stats.peak_in_flight,
            given_up: stats.given_up.clone(),
        }
    }
}

/// Time from sending a request to its whole answer, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Latency {
    /// Half of the requests took no longer.
    pub median_ms: u64,
    /// 95 of 100 took no longer.
    pub p95_ms: u64,
    /// 99 of 100 took no longer.
    pub p99_ms: u64,
}

/// Counts of outcomes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Definitions that got a docstring.
    pub documented: usize,
    /// Definitions whose docstring was mended.
    pub mended: usize,
    /// Left alone on purpose.
    pub skipped: usize,
    /// Words not fit to be written.
    pub rejected: usize,
    /// Broken on the way.
    pub failed: usize,
}

impl RunReport {
    /// Counts of outcomes over all files.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for outcome in self.files.iter().flat_map(|file| &file.outcomes) {
            *match outcome.status {
                Status::Documented { .. } => &mut totals.documented,
                Status::Mended { .. } => &mut totals.mended,
                Status::Skipped { .. } => &mut totals.skipped,
                Status::Rejected { .. } => &mut totals.rejected,
                Status::Failed { .. } => &mut totals.failed,
            } += 1;
        }
        totals
    }

    /// What it took to make the model's replies hold; `None` without a model.
    #[must_use]
    pub fn repairs(&self) -> Option<Repairs> {
        self.requests.as_ref()?;
        let outcomes = self.files.iter().flat_map(|file| &file.outcomes);
        Some(Repairs::of(outcomes)).filter(|repairs| repairs.judged() > 0)
    }

    /// Secrets in source that no prompt showed, by kind, over all files.
    #[must_use]
    pub fn masked(&self) -> BTreeMap<&'static str, usize> {
        let mut masked = BTreeMap::new();
        for (kind, count) in self.files.iter().flat_map(|file| &file.masked) {
            *masked.entry(*kind).or_default() += count;
        }
        masked
    }

    /// Coverage after the run.
    #[must_use]
    pub fn after(&self) -> Coverage {
        let outcomes = self.files.iter().flat_map(|file| &file.outcomes);
        let is_new = |outcome: &&Outcome| {
            !outcome.was_documented && matches!(outcome.status, Status::Documented { .. })
        };
        Coverage {
            needed: self.before.needed,
            documented: self.before.documented + outcomes.filter(is_new).count(),
        }
    }

    /// Takes up what became of the budget.
    pub fn account_for(&mut self, budget: Option<BudgetStatement>) {
        self.budget = budget.map(|statement| BudgetReport::new(statement, &self.files));
    }

    /// Finds the thresholds that the run went beyond, by what a model's client has done.
    pub fn hold_to(&mut self, thresholds: &Thresholds, stats: Option<&Stats>) {
        if let Some(stats) = stats {
            self.exceeded = exceeded(self, stats, thresholds);
        }
    }

    /// Whether anything stayed undocumented that should not have.
    #[must_use]
    pub fn has_leftovers(&self) -> bool {
        let totals = self.totals();
        let of_budget = self.budget.as_ref().map_or(0, |budget| budget.left);
        let left = totals.rejected + totals.failed + of_budget;
        left > 0 || !self.diagnostics.is_empty()
    }
}

impl Requests {
    /// Draws the figures out of a client's statistics.
    #[must_use]
    pub fn new(stats: &Stats) -> Self {
        Self {
            sent: stats.requests,
            retries: stats.retries,
            throttled: stats.throttled,
            prompt_tokens: stats.usage.prompt.get(),
            cached_tokens: stats.usage.cached.get(),
            completion_tokens: stats.usage.completion.get(),
            latency: Latency::new(&stats.latencies()),
            noticed: stats.noticed.clone(),
            deployments: stats
                .deployments
                .iter()
                .map(DeploymentRequests::new)
                .collect(),
        }
    }
}

impl Latency {
    fn new(latencies: &[Duration]) -> Option<Self> {
        let mut sorted = latencies.to_vec();
        sorted.sort_unstable();
        let at = |percent| {
            percentile(&sorted, percent)
                .map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
        };
        Some(Self {
            median_ms: at(50)?,
            p95_ms: at(95)?,
            p99_ms: at(99)?,
        })
    }
}

/// The nearest-rank percentile of sorted values.
fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let times: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        let latency = Latency::new(&times).unwrap();
        assert_eq!(
            (latency.median_ms, latency.p95_ms, latency.p99_ms),
            (50, 95, 99)
        );
        assert_eq!(Latency::new(&[Duration::from_millis(7)]).unwrap().p99_ms, 7);
        assert_eq!(Latency::new(&[]), None);
    }
}
