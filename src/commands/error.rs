//! Why a command could not do its work, and what to do about it.

use std::path::PathBuf;

use crate::config::ConfigError;
use crate::llm::{LlmError, PRICE_HINT};
use crate::rules::{BaselineError, Diagnostic};
use crate::source::{DiscoveryError, GitError};
use crate::store::StoreError;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings are wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The paths are wrong.
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
    /// The model cannot be reached, or will not serve anyone.
    #[error(transparent)]
    Model(#[from] LlmError),
    /// The same, met in the middle of a run; what was finished is written.
    #[error("{0}")]
    ModelStopped(std::sync::Arc<LlmError>),
    /// A budget of money was set, and a price is not known.
    #[error("a budget of money cannot be kept: the price of {} is not known", unpriced(.deployment, .model.as_deref()))]
    NoPrice {
        /// The deployment.
        deployment: String,
        /// The model behind it, if that is known.
        model: Option<String>,
    },
    /// A budget of a day or a month was set, and nothing can be kept.
    #[error("the budget of a day or a month cannot be kept: {0}")]
    BudgetNotKept(String),
    /// Threads could not be started.
    #[error("cannot start threads: {0}")]
    Threads(String),
    /// A file was given up in its middle.
    #[error("a file could not be finished; this is a bug in docgen")]
    Unfinished,
    /// The report could not be written.
    #[error("`{}` cannot be written: {}", .path.display(), .source)]
    Report {
        /// Where it should go.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file for metrics could not be taken or written.
    #[error("`{}` cannot take the metrics: {reason}", .path.display())]
    Metrics {
        /// Where they should go.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// git could not say what changed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// Another docgen changes files of the project.
    #[error("{other} is at work in this tree")]
    Busy {
        /// Who.
        other: String,
        /// It was waited for.
        has_waited: bool,
    },
    /// A run was named that is not there.
    #[error("there is no run {id}")]
    NoSuchRun {
        /// What was asked for.
        id: i64,
        /// The newest that there is.
        newest: Option<i64>,
    },
    /// There is no run that could be taken back.
    #[error("there is nothing to take back{}", if *.has_paths { " in these files" } else { "" })]
    NothingToUndo {
        /// Only some files were to be.
        has_paths: bool,
    },
    /// A path was named that the run, or no run, has to do with.
    #[error("{}", not_in_run(.path, *.run))]
    NotInRun {
        /// What was named.
        path: PathBuf,
        /// The run, if it is about one.
        run: Option<i64>,
    },
    /// The journal cannot be read.
    #[error("`.docgen/state.db` cannot be read: {0}")]
    Store(#[from] StoreError),
    /// The baseline is no baseline.
    #[error("`{}` {}", .path.display(), .source)]
    Baseline {
        /// Where it is.
        path: PathBuf,
        /// Why.
        source: BaselineError,
    },
    /// The baseline cannot be read.
    #[error("`{}` cannot be read: {}", .path.display(), .source)]
    BaselineUnreadable {
        /// Where it is.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no baseline yet.
    #[error("the baseline `{}` does not exist", .0.display())]
    NoBaseline(PathBuf),
    /// A file that a flag asks for could not be written.
    #[error("`{}` cannot be written: {}", .path.display(), .source)]
    OutputFile {
        /// Where it should go.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The log file cannot be written.
    #[error("the log file `{}` cannot be written: {}", .path.display(), .source)]
    LogFile {
        /// Where it should be.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A plan was to explain a definition that is not there.
    #[error("no definition is called `{name}`")]
    NoSuchDefinition {
        /// What was asked for.
        name: String,
        /// Those that it may have meant, by their ids.
        similar: Vec<String>,
    },
    /// Nobody knows what became of a definition.
    #[error("nothing is known of the past of `{id}`: {source}, and no run of docgen is recorded")]
    NoHistory {
        /// What was asked for.
        id: String,
        /// Why git does not know.
        source: GitError,
    },
    /// The file in standard input cannot be taken in.
    #[error("{0}")]
    Piped(Box<Diagnostic>),
    /// The database did not do what was asked.
    #[error("the cache cannot be used: {0}")]
    Cache(StoreError),
    /// There is a database, and a warning has said why it is not used.
    #[error("the cache in `{}` cannot be used", .0.display())]
    CacheUnusable(PathBuf),
    /// A file that was named cannot be read.
    #[error("`{}` cannot be read: {}", .path.display(), .source)]
    InputFile {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is nobody to ask.
    #[error("`--interactive` asks at a terminal, and there is none")]
    NoTerminal,
    /// Standard input or output is gone.
    #[error("standard input or output is gone: {0}")]
    Output(#[from] std::io::Error),
}

fn unpriced(deployment: &str, model: Option<&str>) -> String {
    match model {
        Some(model) if model != deployment => {
            format!("`{model}`, the model of the deployment `{deployment}`,")
        }
        Some(model) => format!("`{model}`"),
        None => format!("the model behind the deployment `{deployment}`"),
    }
}

fn not_in_run(path: &std::path::Path, run: Option<i64>) -> String {
    let path = path.display();
    match run {
        Some(run) => format!("run {run} has changed nothing in `{path}`"),
        None => format!("`{path}` is not in the project"),
    }
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Config(error) => error.hint(),
            Self::Model(error) => error.hint(),
            Self::ModelStopped(error) => error.hint(),
            Self::Discovery(DiscoveryError::NotFound(_)) => Some(
                "name a file or folder that exists; paths are relative to the working directory"
                    .to_owned(),
            ),
            Self::Report { .. } => Some(
                "choose another place with `--report PATH`, or none with `--no-report`".to_owned(),
            ),
            Self::Metrics { .. } => Some(
                "name a file of its own, in a folder that is there and that you may write to \
                 (`--metrics-file` or `[metrics] file`)"
                    .to_owned(),
            ),
            Self::OutputFile { .. } => {
                Some("name a file in a folder that you may write to".to_owned())
            }
            Self::LogFile { .. } => Some(
                "name a file in a folder that is there and that you may write to (`--log-file`, \
                 `DOCGEN_LOG_FILE` or `[log] file`)"
                    .to_owned(),
            ),
            Self::Git(error) => Some(error.hint()),
            Self::Busy { .. }
            | Self::NoSuchRun { .. }
            | Self::NothingToUndo { .. }
            | Self::NotInRun { .. }
            | Self::Store(_) => self.hint_about_runs(),
            Self::NoBaseline(_) => {
                Some("record today's findings with `--update-baseline`".to_owned())
            }
            Self::Baseline { .. } => {
                Some("delete it and record again with `--update-baseline`".to_owned())
            }
            Self::NoSuchDefinition { similar, .. } if similar.is_empty() => Some(
                "name it as `docgen plan --explain` does: `path::Qualified.name`, the path as seen \
                 from the working directory"
                    .to_owned(),
            ),
            Self::NoSuchDefinition { similar, .. } => {
                let similar: Vec<String> = similar.iter().map(|id| format!("`{id}`")).collect();
                Some(format!("there is {}", similar.join(", ")))
            }
            Self::NoHistory { .. } => Some(
                "put the project under git; docgen itself records what its runs write, from the next one on"
                    .to_owned(),
            ),
            Self::NoPrice { .. } => Some(PRICE_HINT.to_owned()),
            Self::BudgetNotKept(_) => Some(
                "see to it that the folder `.docgen` at the project's root can be read and written, or \
                 leave the budgets of days and months out"
                    .to_owned(),
            ),
            Self::NoTerminal => Some(
                "run docgen at a terminal, with standard error on it too, or leave `--interactive` out"
                    .to_owned(),
            ),
            Self::BaselineUnreadable { .. }
            | Self::Discovery(_)
            | Self::Piped(_)
            | Self::Threads(_)
            | Self::Unfinished
            | Self::Cache(_)
            | Self::CacheUnusable(_)
            | Self::InputFile { .. }
            | Self::Output(_) => None,
        }
    }

    /// What to do about trouble with what is kept of runs.
    fn hint_about_runs(&self) -> Option<String> {
        match self {
            Self::Busy { has_waited, .. } => Some(
                if *has_waited {
                    "wait longer with `--wait`, as long as it takes"
                } else {
                    "wait for it with `--wait`, or at most some seconds with `--wait=60`"
                }
                .to_owned(),
            ),
            Self::NoSuchRun { newest, .. } => Some(match newest {
                Some(newest) => format!("the newest is {newest}; `docgen runs` lists them"),
                None => "no run has written a docstring here yet; runs are kept in `.docgen` at the \
                         project's root"
                    .to_owned(),
            }),
            Self::NothingToUndo { .. } => Some(
                "`docgen runs` lists the runs, those that are taken back too; they are kept in `.docgen` at \
                 the project's root"
                    .to_owned(),
            ),
            Self::NotInRun { run: Some(run), .. } => {
                Some(format!("`docgen runs {run}` lists the files of the run"))
            }
            Self::NotInRun { run: None, .. } => {
                Some("name files and folders of the same project".to_owned())
            }
            Self::Store(_) => Some(
                "see to it that the folder `.docgen` at the project's root can be read and written"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}
