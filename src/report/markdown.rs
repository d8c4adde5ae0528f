//! A run's report as markdown that reads well on GitHub.

use std::fmt::Write as _;

use super::cache::{Saved, hits, size};
use super::estimate::estimate_markdown;
use super::repairs::share;
use super::run_report::{DeploymentRequests, FileReport, RunReport};
use super::text::{floor_tenth, plural};
use crate::rules::Coverage;

/// The report; its order is that of names, so two runs differ only where their results do.
#[must_use]
pub fn markdown(report: &RunReport) -> String {
    let mut text = String::from("# docgen report\n\n");
    summary(&mut text, report);
    thresholds(&mut text, report);
    requests(&mut text, report);
    budget(&mut text, report);
    estimate_markdown(&mut text, report);
    cache(&mut text, report);
    repairs(&mut text, report);
    masked(&mut text, report);
    unread(&mut text, report);
    files(&mut text, report);
    leftovers(&mut text, report);
    hot_spots(&mut text, report);
    text
}

fn summary(text: &mut String, report: &RunReport) {
    let totals = report.totals();
    if report.is_diff {
        text.push_str("Nothing was written: this run only showed what it would change.\n\n");
    }
    if report.is_interrupted {
        text.push_str("The run was interrupted; what was finished is in this report.\n\n");
    }
    text.push_str("| | |\n|---|--:|\n");
    let coverage = |coverage: Coverage| {
        format!(
            "{:.1} % ({} of {})",
            floor_tenth(coverage.percent()),
            coverage.documented,
            coverage.needed
        )
    };
    let rows = [
        ("Coverage before", coverage(report.before)),
        ("Coverage after", coverage(report.after())),
        ("Documented", totals.documented.to_string()),
        ("Mended", totals.mended.to_string()),
        ("Skipped", totals.skipped.to_string()),
        ("Rejected", totals.rejected.to_string()),
        ("Failed", totals.failed.to_string()),
        ("Files read", report.files_read.to_string()),
        (
            "Files that could not be read",
            report.diagnostics.len().to_string(),
        ),
        ("Words by", escape(&report.provider)),
        ("Time", format!("{:.1} s", report.elapsed.as_secs_f64())),
    ];
    for (name, value) in rows {
        _ = writeln!(text, "| {name} | {value} |");
    }
}

fn requests(text: &mut String, report: &RunReport) {
    let Some(requests) = &report.requests else {
        return;
    };
    text.push_str("\n## Requests\n\n| | |\n|---|--:|\n");
    let rows = [
        ("Requests sent", requests.sent),
        ("Retries", requests.retries),
        ("Throttled (429)", requests.throttled),
        ("Prompt tokens", requests.prompt_tokens),
        ("of them cached", requests.cached_tokens),
        ("Completion tokens", requests.completion_tokens),
    ];
    for (name, value) in rows {
        _ = writeln!(text, "| {name} | {value} |");
    }
    if let Some(latency) = requests.latency {
        let rows = [
            ("median", latency.median_ms),
            ("p95", latency.p95_ms),
            ("p99", latency.p99_ms),
        ];
        for (name, value) in rows {
            _ = writeln!(text, "| Latency, {name} | {value} ms |");
        }
    }
    for (category, count) in &requests.noticed {
        let category = escape(category);
        _ = writeln!(
            text,
            "| Content filter noticed {category}, and let it pass | {count} |"
        );
    }
    deployments(text, &requests.deployments);
}

/// What was spent of what was allowed.
fn budget(text: &mut String, report: &RunReport) {
    let Some(budget) = &report.budget else { return };
    text.push_str("\n## Budget\n\n| | Spent | Of |\n|---|--:|--:|\n");
    for [name, spent, bound] in budget.rows() {
        _ = writeln!(text, "| {name} | {spent} | {bound} |");
    }
    if let Some(told) = budget.told() {
        let told = escape(&told);
        _ = writeln!(
            text,
            "\nThe run stopped: {told}. The next run goes on from there."
        );
    }
}

/// What the settings set a bound for, and the run went beyond.
fn thresholds(text: &mut String, report: &RunReport) {
    if report.exceeded.is_empty() {
        return;
    }
    text.push_str("\n## Above the thresholds\n\n");
    for exceeded in &report.exceeded {
        _ = writeln!(text, "- {}", escape(&exceeded.told()));
    }
}

/// What was remembered, and what that saved.
fn cache(text: &mut String, report: &RunReport) {
    let Some(cache) = &report.cache else {
        return;
    };
    text.push_str("\n## Cache\n\n| | |\n|---|--:|\n");
    _ = writeln!(text, "| Answers from the cache | {} |", hits(&cache.tally));
    if cache.tally.hits > 0 {
        let saved = Saved::of(&cache.tally).told();
        _ = writeln!(text, "| Saved | {saved} |");
    }
    if let Some(bytes) = cache.bytes {
        _ = writeln!(text, "| Size of the database | {} |", size(bytes));
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
            escape(&one.deployment),
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
            _ = writeln!(text, "\nGiven up: {}", escape(reason));
        }
    }
}

/// How many replies needed which step, and the most frequent kinds of faults.
fn repairs(text: &mut String, report: &RunReport) {
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

fn masked(text: &mut String, report: &RunReport) {
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

fn unread(text: &mut String, report: &RunReport) {
    if report.diagnostics.is_empty() {
        return;
    }
    text.push_str("\n## Files that could not be read\n\n");
    for diagnostic in &report.diagnostics {
        _ = writeln!(text, "- {}", escape(&diagnostic.to_string()));
    }
}

fn files(text: &mut String, report: &RunReport) {
    if report.files.is_empty() {
        return;
    }
    text.push_str("\n## Files\n\n| File | Documented | Mended | Skipped | Rejected | Failed |\n|---|--:|--:|--:|--:|--:|\n");
    for file in &report.files {
        let count = |word: &str| {
            file.outcomes
                .iter()
                .filter(|outcome| outcome.status.word() == word)
                .count()
        };
        _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            escape(file.path.as_str()),
            count("documented"),
            count("mended"),
            count("skipped"),
            count("rejected"),
            count("failed"),
        );
    }
    text.push_str("\n## Definitions\n");
    for file in &report.files {
        definitions(text, file);
    }
}

fn definitions(text: &mut String, file: &FileReport) {
    let count = file.outcomes.len();
    _ = write!(
        text,
        "\n<details><summary>{} ({count} {})</summary>\n\n| Line | Definition | Kind | Rule | Outcome |\n|--:|---|---|---|---|\n",
        escape(file.path.as_str()),
        plural(count, "definition"),
    );
    for outcome in &file.outcomes {
        let changes = outcome.status.changes();
        let status = match outcome.status.reason().or(changes.as_deref()) {
            Some(told) => format!("{}: {}", outcome.status.word(), escape(told)),
            None => outcome.status.word().to_owned(),
        };
        _ = writeln!(
            text,
            "| {} | {} | {} | {} | {status} |",
            outcome.line,
            escape(&outcome.name),
            outcome.kind,
            outcome.code,
        );
    }
    text.push_str("\n</details>\n");
}

fn leftovers(text: &mut String, report: &RunReport) {
    let left = |word: &str| matches!(word, "rejected" | "failed");
    let lines: Vec<String> = report
        .files
        .iter()
        .flat_map(|file| file.outcomes.iter().map(move |outcome| (file, outcome)))
        .filter(|(_, outcome)| left(outcome.status.word()))
        .map(|(file, outcome)| {
            let reason = outcome.status.reason().unwrap_or_default();
            let place = format!("{}:{}", file.path, outcome.line);
            format!(
                "- {} {}: {}: {}\n",
                escape(&place),
                escape(&outcome.name),
                outcome.status.word(),
                escape(reason)
            )
        })
        .collect();
    if !lines.is_empty() {
        text.push_str("\n## Left undocumented\n\n");
        text.extend(lines);
    }
}

fn hot_spots(text: &mut String, report: &RunReport) {
    if report.hot_spots.is_empty() {
        return;
    }
    text.push_str(
        "\n## Complexity hot spots without a docstring\n\n| Definition | Line | Cyclomatic | Cognitive |\n|---|--:|--:|--:|\n",
    );
    for spot in &report.hot_spots {
        _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            escape(&spot.id),
            spot.line,
            spot.cyclomatic,
            spot.cognitive
        );
    }
}

/// Untrusted text as it may stand in a table cell: no markup, no links, no line ends.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => escaped.push(' '),
            c if c.is_control() => {}
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '!' | '#' | '\\' | '~' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}
