//! The arguments of `docgen history`.

use std::path::PathBuf;

use clap::Args;

use super::run::TextFormat;
use super::{GlobalArgs, load};
use crate::commands::{self, Error, HistoryOptions};
use crate::config::PartialConfig;
use crate::exit_status::ExitStatus;

#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    /// The definition, `path::Qualified.name`, or `path` for a module; also one that is gone
    #[arg(value_name = "ID")]
    id: String,
    /// Show the whole docstrings, not only the lines that changed
    #[arg(long)]
    full: bool,
    /// How it is shown
    #[arg(long, value_enum, default_value = "text")]
    format: TextFormat,
}

impl HistoryArgs {
    pub(super) fn run(&self, global: &GlobalArgs) -> Result<ExitStatus, Error> {
        let here = [PathBuf::from(".")];
        let loaded = load(global, &here, PartialConfig::default())?;
        let options = HistoryOptions {
            id: self.id.clone(),
            is_full: self.full,
            format: self.format.into(),
        };
        commands::history(&loaded.config, &options)
    }
}
