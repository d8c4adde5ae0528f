//! The arguments of `docgen score`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{FileArgs, GlobalArgs, RuleArgs, SelectArgs};
use crate::commands::{Scope, ScoreFormat, ScoreOptions};
use crate::config::{PartialConfig, Percent};
use crate::report::ScoreDetail;

#[derive(Debug, Args)]
pub(super) struct ScoreArgs {
    #[command(flatten)]
    pub(super) files: FileArgs,
    #[command(flatten)]
    select: SelectArgs,
    /// Fail when the score is below this, 0 to 100
    #[arg(long, value_name = "SCORE")]
    fail_under: Option<Percent>,
    #[command(flatten)]
    rules: RuleArgs,
    /// How many of the docstrings with the lowest scores are shown; JSON has all
    #[arg(long, value_name = "N", default_value_t = 10)]
    worst: usize,
    /// How the scores are shown
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
    /// Write the report to this file, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    Text,
    Json,
    Github,
}

impl From<Form> for ScoreFormat {
    fn from(form: Form) -> Self {
        match form {
            Form::Text => Self::Text,
            Form::Json => Self::Json,
            Form::Github => Self::Github,
        }
    }
}

impl ScoreArgs {
    pub(super) fn scope(&self) -> Scope<'_> {
        self.files.scope(self.select.extent())
    }

    pub(super) fn to_options(&self, global: &GlobalArgs) -> ScoreOptions {
        ScoreOptions {
            format: self.format.into(),
            worst: self.worst,
            detail: match (global.quiet, global.verbose) {
                (true, _) => ScoreDetail::Score,
                (false, 0) => ScoreDetail::Folders,
                (false, _) => ScoreDetail::Files,
            },
            output_file: self.output_file.clone(),
        }
    }

    pub(super) fn to_settings(&self) -> PartialConfig {
        let mut settings = PartialConfig::default();
        self.files.add_to(&mut settings);
        self.select.add_to(&mut settings);
        self.rules.add_to(&mut settings);
        settings.score.fail_under = self.fail_under;
        settings
    }
}
