//! The command line: clap's types, and the way from them to the commands.

mod check;

use std::path::PathBuf;

use check::CheckArgs;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{self, Error, Format, RunMode, RunOptions, Scope};
use crate::config::{
    self, Environment, Glob, HttpUrl, Isolation, LineLength, LoadRequest, Loaded, Name,
    PartialConfig, Preset, ProviderName, RuleSelector,
};
use crate::exit_status::ExitStatus;
use crate::logging;
use crate::report::{Loudness, escape};
use crate::source::Changes;

/// Document Python code: Google-style docstrings from Azure OpenAI, proven against the code.
#[derive(Debug, Parser)]
#[command(name = "docgen", version, max_term_width = 100)]
#[command(
    after_help = "Exit status: 0 done, 1 findings or something left undocumented, 2 docgen failed, 130 interrupted."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: GlobalArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the docstrings that are missing
    Run(Box<RunArgs>),
    /// Report what has no docstring; needs no network and no key
    Check(CheckArgs),
    /// Show every definition with its metadata and complexity
    ///
    /// Cyclomatic complexity is counted as radon counts it, cognitive complexity as complexipy
    /// does.
    Analyze(AnalyzeArgs),
}

#[derive(Debug, Args)]
struct GlobalArgs {
    /// Settings file to use, instead of the nearest docgen.toml or pyproject.toml
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Settings",
        conflicts_with = "isolated"
    )]
    config: Option<PathBuf>,
    /// Read no settings file and no .env
    #[arg(long, global = true, help_heading = "Settings")]
    isolated: bool,
    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Print what happens with each request (-vv: everything)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

/// Which files.
#[derive(Debug, Args)]
struct FileArgs {
    /// Files and folders
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Read only files that match this glob; may be given more than once
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    include: Vec<Glob>,
    /// Leave out files and folders that match this glob, instead of the usual ones; may be given more than once
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    exclude: Vec<Glob>,
    /// Leave these out too, besides the usual ones; may be given more than once
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    extend_exclude: Vec<Glob>,
    /// Leave out excluded files even when they are named, as pre-commit does
    #[arg(long, help_heading = "Files")]
    force_exclude: bool,
    /// Read what .gitignore leaves out too
    #[arg(long, help_heading = "Files")]
    no_respect_gitignore: bool,
    /// Only files that have changed since the branch left this revision, new ones included
    #[arg(
        long,
        value_name = "REV",
        help_heading = "Files",
        conflicts_with = "staged"
    )]
    since: Option<String>,
    /// Only files that are staged for the next commit
    #[arg(long, help_heading = "Files")]
    staged: bool,
}

/// Which definitions.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one flag each on the command line"
)]
struct SelectArgs {
    /// Whose rule counts: ruff's (public, the default), interrogate's (all) or docvet's (api)
    #[arg(long, value_name = "public|all|api", help_heading = "Definitions")]
    preset: Option<Preset>,
    /// Private definitions too
    #[arg(long, help_heading = "Definitions", overrides_with = "no_private")]
    private: bool,
    /// Not private definitions
    #[arg(long, help_heading = "Definitions")]
    no_private: bool,
    /// Functions inside functions too
    #[arg(long, help_heading = "Definitions", overrides_with = "no_nested")]
    nested: bool,
    /// Not functions inside functions
    #[arg(long, help_heading = "Definitions")]
    no_nested: bool,
    /// Magic methods too (D105)
    #[arg(long, help_heading = "Definitions", overrides_with = "no_magic")]
    magic: bool,
    /// Not magic methods
    #[arg(long, help_heading = "Definitions")]
    no_magic: bool,
    /// __init__ methods too (D107)
    #[arg(long, help_heading = "Definitions", overrides_with = "no_init")]
    init: bool,
    /// Not __init__ methods
    #[arg(long, help_heading = "Definitions")]
    no_init: bool,
    /// Not the tests
    #[arg(long, help_heading = "Definitions")]
    no_tests: bool,
    /// Only functions of at least this cyclomatic complexity
    #[arg(long, value_name = "N", help_heading = "Definitions")]
    min_complexity: Option<std::num::NonZeroU32>,
}

/// Which rules.
#[derive(Debug, Args)]
struct RuleArgs {
    /// Rules in force, whatever the settings file says: codes or their beginnings, divided by commas, or ALL
    #[arg(
        long = "select",
        value_name = "CODES",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    rules: Vec<RuleSelector>,
    /// Rules in force besides those
    #[arg(
        long,
        value_name = "CODES",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    extend_select: Vec<RuleSelector>,
    /// Rules not in force
    #[arg(
        long,
        value_name = "CODES",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    ignore: Vec<RuleSelector>,
}

#[derive(Debug, Args)]
struct RunArgs {
    #[command(flatten)]
    files: FileArgs,
    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    rules: RuleArgs,
    /// Show the change as a unified diff and write no source file; exit 1 when there is one
    #[arg(long)]
    diff: bool,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text", conflicts_with = "diff")]
    format: TextFormat,
    /// Who writes the words
    #[arg(long, value_name = "azure|openai|offline", help_heading = "Model")]
    provider: Option<ProviderName>,
    /// Address of the Azure OpenAI resource
    #[arg(long, value_name = "URL", help_heading = "Model")]
    endpoint: Option<HttpUrl>,
    /// Azure OpenAI deployment
    #[arg(long, value_name = "NAME", help_heading = "Model")]
    deployment: Option<Name>,
    /// Address of an OpenAI-compatible server, up to and with /v1
    #[arg(long, value_name = "URL", help_heading = "Model")]
    base_url: Option<HttpUrl>,
    /// Model of an OpenAI-compatible server
    #[arg(long, value_name = "NAME", help_heading = "Model")]
    model: Option<Name>,
    /// Requests that the deployment takes in a minute
    #[arg(long, value_name = "N", help_heading = "Model")]
    requests_per_minute: Option<std::num::NonZeroU32>,
    /// Tokens that the deployment takes in a minute
    #[arg(long, value_name = "N", help_heading = "Model")]
    tokens_per_minute: Option<std::num::NonZeroU32>,
    /// Requests in flight at once
    #[arg(long, value_name = "N", help_heading = "Model")]
    max_concurrency: Option<std::num::NonZeroUsize>,
    /// Columns that a line may have
    #[arg(long, value_name = "COLUMNS", help_heading = "Docstrings")]
    line_length: Option<LineLength>,
    /// Where the markdown report goes
    #[arg(long, value_name = "PATH", help_heading = "Report")]
    report: Option<PathBuf>,
    /// Write no report
    #[arg(long, help_heading = "Report", conflicts_with = "report")]
    no_report: bool,
}

#[derive(Debug, Args)]
struct AnalyzeArgs {
    #[command(flatten)]
    files: FileArgs,
    /// How the definitions are shown
    #[arg(long, value_enum, default_value = "table")]
    format: TableFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TextFormat {
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

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TableFormat {
    Table,
    Json,
}

impl From<TableFormat> for Format {
    fn from(format: TableFormat) -> Self {
        match format {
            TableFormat::Table => Self::Text,
            TableFormat::Json => Self::Json,
        }
    }
}

/// Reads the process's arguments, does what they say, and prints what went wrong.
pub fn main() -> ExitStatus {
    let cli = Cli::parse();
    let loudness = if cli.global.quiet {
        Loudness::Quiet
    } else {
        Loudness::Normal
    };
    logging::init(loudness, cli.global.verbose);
    match dispatch(cli, loudness) {
        Ok(status) => status,
        Err(error) => {
            tracing::error!("{}", escape(&error.to_string()));
            if let Some(hint) = error.hint() {
                tracing::error!(target: logging::HINT, "{}", escape(&hint));
            }
            ExitStatus::Failure
        }
    }
}

fn dispatch(cli: Cli, loudness: Loudness) -> Result<ExitStatus, Error> {
    let global = cli.global;
    match cli.command {
        Command::Run(args) => {
            let loaded = load(&global, &args.files.paths, args.to_settings())?;
            let provider = loaded.provider()?;
            let options = RunOptions {
                mode: if args.diff {
                    RunMode::Diff
                } else {
                    RunMode::Write
                },
                format: args.format.into(),
                loudness,
            };
            commands::run(&loaded.config, &provider, &args.files.scope(), options)
        }
        Command::Check(args) => {
            let loaded = load(&global, &args.files.paths, args.to_settings())?;
            let options = args.to_options(&global);
            commands::check(&loaded.config, &args.files.scope(), &options)
        }
        Command::Analyze(args) => {
            let mut settings = PartialConfig::default();
            args.files.add_to(&mut settings);
            let loaded = load(&global, &args.files.paths, settings)?;
            commands::analyze(&loaded.config, &args.files.scope(), args.format.into())
        }
    }
}

fn load(global: &GlobalArgs, paths: &[PathBuf], flags: PartialConfig) -> Result<Loaded, Error> {
    let request = LoadRequest {
        paths,
        config_file: global.config.clone(),
        isolated: if global.isolated {
            Isolation::Isolated
        } else {
            Isolation::Project
        },
        flags,
        environment: Environment::of_process(),
    };
    Ok(config::load(request)?)
}

impl FileArgs {
    fn scope(&self) -> Scope<'_> {
        let since = self.since.clone().map(Changes::Since);
        Scope {
            paths: &self.paths,
            changes: since.or(self.staged.then_some(Changes::Staged)),
        }
    }

    fn add_to(&self, settings: &mut PartialConfig) {
        let given = |globs: &[Glob]| (!globs.is_empty()).then(|| globs.to_vec());
        settings.files.include = given(&self.include);
        settings.files.exclude = given(&self.exclude);
        settings.files.extend_exclude = given(&self.extend_exclude);
        settings.files.force_exclude = self.force_exclude.then_some(true);
        settings.files.respect_gitignore = self.no_respect_gitignore.then_some(false);
    }
}

impl SelectArgs {
    fn add_to(&self, settings: &mut PartialConfig) {
        settings.select.preset = self.preset;
        // Of a pair of flags clap leaves the one that came last.
        let switch = |on: bool, off: bool| (on || off).then_some(on);
        settings.select.private = switch(self.private, self.no_private);
        settings.select.nested = switch(self.nested, self.no_nested);
        settings.select.magic = switch(self.magic, self.no_magic);
        settings.select.init = switch(self.init, self.no_init);
        settings.select.tests = self.no_tests.then_some(false);
        settings.select.min_complexity = self.min_complexity;
    }
}

impl RuleArgs {
    fn add_to(&self, settings: &mut PartialConfig) {
        let given = |rules: &[RuleSelector]| (!rules.is_empty()).then(|| rules.to_vec());
        settings.check.select = given(&self.rules);
        settings.check.extend_select = given(&self.extend_select);
        settings.check.ignore = given(&self.ignore);
    }
}

impl RunArgs {
    fn to_settings(&self) -> PartialConfig {
        let mut settings = PartialConfig::default();
        self.files.add_to(&mut settings);
        self.select.add_to(&mut settings);
        self.rules.add_to(&mut settings);
        settings.provider = self.provider;
        settings.azure.endpoint.clone_from(&self.endpoint);
        settings.azure.deployment.clone_from(&self.deployment);
        settings.openai.base_url.clone_from(&self.base_url);
        settings.openai.model.clone_from(&self.model);
        settings.quota.requests_per_minute = self.requests_per_minute;
        settings.quota.tokens_per_minute = self.tokens_per_minute;
        settings.quota.max_concurrency = self.max_concurrency;
        settings.docstring.line_length = self.line_length;
        settings.report.enabled = match (&self.report, self.no_report) {
            (Some(_), _) => Some(true),
            (None, true) => Some(false),
            (None, false) => None,
        };
        settings.report.path.clone_from(&self.report);
        settings
    }
}
