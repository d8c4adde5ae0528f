//! Charts in mermaid, which GitHub draws.

use std::fmt::Write as _;

use crate::report::requests::TimeShare;
use crate::report::run_report::{FolderReport, RunReport};
use crate::report::text::floor_tenth;

/// Folders that a chart shows, at least and at most.
const FEWEST: usize = 2;
const MOST: usize = 15;

/// The coverage of the folders that the run has changed, before and after: where the gap is, and where it
/// was, is seen at a glance.
pub(super) fn folders(text: &mut String, report: &RunReport) {
    let is_changed = |one: &&FolderReport| one.before.documented < one.after.documented;
    let changed: Vec<&FolderReport> = report.folders.iter().filter(is_changed).collect();
    if !(FEWEST..=MOST).contains(&changed.len()) {
        return;
    }
    let list = |value: &dyn Fn(&FolderReport) -> String| {
        let values: Vec<String> = changed.iter().map(|one| value(one)).collect();
        values.join(", ")
    };
    let percent = |percent: f64| format!("{:.1}", floor_tenth(percent));
    // The second bars are drawn over the first: what is seen of those is what the run has added.
    let height = 90 + 30 * changed.len();
    _ = write!(
        text,
        "\n```mermaid\n%%{{init: {{\"xyChart\": {{\"height\": {height}}}, \"themeVariables\": {{\"xyChart\": \
         {{\"plotColorPalette\": \"#0969da, #818b98\"}}}}}}}}%%\n\
         xychart-beta horizontal\n    title \"Coverage in %: before (grey), added (blue)\"\n    \
         x-axis [{}]\n    y-axis \"%\" 0 --> 100\n    bar [{}]\n    bar [{}]\n```\n",
        list(&|one| label(&one.folder)),
        list(&|one| percent(one.after.percent())),
        list(&|one| percent(one.before.percent())),
    );
}

/// Where the time went, if it went on several things.
pub(super) fn time(text: &mut String, shares: &[TimeShare]) {
    // Mermaid refuses slices of nothing, and nobody sees those of less than this.
    let shares = shares.iter().filter(|share| share.percent >= 1.0);
    let slices: Vec<&TimeShare> = shares.collect();
    if slices.len() < 2 {
        return;
    }
    text.push_str("```mermaid\npie showData\n    title Share of the run's time, in %\n");
    for slice in slices {
        _ = writeln!(text, "    \"{}\" : {:.1}", slice.on.words(), slice.percent);
    }
    text.push_str("```\n\n");
}

/// A folder's name as mermaid takes it: quoted, of harmless characters, not too long for the axis.
pub(super) fn label(name: &str) -> String {
    const MOST_CHARS: usize = 28;
    let harmless = |c: char| {
        if c.is_alphanumeric() || " ./_-+".contains(c) {
            c
        } else {
            '?'
        }
    };
    let name: Vec<char> = name.chars().map(harmless).collect();
    let cut = name.len().saturating_sub(MOST_CHARS);
    let tail: String = name.into_iter().skip(cut).collect();
    let dots = if cut > 0 { "…" } else { "" };
    format!("\"{dots}{tail}\"")
}
