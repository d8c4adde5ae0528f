//! Reports as plain text.

use std::fmt::Write as _;

use super::cache::CacheReport;
use super::repairs::share;
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
            // What was left undocumented on purpose needs no line; what is left untrue does.
            let is_skip = outcome.status.word() == "skipped" && !outcome.was_documented;
            // Of those that an interrupt left the number is enough.
            let is_skip = is_skip || outcome.status.is_interrupted();
            let changes = outcome.status.changes();
            let told = outcome.status.reason().or(changes.as_deref());
            if let (Some(told), false) = (told, is_skip) {
                let line = format!(
                    "{}:{}: {} {}: {told}",
                    file.path,
                    outcome.line,
                    outcome.name,
                    outcome.status.word()
                );
                _ = writeln!(text, "{}", escape(&line));
            }
        }
    }
    let changed = report.files.iter().filter(|file| {
        file.outcomes
            .iter()
            .any(|outcome| outcome.status.reason().is_none())
    });
    let changed = changed.count();
    _ = write!(
        text,
        "{} in {changed} of {} {}",
        done(report),
        report.files_read,
        plural(report.files_read, "file"),
    );
    let outcomes = report.outcomes();
    let interrupted = outcomes.filter(|one| one.status.is_interrupted()).count();
    for (count, word) in [
        (totals.skipped, "skipped"),
        (totals.rejected, "rejected"),
        (totals.failed - interrupted, "failed"),
        (interrupted, "left"),
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
    if let Some(line) = report.cache.as_ref().and_then(CacheReport::line) {
        _ = writeln!(text, "{line}");
    }
    repairs(&mut text, report);
    if let Some(budget) = &report.budget {
        text.push_str(&budget.lines());
    }
    if report.is_interrupted {
        _ = writeln!(
            text,
            "Interrupted: what was finished is written, run again for the rest"
        );
    }
    text
}

/// «Documented 3 definitions and mended 1 docstring»
fn done(report: &RunReport) -> String {
    let totals = report.totals();
    let part = |verb: [&str; 2], count: usize, noun: &str| {
        let verb = verb[usize::from(!report.is_diff)];
        format!("{verb} {count} {}", plural(count, noun))
    };
    let documented = part(
        ["would document", "documented"],
        totals.documented,
        "definition",
    );
    let mended = part(["would mend", "mended"], totals.mended, "docstring");
    let done = match (totals.documented, totals.mended) {
        (_, 0) => documented,
        (0, _) => mended,
        _ => format!("{documented} and {}", mended.trim_start_matches("would ")),
    };
    done[..1].to_uppercase() + &done[1..]
}

/// One line, when any reply did not hold at once.
fn repairs(text: &mut String, report: &RunReport) {
    let Some(repairs) = report.repairs() else {
        return;
    };
    if repairs.held == repairs.judged() {
        return;
    }
    let steps: Vec<String> = repairs
        .steps()
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(step, count)| {
            let share = share(count, repairs.judged());
            format!("{share} {}", step.to_lowercase())
        })
        .collect();
    _ = write!(text, "Replies: {}", steps.join(", "));
    if let Some(most) = repairs.faults.first() {
        _ = write!(text, "; most often: {}", most.kind.words());
    }
    text.push('\n');
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
