//! The arguments of `docgen runs`.

use std::path::PathBuf;

use clap::Args;

use super::run::TextFormat;
use super::{GlobalArgs, load};
use crate::commands::{self, Error, RunsOptions};
use crate::config::PartialConfig;
use crate::exit_status::ExitStatus;

#[derive(Debug, Args)]
pub(super) struct RunsArgs {
    /// Show the files and definitions of this run
    #[arg(value_name = "RUN")]
    run: Option<i64>,
    /// Show so many runs, the newest first
    #[arg(long, value_name = "N", default_value_t = 20, conflicts_with = "run")]
    limit: usize,
    /// How they are shown
    #[arg(long, value_enum, default_value = "text")]
    format: TextFormat,
    /// The project, by any file or folder of it
    #[arg(long, value_name = "PATH", default_value = ".")]
    project: PathBuf,
}

impl RunsArgs {
    pub(super) fn run(&self, global: &GlobalArgs) -> Result<ExitStatus, Error> {
        let paths = [self.project.clone()];
        let loaded = load(global, &paths, PartialConfig::default())?;
        let options = RunsOptions {
            run: self.run,
            limit: self.limit,
            format: self.format.into(),
        };
        commands::runs(&loaded.config, &options)
    }
}
