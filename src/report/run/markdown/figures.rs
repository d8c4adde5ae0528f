//! What the run took: requests, tokens, time and what was remembered. It differs from run to run, so it
//! stands last.

use std::fmt::Write as _;

use crate::report::cache::{Saved, hits, size};
use crate::report::markup::words_cell;
use crate::report::repairs::share;
use crate::report::run_report::{DeploymentRequests, RunReport};
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

/// Requests, deployments, and what did not have to be asked.
pub(super) fn requests(text: &mut String, report: &RunReport) {
    text.push_str("\n## What it took\n\n| | |\n|---|--:|\n");
    let mut row = |name: &str, value: &str| _ = writeln!(text, "| {name} | {value} |");
    row("Words by", &words_cell(&report.provider));
    row("Files read", &report.files_read.to_string());
    row("Time", &format!("{:.1} s", report.elapsed.as_secs_f64()));
    if let Some(requests) = &report.requests {
        let rows = [
            ("Requests sent", requests.sent),
            ("Retries", requests.retries),
            ("Throttled (429)", requests.throttled),
            ("Prompt tokens", requests.prompt_tokens),
            ("of them cached", requests.cached_tokens),
            ("Completion tokens", requests.completion_tokens),
        ];
        for (name, value) in rows {
            row(name, &value.to_string());
        }
        if let Some(latency) = requests.latency {
            let rows = [
                ("median", latency.median_ms),
                ("p95", latency.p95_ms),
                ("p99", latency.p99_ms),
            ];
            for (name, value) in rows {
                row(&format!("Latency, {name}"), &format!("{value} ms"));
            }
        }
        for (category, count) in &requests.noticed {
            let category = words_cell(category);
            let name = format!("Content filter noticed {category}, and let it pass");
            row(&name, &count.to_string());
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
        deployments(text, &requests.deployments);
    }
}

fn deployments(text: &mut String, deployments: &[DeploymentRequests]) {
    text.push_str(
        "\n| Deployment | Sent | Failed | Throttled | Tokens | At once: settled on | at most |\n\
         |---|--:|--:|--:|--:|--:|--:|\n",
    );
    for one in deployments {
        _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            words_cell(&one.deployment),
            one.sent,
            one.failed,
            one.throttled,
            one.tokens,
            one.concurrency,
            one.peak_in_flight,
        );
    }
    for one in deployments {
        if let Some(reason) = &one.given_up {
            _ = writeln!(text, "\nGiven up: {}", words_cell(reason));
        }
    }
}
