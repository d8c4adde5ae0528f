//! A score as text for people.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::table::{Rows, write_table};
use super::{DocstringScore, FileScore, ScoreReport};
use crate::report::terminal::escape;
use crate::report::text::{floor_tenth, plural};
use crate::rules::quality::{Dimension, Quality, Section};

/// Suggestions that are shown of one docstring.
pub(super) const MAX_SUGGESTIONS: usize = 3;

/// Points of the total below which a suggestion is left out of a text.
const MIN_GAIN: f64 = 0.5;

/// What stands besides the worst docstrings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoreDetail {
    /// The score only; not the worst ones either.
    Score,
    /// A table of the folders.
    Folders,
    /// A table of the files.
    Files,
}

/// How a score is shown as text.
#[derive(Debug, Clone, Copy)]
pub struct ScoreStyle {
    /// How many of the worst docstrings are shown.
    pub worst: usize,
    /// What stands besides them.
    pub detail: ScoreDetail,
    /// With escape sequences for colors.
    pub is_colored: bool,
}

/// What could not be read, the worst docstrings with what would make them better, a table, and the
/// score.
#[must_use]
pub fn score_text(report: &ScoreReport, style: ScoreStyle) -> String {
    let mut text = String::new();
    for diagnostic in &report.diagnostics {
        _ = writeln!(text, "{}", escape(&diagnostic.to_string()));
    }
    let rows = match style.detail {
        ScoreDetail::Score => None,
        ScoreDetail::Folders => Some(Rows::Folders),
        ScoreDetail::Files => Some(Rows::Files),
    };
    if let Some(rows) = rows {
        for (file, docstring, quality) in report.worst(style.worst) {
            write_docstring(&mut text, file, docstring, quality, style.is_colored);
        }
        write_table(&mut text, report, rows);
        write_distribution(&mut text, report);
        write_missing(&mut text, report);
    }
    write_score(&mut text, report);
    text
}

/// Its place, its scores, and a line for each suggestion.
fn write_docstring(
    text: &mut String,
    file: &FileScore,
    docstring: &DocstringScore,
    quality: &Quality,
    is_colored: bool,
) {
    let (bold, color) = if is_colored {
        (Style::new().bold(), color_of(docstring.total()))
    } else {
        (Style::new(), Style::new())
    };
    let scores = Dimension::ALL.map(|dimension| {
        let score = shown_score(quality.scores.of(dimension));
        match dimension {
            Dimension::Completeness => format!("completeness {score}"),
            Dimension::Clarity => format!("clarity {score}"),
            Dimension::Accuracy => format!("accuracy {score}"),
            Dimension::Style => format!("style {score}"),
        }
    });
    _ = writeln!(
        text,
        "{bold}{}{bold:#}:{}:{}: {color}{}{color:#} {} ({})",
        escape(file.path.as_str()),
        docstring.place.line,
        docstring.place.column,
        shown_score(docstring.total()),
        escape(docstring.shown_name()),
        scores.join(", "),
    );
    let suggestions = quality.suggestions.iter().enumerate();
    let worth_it = suggestions.filter(|(at, one)| *at == 0 || one.gain >= MIN_GAIN);
    for (_, suggestion) in worth_it.take(MAX_SUGGESTIONS) {
        _ = writeln!(text, "    {}", escape(&suggestion.text));
    }
}

fn color_of(score: f64) -> Style {
    let color = if score < 50.0 {
        AnsiColor::BrightRed
    } else if score < 75.0 {
        AnsiColor::BrightYellow
    } else {
        AnsiColor::BrightGreen
    };
    color.on_default().bold()
}

/// Rounded down, so that 100 is never claimed with something to do.
pub(super) fn shown_score(score: f64) -> String {
    format!("{:.0}", (score + 1e-9).floor())
}

/// How many docstrings have how high a score.
fn write_distribution(text: &mut String, report: &ScoreReport) {
    let mut counts = [0_usize; 4];
    let docstrings = report.files.iter().flat_map(|file| &file.docstrings);
    let documented = docstrings.filter(|one| one.quality.is_some());
    for docstring in documented {
        counts[match docstring.total() + 1e-9 {
            90.0.. => 0,
            75.0.. => 1,
            50.0.. => 2,
            _ => 3,
        }] += 1;
    }
    let [best, good, fair, poor] = counts;
    if best + good + fair + poor > 1 {
        _ = writeln!(
            text,
            "Docstrings at 90 and more: {best}, 75 to 89: {good}, 50 to 74: {fair}, below 50: {poor}"
        );
    }
}

/// Which sections are missing most often.
fn write_missing(text: &mut String, report: &ScoreReport) {
    let mut counts: Vec<(Section, usize)> = report.missing_sections().into_iter().collect();
    // Stable: sections that are missing as often keep their order in a docstring.
    counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    let words: Vec<String> = counts
        .iter()
        .map(|(section, count)| format!("{} {count}", title(*section)))
        .collect();
    if !words.is_empty() {
        _ = writeln!(text, "Docstrings that lack parts: {}", words.join(", "));
    }
}

fn title(section: Section) -> &'static str {
    match section {
        Section::Summary => "summary",
        Section::Description => "description",
        Section::Args => "arguments",
        Section::Returns => "return value",
        Section::Yields => "yielded values",
        Section::Raises => "exceptions",
        Section::Attributes => "attributes",
    }
}

/// The score of all, and whether that is too little.
fn write_score(text: &mut String, report: &ScoreReport) {
    let unread = report.diagnostics.len();
    if unread > 0 {
        _ = writeln!(
            text,
            "{unread} {} could not be read.",
            plural(unread, "file")
        );
    }
    let (tally, files) = (report.tally(), report.files.len());
    let missing = tally.needed - tally.documented;
    if missing > 0 {
        let (has, counts) = if missing == 1 {
            ("has", "counts")
        } else {
            ("have", "count")
        };
        _ = writeln!(
            text,
            "{missing} {} {has} no docstring and {counts} 0; `docgen check` lists them.",
            plural(missing, "definition"),
        );
    }
    _ = writeln!(
        text,
        "Score: {:.1} of 100 ({} of {} documented, {files} {})",
        floor_tenth(tally.score()),
        tally.documented,
        tally.needed,
        plural(files, "file"),
    );
    if let Some(line) = missed_score(report) {
        _ = writeln!(text, "{line}");
    }
}

/// That the score is lower than the settings ask for.
#[must_use]
pub fn missed_score(report: &ScoreReport) -> Option<String> {
    let threshold = report.fail_under.filter(|_| report.is_below_threshold())?;
    let score = floor_tenth(report.tally().score());
    Some(format!("Score {score:.1} is below {threshold}."))
}
