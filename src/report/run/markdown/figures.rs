//! What the run took: requests, tokens, time and what was remembered. It differs from run to run, so it
//! stands last.

use std::fmt::Write as _;

use super::chart;
use crate::report::cache::{Saved, grouped, hits, money, size};
use crate::report::markup::{code_cell, words, words_cell};
use crate::report::repairs::share;
use crate::report::requests::{DeploymentRequests, Requests};
use crate::report::run_report::RunReport;
use crate::report::text::plural;

/// How many replies needed which step, and the most frequent kinds of faults.
pub(super) fn replies(text: &mut String, report: &RunReport) {
    let Some(repairs) = report.repairs() else {
        return;
    };
    text.push_str("\n## Replies\n\n| What it took | Definitions | Share |\n|---|--:|--:|\n");
    for (step, count) in repairs.steps() {
        let share = share(count, repairs.judged());
        _ = writeln!(text, "| {step} | {count} | {share} |");
    }
    if repairs.faults.is_empty() {
        return;
    }
    text.push_str("\n| Fault | Definitions | Mended | Refused |\n|---|--:|--:|--:|\n");
    for fault in &repairs.faults {
        _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            fault.kind.words(),
            fault.definitions,
            fault.mended,
            fault.refused
        );
    }
}

/// Secrets that were not shown to the model.
pub(super) fn masked(text: &mut String, report: &RunReport) {
    let masked = report.masked();
    if masked.is_empty() {
        return;
    }
    let total: usize = masked.values().sum();
    _ = write!(
        text,
        "\n## Masked\n\nTaken for secrets, and not sent: {total} {} of the source.\n\n\
         | Kind | Literals |\n|---|--:|\n",
        plural(total, "literal"),
    );
    for (kind, count) in masked {
        _ = writeln!(text, "| {kind} | {count} |");
    }
}

/// Time, requests, tokens and money, and what did not have to be asked.
pub(super) fn requests(text: &mut String, report: &RunReport) {
    text.push_str("\n## What it took\n\n| | |\n|---|--:|\n");
    let mut row = |name: &str, value: &str| _ = writeln!(text, "| {name} | {value} |");
    row("Words by", &words_cell(&report.provider));
    row("Files read", &report.files_read.to_string());
    row("Time", &format!("{:.1} s", report.elapsed.as_secs_f64()));
    if let Some(requests) = &report.requests {
        for (name, value) in counts(requests) {
            row(&name, &value);
        }
    }
    if let Some(cache) = &report.cache {
        row("Answers from the cache", &hits(&cache.tally));
        if cache.tally.hits > 0 {
            row("Saved by the cache", &Saved::of(&cache.tally).told());
        }
        if let Some(bytes) = cache.bytes {
            row("Size of the database", &size(bytes));
        }
    }
    if let Some(requests) = &report.requests {
        time(text, requests);
        deployments(text, &requests.deployments);
    }
}

fn counts(requests: &Requests) -> Vec<(String, String)> {
    let rows = [
        ("Requests sent", requests.sent),
        ("Retries", requests.retries),
        ("Throttled (429)", requests.throttled),
        ("Prompt tokens", requests.prompt_tokens),
        ("of them cached", requests.cached_tokens),
        ("Completion tokens", requests.completion_tokens),
    ];
    let rows = rows.map(|(name, value)| (name.to_owned(), grouped(value)));
    let mut rows = Vec::from(rows);
    if let Some(latency) = requests.latency {
        let latencies = [
            ("median", latency.median_ms),
            ("p95", latency.p95_ms),
            ("p99", latency.p99_ms),
        ];
        let latencies =
            latencies.map(|(name, value)| (format!("Latency, {name}"), format!("{value} ms")));
        rows.extend(latencies);
    }
    rows.extend(requests.noticed.iter().map(|(category, count)| {
        let category = words_cell(category);
        let name = format!("Content filter noticed {category}, and let it pass");
        (name, count.to_string())
    }));
    rows
}

/// Where the time went, and what would help most.
fn time(text: &mut String, requests: &Requests) {
    if requests.sent == 0 {
        return;
    }
    text.push_str("\n### Where the time went\n\n");
    if let Some(advice) = &requests.advice {
        _ = writeln!(text, "What would help most: {}.\n", words(advice));
    }
    chart::time(text, &requests.time);
    text.push_str("| Share | Time | |\n|--:|--:|---|\n");
    for share in &requests.time {
        _ = writeln!(
            text,
            "| {:.1} % | {:.1} s | {} |",
            share.percent,
            share.seconds,
            share.on.words()
        );
    }
}

/// What was spent of what was allowed.
pub(super) fn budget(text: &mut String, report: &RunReport) {
    let Some(budget) = &report.budget else { return };
    text.push_str("\n## Budget\n\n| | Spent | Of |\n|---|--:|--:|\n");
    for [name, spent, bound] in budget.rows() {
        _ = writeln!(text, "| {name} | {spent} | {bound} |");
    }
}

fn deployments(text: &mut String, deployments: &[DeploymentRequests]) {
    text.push_str(
        "\n### Deployments\n\n\
         | Deployment | Model | Sent | Failed | Throttled | Tokens | Money | At once: settled on | at most |\n\
         |---|---|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for one in deployments {
        let usd = one.usd.map_or_else(|| "unknown".to_owned(), money);
        _ = writeln!(
            text,
            "| {} at {} | {} | {} | {} | {} | {} | {usd} | {} | {} |",
            code_cell(&one.deployment),
            words_cell(&one.host),
            one.model.as_deref().map(code_cell).unwrap_or_default(),
            one.sent,
            one.failed,
            one.throttled,
            grouped(one.tokens),
            one.concurrency,
            one.peak_in_flight,
        );
    }
    for one in deployments {
        if let Some(reason) = &one.given_up {
            _ = writeln!(text, "\nGiven up: {}", words(reason));
        }
    }
}
