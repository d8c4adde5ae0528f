//! The commands: one file each, a short script over the rooms.

mod analyze;
mod cache;
mod changelog;
mod check;
mod command_line;
mod doctor;
mod document;
mod error;
mod estimate;
mod experience;
mod findings;
mod history;
mod keeper;
mod lock;
mod named;
mod output;
mod past;
mod piped;
mod plan;
mod project;
mod recall;
mod run;
mod runs;
mod score;
mod undo;
mod voice;

pub use analyze::analyze;
pub use cache::{CacheAction, IdGlob, cache};
pub use changelog::{ChangelogFormat, ChangelogOptions, changelog};
pub use check::{BaselineMode, CheckFormat, CheckOptions, check};
pub use doctor::{DoctorOptions, doctor};
pub use error::Error;
pub use history::{HistoryOptions, history};
pub use lock::Wait;
pub use plan::{Explain, PlanOptions, plan};
pub use recall::Recalling;
pub use run::{Assent, RunMode, RunOptions, filter, run};
pub use runs::{RunsOptions, runs};
pub use undo::{UndoOptions, undo};

pub use score::{ScoreFormat, ScoreOptions, score};

use command_line::command_line;
use piped::Piped;

use std::path::PathBuf;

use rayon::prelude::*;

use crate::config::Config;
use crate::generate::{AnalyzedFile, analyze_file};
use crate::python::STACK_BYTES;
use crate::report::escape;
use crate::rules::Diagnostic;
use crate::source::{self, ChangedFiles, Changes, Discovery, Extent, FileName, Touched, Wanted};

/// What standard output holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text for people: findings, a diff, a table.
    Text,
    /// One JSON object.
    Json,
}

/// Which files a command is about.
#[derive(Debug)]
pub struct Scope<'a> {
    /// Files and folders.
    pub paths: &'a [PathBuf],
    /// Of those, only what git says has changed.
    pub changes: Option<Changes>,
    /// How much of what has changed.
    pub extent: Extent,
}

/// What came of reading the files that the paths lead to.
struct Analyzed<T> {
    /// What was kept of each file, sorted by name.
    files: Vec<T>,
    /// What could not be taken in, sorted by place.
    diagnostics: Vec<Diagnostic>,
    /// Files named on the command line that are excluded or of another kind.
    left_out: usize,
}

impl<T> Analyzed<T> {
    fn is_empty(&self) -> bool {
        self.files.is_empty() && self.diagnostics.is_empty()
    }
}

/// Threads with a stack that any accepted file can be parsed on.
fn thread_pool() -> Result<rayon::ThreadPool, Error> {
    rayon::ThreadPoolBuilder::new()
        .stack_size(STACK_BYTES)
        .thread_name(|index| format!("docgen-{index}"))
        .build()
        .map_err(|error| Error::Threads(error.to_string()))
}

/// Finds, reads and analyses the files, keeping of each what `keep` makes of it.
fn analyze_all<T: Send>(
    pool: &rayon::ThreadPool,
    scope: &Scope<'_>,
    config: &Config,
    wanted: Wanted,
    keep: impl Fn(AnalyzedFile) -> T + Sync,
) -> Result<Analyzed<T>, Error> {
    let discovery = discover(scope, config, wanted)?;
    let results = pool.install(|| {
        let files = discovery.files.par_iter();
        let touched = |file| discovery.touched(file);
        files
            .map(|file| Ok(keep(analyze_file(file)?.touched_in(touched(file)))))
            .collect()
    });
    Ok(gathered(&discovery, results))
}

/// Finds the files in `scope`.
fn discover(scope: &Scope<'_>, config: &Config, wanted: Wanted) -> Result<Discovery, Error> {
    let mut discovery = source::discover(scope.paths, &config.files, wanted)?;
    if let Some(changes) = &scope.changes {
        let changed = ChangedFiles::find(changes, scope.extent, scope.paths)?;
        discovery.files.retain(|file| changed.contain(file));
        let touched = discovery.files.iter().map(|file| {
            let touched = changed.touched(file);
            (file.path.clone(), touched)
        });
        discovery.touched = touched
            .filter(|(_, one)| *one != Touched::Everything)
            .collect();
        warn_half_staged(&changed, &discovery);
    }
    Ok(discovery)
}

/// Says which files are not read as they will be committed.
fn warn_half_staged(changed: &ChangedFiles, discovery: &Discovery) {
    let files = discovery.files.iter();
    let names: Vec<String> = files
        .filter(|file| changed.are_half_staged(file))
        .map(|file| format!("`{}`", escape(file.name.as_str())))
        .collect();
    if !names.is_empty() {
        tracing::warn!(
            "read as they are on disk, with changes that are not staged: {}",
            names.join(", ")
        );
    }
}

/// Sorts out what could be read of the files that were found.
fn gathered<T>(discovery: &Discovery, results: Vec<Result<T, Box<Diagnostic>>>) -> Analyzed<T> {
    let mut kept = Vec::with_capacity(results.len());
    let mut diagnostics: Vec<Diagnostic> = discovery
        .unreadable
        .iter()
        .map(|(path, reason): &(FileName, String)| Diagnostic::undiscovered(path.clone(), reason))
        .collect();
    for result in results {
        match result {
            Ok(file) => kept.push(file),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    diagnostics.sort_by(|one, other| (&one.path, one.place).cmp(&(&other.path, other.place)));
    Analyzed {
        files: kept,
        diagnostics,
        left_out: discovery.left_out,
    }
}

/// Says why there was nothing to do.
fn warn_nothing_found(scope: &Scope<'_>, left_out: usize) {
    // That nothing has changed is no cause for alarm.
    if scope.changes.is_some() {
        tracing::info!("no Python file has changed");
        return;
    }
    let shown = scope
        .paths
        .iter()
        .map(|path| format!("`{}`", path.display()))
        .collect::<Vec<_>>()
        .join(", ");
    if left_out > 0 {
        tracing::warn!(
            "no Python files to read: {left_out} named on the command line are excluded or of another kind"
        );
    } else {
        tracing::warn!("no Python files found under {shown}");
    }
}
