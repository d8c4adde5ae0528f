//! The arguments of `docgen check`.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, ValueEnum};

use super::{Cli, FileArgs, GlobalArgs, RuleArgs, SelectArgs};
use crate::commands::{BaselineMode, CheckFormat, CheckOptions, Recalling, Scope};
use crate::config::{PartialConfig, Percent};
use crate::report::Detail;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) files: FileArgs,
    #[command(flatten)]
    select: SelectArgs,
    /// Fail only when less than this share of the docstrings is there
    #[arg(long, value_name = "PERCENT")]
    fail_under: Option<Percent>,
    #[command(flatten)]
    rules: RuleArgs,
    /// How the findings are shown; `text` is `full` on a terminal, `concise` elsewhere
    #[arg(long, value_enum, default_value = "text")]
    format: FindingsFormat,
    /// Show how many findings each rule has, instead of the findings
    #[arg(long)]
    statistics: bool,
    /// Write the report to this file, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output_file: Option<PathBuf>,
    /// Write a badge with the coverage to this file
    #[arg(long, value_name = "FILE.svg")]
    badge: Option<PathBuf>,
    /// Read the file from standard input, under this name
    #[arg(long, value_name = "NAME.py", conflicts_with_all = ["since", "staged", "update_baseline"])]
    stdin_filename: Option<PathBuf>,
    /// Fail only on findings that are not recorded in this file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Record today's findings in the baseline; what is known of files not read now stays
    #[arg(long, conflicts_with = "changed_lines")]
    update_baseline: bool,
    /// Parse every file, also those that are as they were when docgen last looked at them
    #[arg(long)]
    no_cache: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FindingsFormat {
    Text,
    Full,
    Concise,
    Json,
    Github,
    Sarif,
    Junit,
}

impl From<FindingsFormat> for CheckFormat {
    fn from(format: FindingsFormat) -> Self {
        match format {
            FindingsFormat::Text => Self::Text,
            FindingsFormat::Full => Self::Full,
            FindingsFormat::Concise => Self::Concise,
            FindingsFormat::Json => Self::Json,
            FindingsFormat::Github => Self::Github,
            FindingsFormat::Sarif => Self::Sarif,
            FindingsFormat::Junit => Self::Junit,
        }
    }
}

impl CheckArgs {
    pub(super) fn scope(&self) -> Scope<'_> {
        self.files.scope(self.select.extent())
    }

    pub(super) fn to_options(&self, global: &GlobalArgs) -> CheckOptions {
        let format = CheckFormat::from(self.format);
        if self.statistics && format.is_for_programs_only() {
            Cli::command()
                .error(
                    ErrorKind::ArgumentConflict,
                    "`--statistics` goes with the formats text, full, concise and json only",
                )
                .exit();
        }
        CheckOptions {
            format,
            detail: match (global.quiet, global.verbose) {
                (true, _) => Detail::Findings,
                (false, 0) => Detail::Summary,
                (false, _) => Detail::Folders,
            },
            has_statistics: self.statistics,
            output_file: self.output_file.clone(),
            badge: self.badge.clone(),
            stdin_filename: self.stdin_filename.clone(),
            baseline_mode: if self.update_baseline {
                BaselineMode::Update
            } else {
                BaselineMode::Use
            },
            recalling: if self.no_cache {
                Recalling::Ignore
            } else {
                Recalling::Use
            },
        }
    }

    pub(super) fn to_settings(&self) -> PartialConfig {
        let mut settings = PartialConfig::default();
        self.files.add_to(&mut settings);
        self.select.add_to(&mut settings);
        settings.check.fail_under = self.fail_under;
        self.rules.add_to(&mut settings);
        // A flag speaks of the working directory, a setting of its file's folder.
        let here = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        settings.check.baseline = self.baseline.as_ref().map(here);
        settings
    }
}
