//! `docgen runs`: what runs did, and which can be taken back.

use std::path::Path;

use super::keeper::settle;
use super::{Error, Format, output};
use crate::config::Config;
use crate::exit_status::ExitStatus;
use crate::report::{self, RunDetail, RunState, ShownRun};
use crate::store::{Access, Database, Lock, RecordedRun, RunEnd, StoreError, Undone};

/// What is shown of the runs.
#[derive(Debug, Clone, Copy)]
pub struct RunsOptions {
    /// One run, in full.
    pub run: Option<i64>,
    /// So many of them, the newest first.
    pub limit: usize,
    /// How they are shown.
    pub format: Format,
}

/// Shows the runs of a project, or the files and definitions of one.
pub fn runs(config: &Config, options: &RunsOptions) -> Result<ExitStatus, Error> {
    let root = &config.files.root;
    let database = Database::open(root, Access::IfThere)?;
    settle_if_idle(&database, root);
    let Some(id) = options.run else {
        let runs = shown(&database, root, Some(options.limit))?;
        match options.format {
            Format::Json => output::write_json(&report::runs_json(&runs))?,
            Format::Text if runs.is_empty() => {
                tracing::info!("no run has written a docstring here yet");
            }
            Format::Text => output::write(report::runs_text(&runs).as_bytes())?,
        }
        return Ok(ExitStatus::Success);
    };
    let run = find(&database, root, id)?;
    let detail = RunDetail::new(run, database.changes_of(id)?, &database.docstrings_of(id)?);
    match options.format {
        Format::Json => output::write_json(&report::run_detail_json(&detail))?,
        Format::Text => output::write(report::run_detail_text(&detail).as_bytes())?,
    }
    Ok(ExitStatus::Success)
}

/// A run of this number.
pub(super) fn find(database: &Database, root: &Path, id: i64) -> Result<ShownRun, Error> {
    let runs = shown(database, root, None)?;
    let newest = runs.first().map(|run| run.run.id);
    let found = runs.into_iter().find(|run| run.run.id == id);
    found.ok_or(Error::NoSuchRun { id, newest })
}

/// The newest runs, each with what has become of it.
pub(super) fn shown(
    database: &Database,
    root: &Path,
    limit: Option<usize>,
) -> Result<Vec<ShownRun>, StoreError> {
    let is_at_work = Lock::is_taken(root);
    let runs = database.runs(limit)?.into_iter().enumerate();
    Ok(runs
        .map(|(index, run)| ShownRun {
            // Only one works at a time, so it is the newest.
            state: state(&run, is_at_work && index == 0),
            run,
        })
        .collect())
}

fn state(run: &RecordedRun, is_at_work: bool) -> RunState {
    match (run.undone, run.end) {
        (Undone::Whole(by), _) => RunState::Undone(by),
        (Undone::Partly(by), _) => RunState::PartlyUndone(by),
        (Undone::Not, None) if is_at_work => RunState::AtWork,
        (Undone::Not, None | Some((_, RunEnd::Interrupted))) => RunState::Interrupted,
        (Undone::Not, Some((_, RunEnd::Failed))) => RunState::Failed,
        (Undone::Not, Some((_, RunEnd::Done))) => RunState::Done,
    }
}

/// Settles what killed runs left open, if nobody is at work; that it cannot be written down is no
/// matter here.
pub(super) fn settle_if_idle(database: &Database, root: &Path) {
    let is_open = database
        .pending_changes()
        .is_ok_and(|pending| !pending.is_empty());
    if is_open
        && let Some(_lock) = super::lock::idle(root)
        && let Err(error) = settle(database, root)
    {
        tracing::debug!("the journal cannot be settled: {error}");
    }
}
