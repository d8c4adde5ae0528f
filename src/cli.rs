//! The command line: clap's types, and the way from them to the commands.

mod cache;
mod changelog;
mod check;
mod doctor;
mod history;
mod model;
mod plan;
mod run;
mod runs;
mod score;
mod undo;
mod wait;

use std::path::{Path, PathBuf};

use cache::CacheArgs;
use changelog::ChangelogArgs;
use check::CheckArgs;
use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use doctor::DoctorArgs;
use history::HistoryArgs;
use plan::PlanArgs;
use run::RunArgs;
use runs::RunsArgs;
use score::ScoreArgs;
use undo::UndoArgs;

use crate::commands::{self, Error, Format, Scope};
use crate::config::{
    self, Environment, Glob, Isolation, LoadRequest, Loaded, Log, PartialConfig, Preset,
    RuleSelector,
};
use crate::exit_status::ExitStatus;
use crate::logging;
use crate::report::{Loudness, escape};
use crate::source::{Changes, Extent};

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
    /// Show what a run would do, and in which order; needs no network and no key
    Plan(Box<PlanArgs>),
    /// Report what has no docstring; needs no network and no key
    Check(CheckArgs),
    /// Score how good the docstrings are; needs no network and no key
    ///
    /// Completeness, clarity, accuracy and style of each docstring, and what would make the worst of them
    /// better. With -v a table of the files, with -q the score alone.
    Score(ScoreArgs),
    /// Show every definition with its metadata and complexity
    ///
    /// Cyclomatic complexity is counted as radon counts it, cognitive complexity as complexipy
    /// does.
    Analyze(AnalyzeArgs),
    /// Show what runs did, and which can be taken back
    Runs(RunsArgs),
    /// Take a run's docstrings back
    ///
    /// Each file becomes what it was before the run. One that was edited since is merged where docstrings
    /// alone are different, and otherwise left as it is. An undo is a run like any other: `docgen undo`
    /// with its number brings the docstrings back.
    Undo(UndoArgs),
    /// Show what became of one docstring, newest first
    ///
    /// Each time that it was added, updated or removed: when, by which commit of whom, by which run of
    /// docgen, and what it said before and after.
    History(HistoryArgs),
    /// Show what became of docstrings, release by release
    ///
    /// Compares what git has: the docstrings that were added, updated and removed between one tag and the
    /// one before it, and since the last, each with the commit that it came with.
    Changelog(ChangelogArgs),
    /// Say whether docgen can run here, and what it would run with
    ///
    /// Shows the settings in force and where each comes from, asks every deployment for next to
    /// nothing, and looks at the project. The exit status is 2 if docgen could not run.
    Doctor(Box<DoctorArgs>),
    /// Look after what is remembered of models' words; needs no network and no key
    ///
    /// What a model said is kept in `.docgen/state.db` at the project's root, so that nothing is paid for
    /// twice.
    Cache(CacheArgs),
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
    /// Write a line of JSON to this file for each event, the details of each request included
    #[arg(long, global = true, value_name = "FILE", help_heading = "Log")]
    log_file: Option<PathBuf>,
    /// Write what is sent to the model and what comes back to the log file too
    #[arg(long, global = true, help_heading = "Log")]
    log_bodies: bool,
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
        conflicts_with = "staged",
        group = "changes"
    )]
    since: Option<String>,
    /// Only files that are staged for the next commit
    #[arg(long, help_heading = "Files", group = "changes")]
    staged: bool,
}

/// Which definitions.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one flag each on the command line"
)]
struct SelectArgs {
    /// With --since or --staged: of files that were there before, only functions and classes in which a
    /// line has changed
    #[arg(long, help_heading = "Definitions", requires = "changes")]
    changed_lines: bool,
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
struct AnalyzeArgs {
    #[command(flatten)]
    files: FileArgs,
    /// How the definitions are shown
    #[arg(long, value_enum, default_value = "table")]
    format: TableFormat,
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
    match open_typed_log(&cli.global).and_then(|()| dispatch(cli, loudness)) {
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
        Command::Run(args) => args.run(&global, loudness),
        Command::Plan(args) => args.run(&global),
        Command::Check(args) => {
            let options = args.to_options(&global);
            let paths = args.files.read_from(options.stdin_filename.as_deref());
            let loaded = load(&global, &paths, args.to_settings())?;
            commands::check(&loaded.config, &args.scope(), &options)
        }
        Command::Score(args) => {
            let options = args.to_options(&global);
            let paths = args.files.read_from(None);
            let loaded = load(&global, &paths, args.to_settings())?;
            commands::score(&loaded.config, &args.scope(), &options)
        }
        Command::Analyze(args) => {
            let mut settings = PartialConfig::default();
            args.files.add_to(&mut settings);
            let loaded = load(&global, &args.files.paths, settings)?;
            let scope = args.files.scope(Extent::Files);
            commands::analyze(&loaded.config, &scope, args.format.into())
        }
        Command::Runs(args) => args.run(&global),
        Command::Undo(args) => args.run(&global),
        Command::History(args) => args.run(&global),
        Command::Changelog(args) => args.run(&global),
        Command::Doctor(args) => args.run(&global, loudness),
        Command::Cache(args) => args.run(&global),
    }
}

/// Opens the log file that a flag names before the settings are read, so that what is wrong with them
/// is logged too.
fn open_typed_log(global: &GlobalArgs) -> Result<(), Error> {
    open_log(&Log {
        file: global.log_file.clone(),
        bodies: global.log_bodies,
        ..Log::default()
    })
}

fn open_log(log: &Log) -> Result<(), Error> {
    logging::open(log).map_err(|source| Error::LogFile {
        path: log.file.clone().unwrap_or_default(),
        source,
    })
}

fn load(global: &GlobalArgs, paths: &[PathBuf], mut flags: PartialConfig) -> Result<Loaded, Error> {
    flags.log.file.clone_from(&global.log_file);
    flags.log.bodies = global.log_bodies.then_some(true);
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
    let loaded = config::load(request)?;
    open_log(&loaded.config.log)?;
    if global.log_bodies && loaded.config.log.file.is_none() {
        tracing::warn!(
            "`--log-bodies` does nothing without a log file: name one with `--log-file`"
        );
    }
    Ok(loaded)
}

impl FileArgs {
    /// Where the settings are looked for: where the files are, or the one that standard input holds
    /// would be.
    fn read_from(&self, stdin_filename: Option<&Path>) -> Vec<PathBuf> {
        let is_stdin = |path: &&PathBuf| path.as_os_str() == "-";
        let Some(name) = stdin_filename else {
            if self.paths.iter().any(|path| is_stdin(&path)) {
                let message =
                    "`-` is standard input: name its file with `--stdin-filename NAME.py`";
                let error = Cli::command().error(ErrorKind::MissingRequiredArgument, message);
                error.exit();
            }
            return self.paths.clone();
        };
        let is_default = |path: &&PathBuf| path.as_os_str() == ".";
        let others = self.paths.iter().filter(|path| !is_stdin(path));
        for path in others.filter(|path| !is_default(path)) {
            let shown = path.display().to_string();
            tracing::warn!("`{}` is not read: standard input is", escape(&shown));
        }
        vec![name.to_path_buf()]
    }

    fn scope(&self, extent: Extent) -> Scope<'_> {
        let since = self.since.clone().map(Changes::Since);
        Scope {
            paths: &self.paths,
            changes: since.or(self.staged.then_some(Changes::Staged)),
            extent,
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
    /// How much of what has changed is meant.
    fn extent(&self) -> Extent {
        if self.changed_lines {
            Extent::Lines
        } else {
            Extent::Files
        }
    }

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
