//! The end of a run: the results of its files put together, shown, and the exit status that they come to.

use std::io::IsTerminal as _;
use std::sync::Arc;

use super::answer::Finished;
use super::words::Words;
use super::{RunMode, RunOptions, written};
use crate::commands::document::Done;
use crate::commands::{Error, Format, output};
use crate::config::Config;
use crate::exit_status::ExitStatus;
use crate::llm::LlmError;
use crate::report::{self, Loudness, RunReport};
use crate::rules::Diagnostic;
use crate::store::RunEnd;

/// Puts the results of all files together, in the order of their names.
pub(super) fn collect(
    mut done: Vec<Done>,
    diagnostics: Vec<Diagnostic>,
    words: &Words<'_>,
    mode: RunMode,
) -> RunReport {
    done.sort_by(|one, other| one.report.path.cmp(&other.report.path));
    let (mut files, mut hot_spots) = (Vec::new(), Vec::new());
    for one in done {
        files.push(one.report);
        hot_spots.extend(one.hot_spots);
        for flaw in one.flaws {
            tracing::error!("{}", report::escape(&flaw));
        }
    }
    RunReport {
        provider: words.describe(),
        is_diff: mode == RunMode::Diff,
        diagnostics,
        ..RunReport::of(files, hot_spots)
    }
}

/// The diff or JSON to standard output, the summary to standard error, the report to its file.
pub(super) fn show(report: &RunReport, config: &Config, options: RunOptions) -> Result<(), Error> {
    match options.format {
        Format::Json => output::write_json(&report::run_json(report))?,
        Format::Text => show_diffs(report)?,
    }
    if options.loudness == Loudness::Normal || report.has_leftovers() {
        show_summary(report);
    }
    for exceeded in &report.exceeded {
        tracing::warn!("{}", exceeded.told());
    }
    if std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
        // Standard output is data; the runner reads commands from both.
        output::prompt(&report::run_github(report), false);
    }
    written::write(report, config, options.loudness)
}

pub(super) fn show_diffs(report: &RunReport) -> Result<(), Error> {
    let is_terminal = std::io::stdout().is_terminal();
    for diff in report.files.iter().filter_map(|file| file.diff.as_deref()) {
        if is_terminal {
            let shown = report::shown_diff(diff, output::is_colored());
            output::write(shown.as_bytes())?;
        } else {
            output::write(diff)?;
        }
    }
    Ok(())
}

pub(super) fn show_summary(report: &RunReport) {
    for line in report::run_summary(report).lines() {
        tracing::info!("{line}");
    }
}

/// The exit status of a run that went on to its end.
pub(super) fn conclude(
    report: &RunReport,
    fatal: Option<Arc<LlmError>>,
) -> Result<ExitStatus, Error> {
    if let Some(error) = fatal.filter(|error| !error.is_budget_used_up()) {
        return Err(Error::ModelStopped(error));
    }
    let has_diff = report.files.iter().any(|file| file.diff.is_some());
    Ok(if report.is_interrupted {
        ExitStatus::Interrupted
    } else if report.has_leftovers() || has_diff || !report.exceeded.is_empty() {
        ExitStatus::Findings
    } else {
        ExitStatus::Success
    })
}

/// The end of a run that the user did not want when its cost was told.
pub(super) fn declined(is_interrupted: bool) -> ExitStatus {
    tracing::info!("Nothing was sent and nothing was written.");
    if is_interrupted {
        ExitStatus::Interrupted
    } else {
        ExitStatus::Findings
    }
}

/// How a run ended, as the journal has it.
pub(super) fn end(answered: &Result<(Finished, bool), Error>) -> RunEnd {
    match answered {
        Ok((finished, _)) if finished.has_failed() => RunEnd::Failed,
        Ok((_, true)) => RunEnd::Interrupted,
        Ok((_, false)) => RunEnd::Done,
        Err(_) => RunEnd::Failed,
    }
}
