//! The arguments of `docgen cache`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::run::TextFormat;
use super::{GlobalArgs, load};
use crate::commands::{self, CacheAction, Error, IdGlob};
use crate::config::PartialConfig;
use crate::exit_status::ExitStatus;

#[derive(Debug, Args)]
pub(super) struct CacheArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show what is in it, and what it has saved
    Stats {
        /// How it is shown
        #[arg(long, value_enum, default_value = "text")]
        format: TextFormat,
    },
    /// Take out everything
    Clear,
    /// Take out what is too old, and what there is no room for, now instead of after the next run
    Prune,
    /// Take out what was made for some definitions, so that they are asked for anew
    Invalidate {
        /// Globs of definition ids, `path::Qual.name`; a file or folder stands for everything in it
        #[arg(required = true, value_name = "GLOB")]
        globs: Vec<IdGlob>,
    },
    /// Write it as lines of JSON
    Export {
        /// The file, or `-` for standard output
        file: PathBuf,
    },
    /// Take in what `export` wrote; lines that are no entries are named and left out, and the exit
    /// status is 1
    Import {
        /// The file, or `-` for standard input
        file: PathBuf,
    },
}

impl CacheArgs {
    pub(super) fn run(self, global: &GlobalArgs) -> Result<ExitStatus, Error> {
        let action = match self.action {
            Action::Stats { format } => CacheAction::Stats(format.into()),
            Action::Clear => CacheAction::Clear,
            Action::Prune => CacheAction::Prune,
            Action::Invalidate { globs } => CacheAction::Invalidate(globs),
            Action::Export { file } => CacheAction::Export(file),
            Action::Import { file } => CacheAction::Import(file),
        };
        let loaded = load(global, &[PathBuf::from(".")], PartialConfig::default())?;
        commands::cache(&loaded.config, &action)
    }
}
