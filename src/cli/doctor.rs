//! The arguments of `docgen doctor`.

use std::path::PathBuf;

use clap::Args;

use super::model::ModelArgs;
use super::run::TextFormat;
use super::{GlobalArgs, load};
use crate::commands::{self, DoctorOptions, Error};
use crate::config::PartialConfig;
use crate::exit_status::ExitStatus;
use crate::report::Loudness;

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// Files and folders of the project
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Ask no deployment
    #[arg(long)]
    offline: bool,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: TextFormat,
    #[command(flatten)]
    model: ModelArgs,
}

impl DoctorArgs {
    pub(super) fn run(&self, global: &GlobalArgs, loudness: Loudness) -> Result<ExitStatus, Error> {
        let mut settings = PartialConfig::default();
        self.model.add_to(&mut settings);
        let loaded = match load(global, &self.paths, settings) {
            Ok(loaded) => Ok(loaded),
            Err(Error::Config(error)) => Err(error),
            Err(error) => return Err(error),
        };
        let options = DoctorOptions {
            format: self.format.into(),
            is_offline: self.offline,
            with_defaults: global.verbose > 0,
            loudness,
        };
        commands::doctor(&loaded, &self.paths, options)
    }
}
