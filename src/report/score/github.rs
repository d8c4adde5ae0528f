//! A score as workflow commands, which GitHub Actions shows beside the lines of a pull request.

use std::fmt::Write as _;

use super::ScoreReport;
use super::text::{MAX_SUGGESTIONS, shown_score};
use crate::report::CheckReport;
use crate::report::check::{check_github, data, property};
use crate::report::terminal::escape;

/// One `::warning` command for each of the `worst` docstrings with the lowest scores, and an `::error`
/// for what could not be read.
#[must_use]
pub fn score_github(report: &ScoreReport, worst: usize) -> String {
    let mut text = check_github(&CheckReport {
        diagnostics: report.diagnostics.clone(),
        ..CheckReport::default()
    });
    for (file, docstring, quality) in report.worst(worst) {
        let suggestions = quality.suggestions.iter().take(MAX_SUGGESTIONS);
        let suggestions: Vec<&str> = suggestions.map(|one| one.text.as_str()).collect();
        let title = format!("docgen score {}", shown_score(docstring.total()));
        let message = format!("{}: {}", docstring.shown_name(), suggestions.join("; "));
        _ = writeln!(
            text,
            "::warning file={},line={},col={},title={}::{}",
            property(file.path.as_str()),
            docstring.place.line,
            docstring.place.column,
            property(&title),
            escape(&data(&message)),
        );
    }
    text
}
