//! The arguments of `docgen undo`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::run::TextFormat;
use super::wait::WaitArgs;
use super::{GlobalArgs, load};
use crate::commands::{self, Error, UndoOptions};
use crate::config::{Loaded, PartialConfig};
use crate::exit_status::ExitStatus;
use crate::store::has_state;

#[derive(Debug, Args)]
pub(super) struct UndoArgs {
    /// A run's number (otherwise the newest that is not taken back yet), and files or folders to take back
    /// alone
    #[arg(value_name = "[RUN] [PATH]")]
    what: Vec<OsString>,
    /// Show the change as a patch for this folder and write nothing; exit 1 when there is one
    #[arg(long, conflicts_with = "format")]
    diff: bool,
    /// Bring back files too whose code was edited since, as they were before the run
    #[arg(long)]
    force: bool,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: TextFormat,
    #[command(flatten)]
    wait: WaitArgs,
}

impl UndoArgs {
    pub(super) fn run(&self, global: &GlobalArgs) -> Result<ExitStatus, Error> {
        let (run, paths) = self.split();
        let loaded = project(global, &paths)?;
        let options = UndoOptions {
            run,
            paths: &paths,
            is_diff: self.diff,
            is_forced: self.force,
            wait: self.wait.wait(),
            format: self.format.into(),
        };
        commands::undo(&loaded.config, &options)
    }

    /// A number that comes first is a run's; a file of that name is `./7`.
    fn split(&self) -> (Option<i64>, Vec<PathBuf>) {
        let first = self.what.first().and_then(|first| first.to_str());
        let run = first.and_then(|first| first.parse().ok());
        let paths = self.what.iter().skip(usize::from(run.is_some()));
        (run, paths.map(PathBuf::from).collect())
    }
}

/// The project that the paths are in: without settings and git it is not told by them, and the one
/// around the working directory may be meant.
fn project(global: &GlobalArgs, paths: &[PathBuf]) -> Result<Loaded, Error> {
    let here = || load(global, &[PathBuf::from(".")], PartialConfig::default());
    if paths.is_empty() {
        return here();
    }
    let loaded = load(global, paths, PartialConfig::default())?;
    if has_state(&loaded.config.files.root) {
        return Ok(loaded);
    }
    let around = here()?;
    Ok(if has_state(&around.config.files.root) {
        around
    } else {
        loaded
    })
}
