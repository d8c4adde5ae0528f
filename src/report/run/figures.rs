//! Figures in words, as every form of a run's report has them.

use std::fmt;

use crate::report::outcome::Status;
use crate::report::run_report::{QualityChange, RunReport};
use crate::report::text::{floor_tenth, plural};

/// A share in percent, rounded down to a tenth: 100 means all.
pub(super) struct Percent(pub(super) f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} %", floor_tenth(self.0))
    }
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
    let parts = [
        (totals.rejected, "refused".to_owned()),
        (totals.failed, "failed".to_owned()),
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
        Some(_) => "price unknown".to_owned(),
    }
}

/// What became of a definition, in the words of a report's reader: a rejection is docgen's refusal.
pub(super) fn outcome_word(status: &Status) -> &'static str {
    match status {
        Status::Rejected { .. } => "refused",
        other => other.word(),
    }
}
