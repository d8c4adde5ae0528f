//! The scores of folders or files, and of all, as a table.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::{ScoreReport, Tally};
use crate::report::terminal::escape;
use crate::report::text::floor_tenth;
use crate::rules::quality::Dimension;

/// What a row of the table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    Folders,
    Files,
}

pub(super) fn write_table(text: &mut String, report: &ScoreReport, rows: Rows) {
    let (title, listed) = match rows {
        Rows::Folders => ("Folder", report.folders()),
        Rows::Files => {
            let files = report.files.iter();
            let files = files.map(|file| (file.path.as_str(), file.tally()));
            (
                "File",
                files.filter(|(_, tally)| tally.needed > 0).collect(),
            )
        }
    };
    if listed.is_empty() {
        return;
    }
    let mut shown: Vec<(String, Tally)> = listed
        .into_iter()
        .map(|(name, tally)| (escape(name).replace('\n', "\\n"), tally))
        .collect();
    shown.push(("Total".to_owned(), report.tally()));
    let widest = shown.iter().map(|(name, _)| name.width()).max();
    let width = widest.unwrap_or_default().max(title.len());
    if !text.is_empty() {
        text.push('\n');
    }
    _ = writeln!(
        text,
        "{title:<width$}  Needed  Documented  Completeness  Clarity  Accuracy  Style  Score"
    );
    for (name, tally) in shown {
        let padding = " ".repeat(width - name.width());
        let mean = |dimension| match tally.documented {
            0 => "-".to_owned(),
            _ => format!("{:.1}", floor_tenth(tally.mean(dimension))),
        };
        _ = writeln!(
            text,
            "{name}{padding}  {:>6}  {:>10}  {:>12}  {:>7}  {:>8}  {:>5}  {:>5.1}",
            tally.needed,
            tally.documented,
            mean(Dimension::Completeness),
            mean(Dimension::Clarity),
            mean(Dimension::Accuracy),
            mean(Dimension::Style),
            floor_tenth(tally.score()),
        );
    }
    text.push('\n');
}
