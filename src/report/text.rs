//! Reports as plain text.

use std::fmt::Write as _;

use super::run_report::RunReport;
use super::terminal::escape;

/// What a run did, in a few lines.
#[must_use]
pub fn run_summary(report: &RunReport) -> String {
    let mut text = String::new();
    let totals = report.totals();
    for diagnostic in &report.diagnostics {
        _ = writeln!(text, "{}", escape(&diagnostic.to_string()));
    }
    for file in &report.files {
        for outcome in &file.outcomes {
            let is_skip = outcome.status.word() == "skipped";
            if let (Some(reason), false) = (outcome.status.reason(), is_skip) {
                let line = format!(
                    "{}:{}: {} {}: {reason}",
                    file.path,
                    outcome.line,
                    outcome.name,
                    outcome.status.word()
                );
                _ = writeln!(text, "{}", escape(&line));
            }
        }
    }
    let verb = if report.is_diff {
        "Would document"
    } else {
        "Documented"
    };
    let changed = report.files.iter().filter(|file| {
        file.outcomes
            .iter()
            .any(|outcome| outcome.status.reason().is_none())
    });
    let changed = changed.count();
    _ = write!(
        text,
        "{verb} {} {} in {changed} of {} {}",
        totals.documented,
        plural(totals.documented, "definition"),
        report.files_read,
        plural(report.files_read, "file"),
    );
    for (count, word) in [
        (totals.skipped, "skipped"),
        (totals.rejected, "rejected"),
        (totals.failed, "failed"),
    ] {
        if count > 0 {
            _ = write!(text, ", {count} {word}");
        }
    }
    _ = writeln!(
        text,
        "; coverage {:.1}% to {:.1}%, {:.1} s",
        floor_tenth(report.before.percent()),
        floor_tenth(report.after().percent()),
        report.elapsed.as_secs_f64(),
    );
    if report.is_interrupted {
        _ = writeln!(
            text,
            "Interrupted: what was finished is written, run again for the rest"
        );
    }
    text
}

/// Rounded down, so that 100 % is never claimed with something missing.
pub(super) fn floor_tenth(percent: f64) -> f64 {
    (percent * 10.0).floor() / 10.0
}

pub(super) fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        noun.to_owned()
    } else {
        format!("{noun}s")
    }
}
