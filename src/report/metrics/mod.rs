//! What runs did, for Prometheus: the text that the textfile collector of its node exporter reads.
//!
//! The file is the memory: counters go on from what stands in it, gauges are of the last run.

mod book;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use book::{Earlier, Family, Kind, written};

use super::run_report::RunReport;
use crate::llm::{Hold, Operation, RequestEnd, RequestRecord, Stats, Target, Usage};
use crate::report::count::float;

/// How a run ended, in the metrics' word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Nothing was left to do.
    Done,
    /// Something was left undocumented, or a diff is not empty.
    Findings,
    /// docgen could not do its work.
    Failed,
    /// By Ctrl-C or a signal.
    Interrupted,
}

impl Ending {
    const ALL: [Self; 4] = [Self::Done, Self::Findings, Self::Failed, Self::Interrupted];

    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Findings => "findings",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

/// A run that is over.
#[derive(Debug, Clone, Copy)]
pub struct RunMetrics<'a> {
    /// The project's name, a label of every metric.
    pub project: &'a str,
    /// How it ended.
    pub ending: Ending,
    /// When it ended.
    pub ended_at: SystemTime,
    /// Wall time.
    pub elapsed: Duration,
    /// What came of it, if it came that far.
    pub report: Option<&'a RunReport>,
    /// What the model was asked; `None` without one.
    pub stats: Option<&'a Stats>,
}

/// The text of the file after a run. `earlier` is what stood there before; `None` is given back if that
/// is no file of docgen's.
#[must_use]
pub fn run_metrics(run: &RunMetrics<'_>, earlier: Option<&str>) -> Option<String> {
    let earlier = Earlier::read(earlier.unwrap_or_default())?;
    let own = written(&[("project", run.project)]);
    let mut text = String::new();
    for mut family in families(run) {
        family.take_in(&earlier, &own);
        family.write(&mut text);
    }
    Some(text)
}

/// Whether a text is what [`run_metrics`] writes, or empty.
#[must_use]
pub fn are_metrics(text: &str) -> bool {
    Earlier::read(text).is_some()
}

fn families(run: &RunMetrics<'_>) -> Vec<Family> {
    let mut families = Vec::from(of_run(run));
    // All of them, whatever the run has to say of them: what earlier ones said goes on.
    families.extend(of_coverage(run.project, run.report));
    families.extend(of_definitions(run.project, run.report));
    families.extend(of_cache(run.project, run.report));
    let nothing = Stats::default();
    let stats = run.stats.unwrap_or(&nothing);
    families.extend(of_requests(run.project, stats));
    families.extend(of_last_requests(run.project, stats));
    families.extend(of_time(run.project, stats));
    families
}

fn of_run(run: &RunMetrics<'_>) -> [Family; 5] {
    let own = ("project", run.project);
    let mut build = Family::new(
        Kind::Gauge,
        "docgen_build_info",
        "The version of docgen that ran last; always 1.",
    );
    build.add(&[own, ("version", env!("CARGO_PKG_VERSION"))], 1.0);
    let mut runs = Family::new(
        Kind::Counter,
        "docgen_runs_total",
        "Runs, by how they ended.",
    );
    for ending in Ending::ALL {
        let one = if ending == run.ending { 1.0 } else { 0.0 };
        runs.add(&[own, ("outcome", ending.word())], one);
    }
    let mut at = Family::new(
        Kind::Gauge,
        "docgen_last_run_timestamp_seconds",
        "When the last run ended, in seconds since 1970.",
    );
    let since = run.ended_at.duration_since(SystemTime::UNIX_EPOCH);
    at.add(&[own], since.unwrap_or_default().as_secs_f64().floor());
    let mut duration = Family::new(
        Kind::Gauge,
        "docgen_last_run_duration_seconds",
        "How long the last run took.",
    );
    duration.add(&[own], run.elapsed.as_secs_f64());
    let mut success = Family::new(
        Kind::Gauge,
        "docgen_last_run_success",
        "Whether the last run did its work: 1, also if something was left undocumented; else 0.",
    );
    let is_success = matches!(run.ending, Ending::Done | Ending::Findings);
    success.add(&[own], f64::from(u8::from(is_success)));
    [build, runs, at, duration, success]
}

fn of_coverage(project: &str, report: Option<&RunReport>) -> [Family; 3] {
    let own = ("project", project);
    let mut coverage = Family::new(
        Kind::Gauge,
        "docgen_coverage_ratio",
        "Documented definitions of those that need a docstring, 0 to 1, before and after the last run.",
    );
    let mut needed = Family::new(
        Kind::Gauge,
        "docgen_definitions_needed",
        "Definitions that need a docstring.",
    );
    let mut documented = Family::new(
        Kind::Gauge,
        "docgen_definitions_documented",
        "Definitions of those that have one, before and after the last run.",
    );
    if let Some(report) = report {
        // A diff changes nothing yet.
        let after = if report.is_diff {
            report.before
        } else {
            report.after()
        };
        for (when, at) in [("before", report.before), ("after", after)] {
            coverage.add(&[own, ("when", when)], at.percent() / 100.0);
            documented.add(&[own, ("when", when)], float(at.documented));
        }
        needed.add(&[own], float(report.before.needed));
    }
    [coverage, needed, documented]
}

fn of_definitions(project: &str, report: Option<&RunReport>) -> [Family; 3] {
    let own = ("project", project);
    let mut files = Family::new(
        Kind::Gauge,
        "docgen_last_run_files",
        "Files that the last run looked at.",
    );
    let read = report.map_or(0, |report| report.files_read);
    files.add(&[own], float(read));
    let mut definitions = Family::new(
        Kind::Counter,
        "docgen_definitions_total",
        "What became of definitions, over all runs.",
    );
    let mut last = Family::new(
        Kind::Gauge,
        "docgen_last_run_definitions",
        "What became of definitions in the last run.",
    );
    let mut totals = report.map(RunReport::totals).unwrap_or_default();
    if report.is_some_and(|report| report.is_diff) {
        (totals.documented, totals.mended) = (0, 0);
    }
    for (outcome, number) in [
        ("documented", totals.documented),
        ("mended", totals.mended),
        ("skipped", totals.skipped),
        ("rejected", totals.rejected),
        ("failed", totals.failed),
    ] {
        definitions.add(&[own, ("outcome", outcome)], float(number));
        last.add(&[own, ("outcome", outcome)], float(number));
    }
    [files, definitions, last]
}

fn of_cache(project: &str, report: Option<&RunReport>) -> [Family; 2] {
    let own = ("project", project);
    let mut lookups = Family::new(
        Kind::Counter,
        "docgen_cache_lookups_total",
        "Definitions that were looked for in the cache: hits were remembered, misses had to be asked about.",
    );
    let mut size = Family::new(
        Kind::Gauge,
        "docgen_cache_size_bytes",
        "The size of the cache's file.",
    );
    if let Some(cache) = report.and_then(|report| report.cache.as_ref()) {
        lookups.add(&[own, ("result", "hit")], float(cache.tally.hits));
        lookups.add(&[own, ("result", "miss")], float(cache.tally.misses));
        if let Some(bytes) = cache.bytes {
            size.add(&[own], float(bytes));
        }
    }
    [lookups, size]
}

/// Requests, tokens and money, by deployment.
fn of_requests(project: &str, stats: &Stats) -> [Family; 6] {
    let mut requests = Family::new(
        Kind::Counter,
        "docgen_requests_total",
        "HTTP requests to the model, those sent again included, by what came of them.",
    );
    let mut retries = Family::new(
        Kind::Counter,
        "docgen_retries_total",
        "HTTP requests that repeated one which had failed.",
    );
    let mut tokens = Family::new(
        Kind::Counter,
        "docgen_tokens_total",
        "Tokens as the service counted them; no token is in two kinds.",
    );
    let mut cost = Family::new(
        Kind::Counter,
        "docgen_cost_usd_total",
        "US dollars by list prices, as far as the models' prices are known.",
    );
    let mut unpriced = Family::new(
        Kind::Counter,
        "docgen_unpriced_requests_total",
        "Answered requests of a model whose price is not known: the cost is without them.",
    );
    let mut times = Family::new(
        Kind::Histogram,
        "docgen_request_duration_seconds",
        "From sending a request to its whole answer, of those that were answered.",
    );
    for one in &stats.deployments {
        let place = Place::of(project, &one.target);
        for (kind, number) in kinds(one.usage) {
            tokens.add(&place.with("kind", kind), float(number));
        }
        cost.add(&place.labels(), one.bill.usd);
        unpriced.add(&place.labels(), float(one.bill.unpriced));
        retries.add(&place.labels(), 0.0);
        for result in ["answered", "throttled", "failed"] {
            let labels = [("operation", "chat"), ("result", result)];
            requests.add(&place.and(&labels), 0.0);
        }
    }
    for record in &stats.records {
        let place = Place::of(project, &record.target);
        let labels = [("operation", operation(record)), ("result", result(record))];
        requests.add(&place.and(&labels), 1.0);
        if record.attempt > 1 {
            retries.add(&place.labels(), 1.0);
        }
        if record.is_answered() {
            times.observe(&place.labels(), record.latency.as_secs_f64());
        }
    }
    [requests, retries, tokens, cost, unpriced, times]
}

/// The same of the last run, over all deployments.
fn of_last_requests(project: &str, stats: &Stats) -> [Family; 3] {
    let own = ("project", project);
    let mut last_cost = Family::new(
        Kind::Gauge,
        "docgen_last_run_cost_usd",
        "US dollars of the last run, as far as the models' prices are known.",
    );
    last_cost.add(&[own], stats.bill.usd);
    let mut last_tokens = Family::new(
        Kind::Gauge,
        "docgen_last_run_tokens",
        "Tokens of the last run; no token is in two kinds.",
    );
    for (kind, number) in kinds(stats.usage) {
        last_tokens.add(&[own, ("kind", kind)], float(number));
    }
    let mut last_requests = Family::new(
        Kind::Gauge,
        "docgen_last_run_requests",
        "HTTP requests of the last run, by what came of them.",
    );
    for result in ["answered", "throttled", "failed"] {
        last_requests.add(&[own, ("result", result)], 0.0);
    }
    for record in &stats.records {
        last_requests.add(&[own, ("result", result(record))], 1.0);
    }
    [last_requests, last_tokens, last_cost]
}

/// What held runs back.
fn of_time(project: &str, stats: &Stats) -> [Family; 2] {
    let own = ("project", project);
    let mut held = Family::new(
        Kind::Counter,
        "docgen_held_seconds_total",
        "Time in which the next request was held back, by what held it.",
    );
    for hold in [
        Hold::Requests,
        Hold::Tokens,
        Hold::Shared,
        Hold::Concurrency,
        Hold::Pause,
        Hold::Down,
    ] {
        let time = stats.held.get(&hold).copied().unwrap_or_default();
        held.add(&[own, ("cause", cause(hold))], time.as_secs_f64());
    }
    let mut busy = Family::new(
        Kind::Counter,
        "docgen_busy_seconds_total",
        "Time in which any request was in flight.",
    );
    busy.add(&[own], stats.busy.as_secs_f64());
    [held, busy]
}

/// A deployment's labels.
struct Place<'a> {
    project: &'a str,
    deployment: &'a str,
    host: &'a str,
}

impl<'a> Place<'a> {
    fn of(project: &'a str, target: &'a Target) -> Self {
        Self {
            project,
            deployment: target.name(),
            host: target.host(),
        }
    }

    fn labels(&self) -> Vec<(&'a str, &'a str)> {
        vec![
            ("project", self.project),
            ("deployment", self.deployment),
            ("host", self.host),
        ]
    }

    fn with(&self, name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
        self.and(&[(name, value)])
    }

    fn and(&self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut labels = self.labels();
        labels.extend_from_slice(more);
        labels
    }
}

/// Tokens by kind, each in one.
fn kinds(usage: Usage) -> [(&'static str, u64); 4] {
    let (prompt, cached) = (usage.prompt.get(), usage.cached.get());
    let (completion, reasoning) = (usage.completion.get(), usage.reasoning.get());
    [
        ("input", prompt.saturating_sub(cached)),
        ("cached_input", cached),
        ("output", completion.saturating_sub(reasoning)),
        ("reasoning", reasoning),
    ]
}

fn operation(record: &RequestRecord) -> &'static str {
    match record.operation {
        Operation::Chat => "chat",
        Operation::Embeddings => "embeddings",
    }
}

fn result(record: &RequestRecord) -> &'static str {
    match record.end {
        RequestEnd::Answered => "answered",
        RequestEnd::Throttled => "throttled",
        RequestEnd::Failed(_) => "failed",
    }
}

fn cause(hold: Hold) -> &'static str {
    match hold {
        Hold::Requests => "requests",
        Hold::Tokens => "tokens",
        Hold::Shared => "shared",
        Hold::Concurrency => "concurrency",
        Hold::Pause => "pause",
        Hold::Down => "down",
    }
}
