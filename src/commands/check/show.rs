//! Where the findings go, and in which form.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use super::BaselineMode;
use crate::commands::{Error, Recalling, output};
use crate::report::{self, CheckReport, Detail, Layout, TextStyle};
use crate::source::{FileName, SourceFile};

/// Columns where there is no terminal to ask.
const WIDTH: usize = 100;

/// The form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckFormat {
    /// `Full` on a terminal, else `Concise`.
    Text,
    /// Each finding with its source line.
    Full,
    /// A line for each finding.
    Concise,
    /// One JSON object.
    Json,
    /// GitHub Actions' workflow commands.
    Github,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit XML.
    Junit,
}

impl CheckFormat {
    /// Whether it is text for people.
    fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Full | Self::Concise)
    }

    /// Whether its layout is laid down by others, with no room for statistics.
    #[must_use]
    pub fn is_for_programs_only(self) -> bool {
        matches!(self, Self::Github | Self::Sarif | Self::Junit)
    }
}

/// How a check is shown.
#[derive(Debug, Clone)]
pub struct CheckOptions {
    /// The form of the report.
    pub format: CheckFormat,
    /// What stands besides the findings in a text.
    pub detail: Detail,
    /// Counts by code in place of the findings; in text and JSON.
    pub has_statistics: bool,
    /// Where the report goes instead of standard output.
    pub output_file: Option<PathBuf>,
    /// Where a badge goes.
    pub badge: Option<PathBuf>,
    /// The name of the file that standard input holds; then no other file is read.
    pub stdin_filename: Option<PathBuf>,
    /// What becomes of the baseline, if there is one.
    pub baseline_mode: BaselineMode,
    /// Whether files that are as they were are parsed all the same.
    pub recalling: Recalling,
}

/// Writes the report, and the badge if one is wanted. `piped` is the text that came through
/// standard input.
pub(super) fn show(
    report: &CheckReport,
    options: &CheckOptions,
    piped: Option<&str>,
) -> Result<(), Error> {
    if let Some(path) = &options.badge {
        output::write_file(path, &report::badge(report.coverage()))?;
    }
    let text = match options.format {
        CheckFormat::Json => {
            let json = report::check_json(report, options.has_statistics);
            format!("{json:#}\n")
        }
        CheckFormat::Github => report::check_github(report),
        CheckFormat::Sarif => format!("{:#}\n", report::check_sarif(report)),
        CheckFormat::Junit => report::check_junit(report)?,
        CheckFormat::Text | CheckFormat::Full | CheckFormat::Concise => {
            let text_of = |name: &FileName| match piped {
                Some(text) => Some(text.to_owned()),
                None => read_again(name),
            };
            report::check_text(report, style(options), &text_of)
        }
    };
    match &options.output_file {
        Some(path) => output::write_file(path, &text)?,
        None => output::write(text.as_bytes())?,
    }
    // Programs read the report; whoever sees the check fail reads why.
    let is_read_here = options.output_file.is_none() && options.format.is_text();
    if let (false, Some(line)) = (is_read_here, report::missed_threshold(report)) {
        tracing::info!("{line}");
    }
    Ok(())
}

fn style(options: &CheckOptions) -> TextStyle {
    let is_file = options.output_file.is_some();
    let is_full = match options.format {
        CheckFormat::Full => true,
        CheckFormat::Text => !is_file && std::io::stdout().is_terminal(),
        _ => false,
    };
    let width = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    TextStyle {
        layout: if is_full {
            Layout::Full {
                width: width().unwrap_or(WIDTH),
            }
        } else {
            Layout::Concise
        },
        detail: options.detail,
        is_colored: !is_file && output::is_colored(),
        has_statistics: options.has_statistics,
    }
}

/// The text of a file with findings: to read the few again costs less than to keep all.
fn read_again(name: &FileName) -> Option<String> {
    let source = SourceFile::read(Path::new(name.as_str()), name.clone());
    source.ok().map(|source| source.text)
}
