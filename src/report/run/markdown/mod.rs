//! A run's report as markdown that reads well on GitHub: what a manager wants to know first, what is to
//! be done next, tables after that, and last what differs from run to run.

mod chart;
mod figures;
mod tables;

use std::fmt::Write as _;

use super::figures::{Percent, left_words, money_words, notes, opening_words, quality_words};
use super::links::Links;
use crate::report::estimate::estimate_markdown;
use crate::report::markup::words;
use crate::report::run_report::RunReport;
use crate::report::text::plural;
use crate::report::time::duration;

/// Bytes of a report at most. GitHub shows no larger markdown, and takes 1 MiB for the summary of a job.
const MOST_BYTES: usize = 900_000;

/// The report; its order is that of names, so two runs differ only where their results do.
#[must_use]
pub fn run_markdown(report: &RunReport, links: &Links) -> String {
    let mut text = String::from("# docgen report\n\n");
    opening(&mut text, report);
    summary(&mut text, report);
    chart::folders(&mut text, report);
    tables::left(&mut text, report, links);
    tables::hot_spots(&mut text, report, links);
    tables::folders(&mut text, report);
    tables::files(&mut text, report, links);
    figures::masked(&mut text, report);
    figures::replies(&mut text, report);
    let mut last = String::new();
    figures::requests(&mut last, report);
    figures::budget(&mut last, report);
    estimate_markdown(&mut last, report);
    let room = MOST_BYTES.saturating_sub(text.len() + last.len());
    tables::definitions(&mut text, report, links, room);
    text.push_str(&last);
    text
}

/// What was done, in a sentence or two.
fn opening(text: &mut String, report: &RunReport) {
    text.push_str(&opening_words(report));
    if report.has_leftovers() {
        text.push_str(" See [what is left](#what-is-left).");
    }
    text.push_str("\n\n");
    for (kind, note) in notes(report) {
        _ = writeln!(text, "> [!{kind}]\n> {}\n", words(&note));
    }
}

fn summary(text: &mut String, report: &RunReport) {
    let (before, after) = (report.before, report.after());
    let coverage = format!(
        "{} → **{}** ({} → {} of {} {})",
        Percent(before.percent()),
        Percent(after.percent()),
        before.documented,
        after.documented,
        after.needed,
        plural(after.needed, "definition"),
    );
    text.push_str("| | |\n|---|---|\n");
    _ = writeln!(text, "| Coverage | {coverage} |");
    if let Some(quality) = quality_words(report.quality()) {
        _ = writeln!(text, "| Quality | {quality} |");
    }
    _ = writeln!(text, "| Left | {} |", left_words(report));
    _ = writeln!(text, "| Money | {} |", money_words(report));
    _ = writeln!(text, "| Time | {} |", duration(report.elapsed));
}
