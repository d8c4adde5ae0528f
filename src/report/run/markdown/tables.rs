//! What was found and done, as tables in the order of names.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::report::markup::{code, code_cell, words_cell};
use crate::report::outcome::Outcome;
use crate::report::run::figures::{Percent, outcome_word};
use crate::report::run::links::Links;
use crate::report::run_report::{FileReport, QualityChange, RunReport, Totals};
use crate::report::text::plural;
use crate::rules::Coverage;
use crate::source::FileName;

/// Rows of what is left, at most.
const MOST_LEFT: usize = 200;

/// Rows of folders at most, and of files.
const MOST_ROWS: usize = 1000;

/// A table with more rows is folded.
const MOST_UNFOLDED: usize = 40;

/// Characters of a reason at most.
const MOST_OF_REASON: usize = 400;

/// What is named more often than this among what is left is counted too.
const MANY: usize = 3;

/// What was to be documented and is not, and why, with what could not be read.
pub(super) fn left(text: &mut String, report: &RunReport, links: &Links) {
    if !report.has_leftovers() {
        return;
    }
    text.push_str("\n## What is left\n");
    let left: Vec<(&FileReport, &Outcome)> = report
        .files
        .iter()
        .flat_map(|file| file.outcomes.iter().map(move |outcome| (file, outcome)))
        .filter(|(_, outcome)| report.is_left(outcome))
        .collect();
    reasons(text, &left);
    let is_folded = fold(text, left.len(), "definition");
    if !left.is_empty() {
        text.push_str("\n| Where | Definition | | Why |\n|---|---|---|---|\n");
    }
    for (file, outcome) in left.iter().take(MOST_LEFT) {
        _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            place(&file.path, outcome.line_after, links),
            code_cell(&outcome.name),
            outcome_word(&outcome.status),
            reason(outcome.status.reason().unwrap_or_default()),
        );
    }
    more(text, left.len(), MOST_LEFT, "definition");
    unfold(text, is_folded);
    if !report.diagnostics.is_empty() {
        text.push_str("\n### Files that could not be read\n\n| Where | Why |\n|---|---|\n");
    }
    for one in report.diagnostics.iter().take(MOST_LEFT) {
        let place = place(&one.path, one.place.line, links);
        _ = writeln!(
            text,
            "| {place} | {} {} |",
            one.code.as_str(),
            reason(&one.message)
        );
    }
    more(text, report.diagnostics.len(), MOST_LEFT, "file");
}

/// The most frequent reasons, where one is given often.
fn reasons(text: &mut String, left: &[(&FileReport, &Outcome)]) {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for (_, outcome) in left {
        *counts
            .entry(outcome.status.reason().unwrap_or_default())
            .or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.retain(|(_, count)| *count > MANY);
    counts.sort_by(|one, other| (other.1, one.0).cmp(&(one.1, other.0)));
    if counts.is_empty() {
        return;
    }
    text.push_str("\n| Definitions | Why, most often |\n|--:|---|\n");
    for (why, count) in counts.iter().take(10) {
        _ = writeln!(text, "| {count} | {} |", reason(why));
    }
}

/// Complex functions that have no docstring even now.
pub(super) fn hot_spots(text: &mut String, report: &RunReport, links: &Links) {
    if report.hot_spots.is_empty() {
        return;
    }
    text.push_str(
        "\n## Complexity hot spots without a docstring\n\n\
         | Definition | Where | Cyclomatic | Cognitive |\n|---|---|--:|--:|\n",
    );
    for spot in &report.hot_spots {
        _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            code_cell(spot.name()),
            place(&spot.path, spot.line_after, links),
            spot.cyclomatic,
            spot.cognitive
        );
    }
}

const FIGURES: &str = "Coverage | Quality | Documented | Mended | Skipped | Left |";
const SIDES: &str = "--:|--:|--:|--:|--:|--:|";

/// The folders in which anything was done or is missing.
pub(super) fn folders(text: &mut String, report: &RunReport) {
    let is_told = |totals: Totals, after: Coverage| {
        totals != Totals::default() || after.documented < after.needed
    };
    let told = report.folders.iter();
    let told: Vec<_> = told.filter(|one| is_told(one.totals, one.after)).collect();
    if told.len() < 2 {
        return;
    }
    _ = write!(text, "\n## Folders\n");
    let is_folded = fold(text, told.len(), "folder");
    _ = writeln!(text, "\n| Folder | Files | {FIGURES}\n|---|--:|{SIDES}");
    let left = report.left_by_place();
    for one in told.iter().take(MOST_ROWS) {
        let (folder, files) = (code_cell(&one.folder), one.files);
        let left = left.get(one.folder.as_str()).copied().unwrap_or_default();
        let figures = figures((one.before, one.after), one.quality, (one.totals, left));
        _ = writeln!(text, "| {folder} | {files} | {figures} |");
    }
    more(text, told.len(), MOST_ROWS, "folder");
    unfold(text, is_folded);
}

/// The files in which there was anything to do.
pub(super) fn files(text: &mut String, report: &RunReport, links: &Links) {
    if report.files.is_empty() {
        return;
    }
    text.push_str("\n## Files\n");
    let is_folded = fold(text, report.files.len(), "file");
    _ = writeln!(text, "\n| File | {FIGURES}\n|---|{SIDES}");
    let left = report.left_by_place();
    for file in report.files.iter().take(MOST_ROWS) {
        let figures = figures(
            (file.coverage, file.after()),
            QualityChange::of(&file.outcomes),
            (
                Totals::of(&file.outcomes),
                left.get(file.path.as_str()).copied().unwrap_or_default(),
            ),
        );
        let name = code_cell(file.path.as_str());
        _ = match links.to_file(&file.path) {
            Some(link) => writeln!(text, "| [{name}]({link}) | {figures} |"),
            None => writeln!(text, "| {name} | {figures} |"),
        };
    }
    more(text, report.files.len(), MOST_ROWS, "file");
    unfold(text, is_folded);
}

/// Every definition, file by file, as far as `room` bytes go.
pub(super) fn definitions(text: &mut String, report: &RunReport, links: &Links, room: usize) {
    if report.files.is_empty() {
        return;
    }
    text.push_str("\n## Definitions\n");
    let end = text.len() + room;
    let mut left_out = 0;
    for file in &report.files {
        let section = if left_out == 0 {
            of_file(file, links)
        } else {
            String::new()
        };
        if left_out > 0 || text.len() + section.len() > end {
            left_out += file.outcomes.len();
        } else {
            text.push_str(&section);
        }
    }
    if left_out > 0 {
        let definitions = plural(left_out, "definition");
        _ = writeln!(
            text,
            "\n… and {left_out} {definitions} more: see the JSON report."
        );
    }
}

fn of_file(file: &FileReport, links: &Links) -> String {
    let count = file.outcomes.len();
    // In a summary, HTML is what is read, and not markdown.
    let name = crate::report::terminal::escape(file.path.as_str());
    let mut text = format!(
        "\n<details><summary><code>{}</code> ({count} {})</summary>\n\n\
         | Line | Definition | Kind | Rule | Quality | Outcome |\n|--:|---|---|---|--:|---|\n",
        quick_xml::escape::escape(name.as_ref()),
        plural(count, "definition"),
    );
    for outcome in &file.outcomes {
        let at = outcome.line_after;
        let at = match links.to(&file.path, at) {
            Some(link) => format!("[{at}]({link})"),
            None => at.to_string(),
        };
        let changes = outcome.status.changes();
        let told = outcome.status.reason().or(changes.as_deref());
        let told = told.map(|told| format!(": {}", reason(told)));
        let score = outcome
            .score
            .map(|score| score_change(score.before, score.after));
        _ = writeln!(
            text,
            "| {at} | {} | {} | {} | {} | {}{} |",
            code_cell(&outcome.name),
            outcome.kind,
            outcome.code,
            score.unwrap_or_default(),
            outcome_word(&outcome.status),
            told.unwrap_or_default(),
        );
    }
    text.push_str("\n</details>\n");
    text
}

/// Coverage, quality and counts, as cells. What the budget had no room for is left, and not skipped.
fn figures(
    (before, after): (Coverage, Coverage),
    quality: QualityChange,
    (totals, left): (Totals, usize),
) -> String {
    let beyond_budget = left.saturating_sub(totals.left());
    let (old, new) = (before.percent(), after.percent());
    let coverage = if before.documented == after.documented {
        Percent(new).to_string()
    } else {
        format!("{} → {}", Percent(old), Percent(new))
    };
    let quality = quality.before.zip(quality.after);
    let quality = quality.map(|(before, after)| score_change(before, after));
    format!(
        "{coverage} | {} | {} | {} | {} | {}",
        quality.unwrap_or_default(),
        totals.documented,
        totals.mended,
        totals.skipped.saturating_sub(beyond_budget),
        left,
    )
}

/// «0 → 88»
fn score_change(before: f64, after: f64) -> String {
    format!("{before:.0} → {after:.0}")
}

/// «`path:12`» as a link.
fn place(file: &FileName, at: usize, links: &Links) -> String {
    let shown = code(&format!("{file}:{at}")).replace('|', "\\|");
    match links.to(file, at) {
        Some(link) => format!("[{shown}]({link})"),
        None => shown,
    }
}

fn reason(text: &str) -> String {
    let mut chars = text.chars();
    let mut short: String = chars.by_ref().take(MOST_OF_REASON).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    words_cell(&short)
}

/// Says what a table has no more room for.
fn more(text: &mut String, count: usize, most: usize, noun: &str) {
    if count > most {
        let rest = count - most;
        let noun = plural(rest, noun);
        _ = writeln!(text, "\n… and {rest} {noun} more: see the JSON report.");
    }
}

/// Folds a long table.
fn fold(text: &mut String, rows: usize, noun: &str) -> bool {
    let is_folded = rows > MOST_UNFOLDED;
    if is_folded {
        _ = write!(
            text,
            "\n<details><summary>{rows} {}</summary>\n",
            plural(rows, noun)
        );
    }
    is_folded
}

fn unfold(text: &mut String, is_folded: bool) {
    if is_folded {
        text.push_str("\n</details>\n");
    }
}
