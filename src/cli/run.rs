//! The arguments of `docgen run`.

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{Args, ValueEnum};

use super::model::ModelArgs;
use super::wait::WaitArgs;
use super::{FileArgs, GlobalArgs, RuleArgs, SelectArgs, load};
use crate::commands::{self, Assent, Error, Format, RunMode, RunOptions};
use crate::config::{
    Dollars, HttpUrl, Language, LineLength, MaxSource, Mode, PartialConfig, Percent, ReportFile,
    ReportFiles, StyleChoice, TimeLimit,
};
use crate::exit_status::ExitStatus;
use crate::generate::CacheUse;
use crate::report::Loudness;

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one flag each on the command line"
)]
pub(super) struct RunArgs {
    #[command(flatten)]
    files: FileArgs,
    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    rules: RuleArgs,
    /// Show the change as a patch for this folder and write no source file; exit 1 when there is one
    #[arg(long)]
    diff: bool,
    /// Which docstrings are written: those that are missing, those that contradict the code (mended,
    /// every true word kept), or both [default: missing]
    #[arg(long, value_name = "missing|stale|all")]
    mode: Option<Mode>,
    /// With `--mode all`: have the model improve the docstrings that score less than this, of 100
    #[arg(long, value_name = "SCORE", conflicts_with = "overwrite")]
    below: Option<Percent>,
    /// Write the docstrings that are there anew too, but for those that a program shows to its users
    #[arg(long, conflicts_with = "mode")]
    overwrite: bool,
    /// Ask at the terminal about each docstring before it is written
    #[arg(long, conflicts_with_all = ["diff", "format", "stdin_filename"])]
    interactive: bool,
    /// Read the file from standard input, under this name, and write it to standard output
    #[arg(
        long,
        value_name = "NAME.py",
        conflicts_with_all = ["since", "staged", "format", "report"]
    )]
    stdin_filename: Option<PathBuf>,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text", conflicts_with = "diff")]
    format: TextFormat,
    /// Neither use nor keep what models said; see `docgen cache`
    #[arg(long, help_heading = "Cache")]
    no_cache: bool,
    /// Ask for everything anew, and keep that in place of what is remembered
    #[arg(long, help_heading = "Cache", conflicts_with = "no_cache")]
    refresh: bool,
    #[command(flatten)]
    wait: WaitArgs,
    #[command(flatten)]
    model: ModelArgs,
    /// How much of the source the model is shown [default: full]
    #[arg(long, value_name = "none|signature|full", help_heading = "Model")]
    max_source: Option<MaxSource>,
    /// US dollars that the run may cost; then it finishes what is in flight and ends with 1
    #[arg(long, value_name = "USD", help_heading = "Budget")]
    max_cost: Option<Dollars>,
    /// Tokens of prompts and replies that the run may take
    #[arg(long, value_name = "N", help_heading = "Budget")]
    max_tokens: Option<u64>,
    /// Requests that the run may make
    #[arg(long, value_name = "N", help_heading = "Budget")]
    max_requests: Option<u64>,
    /// How long the run may begin requests, such as 90s, 10m or 1h30m
    #[arg(long, value_name = "TIME", help_heading = "Budget")]
    max_time: Option<TimeLimit>,
    /// Ask nobody before money is spent, however much the run is likely to cost
    #[arg(short, long, help_heading = "Budget")]
    yes: bool,
    /// How the sections are laid out [default: auto, as the project's docstrings are]
    #[arg(
        long,
        value_name = "auto|google|numpy|sphinx",
        help_heading = "Docstrings"
    )]
    style: Option<StyleChoice>,
    /// Language of the words, by tag or English name [default: en]
    #[arg(long, value_name = "TAG", help_heading = "Docstrings")]
    language: Option<Language>,
    /// Columns that a line may have
    #[arg(long, value_name = "COLUMNS", help_heading = "Docstrings")]
    line_length: Option<LineLength>,
    /// Show each prompt on standard error as it is sent; secrets in it are masked
    #[arg(long, help_heading = "Report", conflicts_with = "stdin_filename")]
    show_prompt: bool,
    /// Where the report goes; its extension says in which form: .md, .json, .html or .csv. May be given
    /// several times [default: docgen-report.md]
    #[arg(
        long,
        value_name = "PATH",
        help_heading = "Report",
        value_parser = OsStringValueParser::new().try_map(|path| ReportFile::try_from(PathBuf::from(path)))
    )]
    report: Vec<ReportFile>,
    /// The address that has the project's files, for the report's links where relative ones lead nowhere, such as
    /// `https://github.com/me/shop/blob/main`
    #[arg(long, value_name = "URL", help_heading = "Report")]
    link_base: Option<HttpUrl>,
    /// Write no report
    #[arg(long, help_heading = "Report", conflicts_with = "report")]
    no_report: bool,
    /// Where figures for Prometheus go; counters go on from what is there
    #[arg(long, value_name = "FILE.prom", help_heading = "Report")]
    metrics_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum TextFormat {
    Text,
    Json,
}

impl From<TextFormat> for Format {
    fn from(format: TextFormat) -> Self {
        match format {
            TextFormat::Text => Self::Text,
            TextFormat::Json => Self::Json,
        }
    }
}

impl RunArgs {
    pub(super) fn run(&self, global: &GlobalArgs, loudness: Loudness) -> Result<ExitStatus, Error> {
        let stdin_filename = self.stdin_filename.as_deref();
        let paths = self.files.read_from(stdin_filename);
        let settings = || {
            let loaded = load(global, &paths, self.to_settings())?;
            let provider = loaded.provider()?;
            Ok((loaded.config, provider))
        };
        let options = RunOptions {
            mode: match (self.diff, stdin_filename, self.interactive) {
                (true, ..) => RunMode::Diff,
                (false, Some(_), _) => RunMode::Filter,
                (false, None, true) => RunMode::Ask,
                (false, None, false) => RunMode::Write,
            },
            overwrites: self.overwrite,
            format: self.format.into(),
            loudness,
            cache: if self.refresh {
                CacheUse::Refresh
            } else {
                CacheUse::Usual
            },
            wait: self.wait.wait(),
            shows_prompts: self.show_prompt,
            assent: if self.yes {
                Assent::Given
            } else {
                Assent::Asked
            },
        };
        if let Some(name) = stdin_filename {
            return commands::filter(name, options, settings);
        }
        let (config, provider) = settings()?;
        commands::run(
            &config,
            &provider,
            &self.files.scope(self.select.extent()),
            options,
        )
    }

    fn to_settings(&self) -> PartialConfig {
        let mut settings = PartialConfig::default();
        self.files.add_to(&mut settings);
        self.select.add_to(&mut settings);
        self.rules.add_to(&mut settings);
        self.model.add_to(&mut settings);
        settings.cache.enabled = self.no_cache.then_some(false);
        settings.budget.max_cost = self.max_cost;
        settings.budget.max_tokens = self.max_tokens;
        settings.budget.max_requests = self.max_requests;
        settings.budget.max_time = self.max_time;
        settings.run.mode = self.mode;
        settings.run.below = self.below;
        settings.model.max_source = self.max_source;
        settings.docstring.style = self.style;
        settings.style.language.clone_from(&self.language);
        settings.docstring.line_length = self.line_length;
        settings.report.link_base.clone_from(&self.link_base);
        if !self.report.is_empty() {
            settings.report.enabled = Some(true);
            settings.report.path = Some(ReportFiles::new(self.report.clone()));
        } else if self.no_report {
            settings.report.enabled = Some(false);
        }
        settings.metrics.file.clone_from(&self.metrics_file);
        settings
    }
}
