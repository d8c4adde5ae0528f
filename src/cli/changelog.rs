//! The arguments of `docgen changelog`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{GlobalArgs, load};
use crate::commands::{self, ChangelogFormat, ChangelogOptions, Error};
use crate::config::PartialConfig;
use crate::exit_status::ExitStatus;

#[derive(Debug, Args)]
pub(super) struct ChangelogArgs {
    /// Files and folders, also such as are there no more
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Begin after this revision (where the current branch left it) or date: 2026-11-01, 3 weeks ago
    /// [default: tell of every release]
    #[arg(long, value_name = "REV|DATE")]
    since: Option<String>,
    /// The tags that are releases, as a glob [default: all]
    #[arg(long, value_name = "GLOB")]
    tags: Option<String>,
    /// How the changelog is written
    #[arg(long, value_enum, default_value = "markdown")]
    format: Form,
    /// Write it to this file, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    Markdown,
    Json,
    Html,
}

impl ChangelogArgs {
    pub(super) fn run(&self, global: &GlobalArgs) -> Result<ExitStatus, Error> {
        let loaded = load(global, &self.paths, PartialConfig::default())?;
        let options = ChangelogOptions {
            since: self.since.clone(),
            tags: self.tags.clone(),
            format: match self.format {
                Form::Markdown => ChangelogFormat::Markdown,
                Form::Json => ChangelogFormat::Json,
                Form::Html => ChangelogFormat::Html,
            },
            output_file: self.output_file.clone(),
        };
        commands::changelog(&loaded.config, &self.paths, &options)
    }
}
