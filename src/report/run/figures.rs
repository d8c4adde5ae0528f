//! Figures in words, as every form of a run's report has them.

use std::fmt;

use crate::report::budget::BudgetReport;
use crate::report::cache::money;
use crate::report::outcome::Status;
use crate::report::requests::Cost;
use crate::report::run_report::{FileReport, QualityChange, RunReport};
use crate::report::text::{floor_tenth, plural};

/// A share in percent, rounded down to a tenth: 100 means all.
pub(super) struct Percent(pub(super) f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} %", floor_tenth(self.0))
    }
}

/// What was done, in a sentence: «docgen documented 12 definitions in 3 of 4 files.»
pub(super) fn opening_words(report: &RunReport) -> String {
    let totals = report.totals();
    let done = [
        ("documented", totals.documented, "definition"),
        ("mended", totals.mended, "docstring"),
    ];
    let done = done.iter().filter(|(_, count, _)| *count > 0);
    let done = done.map(|(verb, count, noun)| format!("{verb} {count} {}", plural(*count, noun)));
    let done: Vec<String> = done.collect();
    let of_files = format!(
        "{} {}",
        report.files_read,
        plural(report.files_read, "file")
    );
    let would = if report.is_diff { "would have " } else { "" };
    match done.as_slice() {
        _ if report.files_read == 0 => "docgen found no Python file.".to_owned(),
        [] if totals.left() > 0 => format!("docgen documented nothing in {of_files}."),
        [] => format!("Nothing was to be documented in {of_files}."),
        done => {
            let is_changed = |file: &&FileReport| {
                let mut outcomes = file.outcomes.iter();
                outcomes.any(|outcome| outcome.status.reason().is_none())
            };
            let changed = report.files.iter().filter(is_changed).count();
            let done = done.join(" and ");
            format!("docgen {would}{done} in {changed} of {of_files}.")
        }
    }
}

/// What has to be known of a run before its figures are believed, each with the kind of alert that it is on
/// GitHub.
pub(super) fn notes(report: &RunReport) -> Vec<(&'static str, String)> {
    let mut notes = Vec::new();
    if report.is_diff {
        let note = "Nothing was written: this run only showed what it would change.";
        notes.push(("NOTE", note.to_owned()));
    }
    if report.is_interrupted {
        let note = "The run was interrupted; what was finished is in this report.";
        notes.push(("WARNING", note.to_owned()));
    }
    if let Some(told) = report.budget.as_ref().and_then(BudgetReport::told) {
        let note = format!("The run stopped: {told}. The next run goes on from there.");
        notes.push(("WARNING", note));
    }
    let exceeded = report.exceeded.iter();
    notes.extend(exceeded.map(|one| ("WARNING", format!("Above a threshold: {}.", one.told()))));
    notes
}

/// «4.1 → **88.4** of 100 (mean of 145 docstrings written or mended)»; nothing where none was.
pub(super) fn quality_words(quality: QualityChange) -> Option<String> {
    let (before, after) = quality.before.zip(quality.after)?;
    let count = quality.definitions;
    let docstrings = plural(count, "docstring");
    Some(format!(
        "{before:.1} → **{after:.1}** of 100 (mean of the {count} {docstrings} written or mended; none counts 0)"
    ))
}

/// «5 refused, 3 failed, 1 file not read»
pub(super) fn left_words(report: &RunReport) -> String {
    let totals = report.totals();
    let unread = report.diagnostics.len();
    let of_budget = report.budget.as_ref().map_or(0, |budget| budget.left);
    let parts = [
        (totals.rejected, "refused".to_owned()),
        (totals.failed, "failed".to_owned()),
        (of_budget, "beyond the budget".to_owned()),
        (unread, format!("{} not read", plural(unread, "file"))),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if parts.is_empty() {
        "nothing".to_owned()
    } else {
        parts.join(", ")
    }
}

/// What the run cost.
pub(super) fn money_words(report: &RunReport) -> String {
    match &report.requests {
        None => "nothing: no model was asked".to_owned(),
        Some(requests) if requests.sent == 0 => "nothing: no request was sent".to_owned(),
        Some(requests) => cost_words(&requests.cost),
    }
}

/// «$0.42 (prices of 2026-11)», or what is not known.
pub(super) fn cost_words(cost: &Cost) -> String {
    let answers = |count: u64| if count == 1 { "answer" } else { "answers" };
    let known = money(cost.known_usd);
    let prices = match &cost.prices_of {
        Some(month) => format!("prices of {month}"),
        None => "prices of the settings".to_owned(),
    };
    match (cost.priced, cost.unpriced) {
        (0, 0) => "nothing: no request was answered".to_owned(),
        (_, 0) => format!("{known} ({prices})"),
        (0, _) => "price unknown".to_owned(),
        (_, unpriced) => format!(
            "{known} ({prices}), and {unpriced} {} at an unknown price",
            answers(unpriced)
        ),
    }
}

/// What became of a definition, in the words of a report's reader: a rejection is docgen's refusal.
pub(super) fn outcome_word(status: &Status) -> &'static str {
    match status {
        Status::Rejected { .. } => "refused",
        other => other.word(),
    }
}
