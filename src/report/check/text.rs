//! A check as text for people.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::CheckReport;
use super::full::write_full;
use super::summary::{write_folders, write_statistics, write_summary};
use crate::report::terminal::escape;
use crate::rules::Diagnostic;
use crate::source::FileName;

/// How much room a finding takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A line for each.
    Concise,
    /// The source line under it, the place marked.
    Full {
        /// Columns of the terminal.
        width: usize,
    },
}

/// What stands besides the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Nothing.
    Findings,
    /// How many there are, and the coverage.
    Summary,
    /// The coverage of each folder too.
    Folders,
}

/// How a check is shown as text.
#[derive(Debug, Clone, Copy)]
pub struct TextStyle {
    /// How much room a finding takes.
    pub layout: Layout,
    /// What stands besides the findings.
    pub detail: Detail,
    /// With escape sequences for colors.
    pub is_colored: bool,
    /// Counts by code in place of the findings.
    pub has_statistics: bool,
}

/// The findings and what is to be said of them all.
///
/// `source` gives a file's text where the layout shows it, so that nobody has to keep the texts.
#[must_use]
pub fn check_text(
    report: &CheckReport,
    style: TextStyle,
    source: &dyn Fn(&FileName) -> Option<String>,
) -> String {
    let mut text = String::new();
    match style.layout {
        _ if style.has_statistics => write_statistics(&mut text, report, style.is_colored),
        Layout::Concise => {
            for diagnostic in &report.diagnostics {
                write_line(&mut text, diagnostic, style.is_colored);
            }
        }
        Layout::Full { width } => {
            write_full(
                &mut text,
                &report.diagnostics,
                width,
                style.is_colored,
                source,
            );
        }
    }
    if style.detail == Detail::Folders {
        write_folders(&mut text, report);
    }
    if style.detail != Detail::Findings {
        write_summary(&mut text, report);
    }
    text
}

fn write_line(text: &mut String, diagnostic: &Diagnostic, is_colored: bool) {
    if !is_colored {
        _ = writeln!(text, "{}", escape(&diagnostic.to_string()));
        return;
    }
    let (bold, code) = (Style::new().bold(), code_style(is_colored));
    _ = writeln!(
        text,
        "{bold}{}{bold:#}:{}:{}: {code}{}{code:#} {}",
        escape(diagnostic.path.as_str()),
        diagnostic.place.line,
        diagnostic.place.column,
        diagnostic.code,
        escape(&diagnostic.message),
    );
}

/// How a code is set off from its line.
pub(super) fn code_style(is_colored: bool) -> Style {
    if is_colored {
        AnsiColor::BrightRed.on_default().bold()
    } else {
        Style::new()
    }
}
