//! What is said of a check as a whole: counts by code, coverage by folder, and the closing lines.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::text::code_style;
use super::{CheckReport, Counts, FolderCoverage};
use crate::report::terminal::escape;
use crate::report::text::{floor_tenth, plural};

/// Counts by code, the most frequent first.
pub(super) fn write_statistics(text: &mut String, report: &CheckReport, is_colored: bool) {
    let statistics = report.statistics();
    let count_width = statistics
        .first()
        .map_or(0, |(_, count)| count.to_string().len());
    let code_width = statistics
        .iter()
        .map(|(code, _)| code.as_str().len())
        .max()
        .unwrap_or_default();
    let style = code_style(is_colored);
    for (code, count) in statistics {
        _ = writeln!(
            text,
            "{count:>count_width$}  {style}{:<code_width$}{style:#}  {}",
            code.as_str(),
            code.message(),
        );
    }
}

/// The coverage of each folder and of all, as a table.
pub(super) fn write_folders(text: &mut String, report: &CheckReport) {
    let mut rows = report.folders();
    if rows.is_empty() {
        return;
    }
    for row in &mut rows {
        row.folder = escape(&row.folder).replace('\n', "\\n");
    }
    rows.push(FolderCoverage {
        folder: "Total".to_owned(),
        coverage: report.coverage(),
    });
    let widest = rows.iter().map(|row| row.folder.width()).max();
    let width = widest.unwrap_or_default().max("Folder".len());
    if !text.is_empty() {
        text.push('\n');
    }
    _ = writeln!(
        text,
        "{:<width$}  Needed  Documented  Missing       %",
        "Folder"
    );
    for FolderCoverage { folder, coverage } in rows {
        let padding = " ".repeat(width - folder.width());
        _ = writeln!(
            text,
            "{folder}{padding}  {:>6}  {:>10}  {:>7}  {:>5.1}%",
            coverage.needed,
            coverage.documented,
            coverage.needed - coverage.documented,
            floor_tenth(coverage.percent()),
        );
    }
    text.push('\n');
}

/// How many findings there are, what share is documented, and whether that is too little.
pub(super) fn write_summary(text: &mut String, report: &CheckReport) {
    let Counts {
        missing,
        drifted,
        unread,
    } = report.counts();
    let missing_words = format!("{missing} missing {}", plural(missing, "docstring"));
    let drifted_words = format!("{drifted} drifted {}", plural(drifted, "detail"));
    _ = match (missing, drifted) {
        (0, 0) if unread > 0 => Ok(()),
        (0, 0) if report.recorded > 0 => Ok(()),
        (0, 0) => writeln!(text, "All docstrings are there."),
        (_, 0) => writeln!(text, "Found {missing_words}."),
        (0, _) => writeln!(text, "Found {drifted_words}."),
        (_, _) => writeln!(
            text,
            "Found {} findings: {missing_words}, {drifted_words}.",
            missing + drifted
        ),
    };
    if report.recorded > 0 {
        _ = writeln!(
            text,
            "{} {} in the baseline {} left out.",
            report.recorded,
            plural(report.recorded, "finding"),
            if report.recorded == 1 { "is" } else { "are" },
        );
    }
    if unread > 0 {
        _ = writeln!(
            text,
            "{unread} {} could not be read.",
            plural(unread, "file")
        );
    }
    let (coverage, files_read) = (report.coverage(), report.files.len());
    let percent = floor_tenth(coverage.percent());
    _ = writeln!(
        text,
        "Coverage: {percent:.1}% ({} of {} documented, {files_read} {})",
        coverage.documented,
        coverage.needed,
        plural(files_read, "file"),
    );
    if let Some(line) = missed_threshold(report) {
        _ = writeln!(text, "{line}");
    }
}

/// That less is documented than the settings ask for.
#[must_use]
pub fn missed_threshold(report: &CheckReport) -> Option<String> {
    let threshold = report.fail_under.filter(|_| report.is_below_threshold())?;
    let percent = floor_tenth(report.coverage().percent());
    Some(format!("Coverage {percent:.1}% is below {threshold}%."))
}
