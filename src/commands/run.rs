//! `docgen run`: documents every file under the paths. Only the requests run concurrently with
//! each other; a file is written as soon as the last of its batches is answered.

use std::io::IsTerminal as _;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use futures::StreamExt as _;
use rayon::prelude::*;

use super::document::{Done, Job};
use super::{Error, Format, Scope, analyze_all, output, thread_pool, warn_nothing_found};
use crate::config::{Config, Llm, Provider};
use crate::exit_status::ExitStatus;
use crate::generate::{Answer, Batch, batches, complete};
use crate::llm::{Client, LlmError};
use crate::python::STACK_BYTES;
use crate::report::{self, Loudness, Progress, Requests, RunReport};
use crate::rules::{Coverage, Diagnostic};
use crate::source::{FileName, Wanted};

/// Whether files are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunMode {
    /// Files are rewritten.
    Write,
    /// The change is shown as a diff.
    Diff,
}

/// How a run goes about it.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// Whether files are changed.
    pub mode: RunMode,
    /// What standard output holds.
    pub format: Format,
    /// How much is said on standard error.
    pub loudness: Loudness,
}

/// Hot spots that a report names.
const MAX_HOT_SPOTS: usize = 20;

/// Documents every file in `scope` with the words of `provider`.
pub fn run(
    config: &Config,
    provider: &Provider,
    scope: &Scope<'_>,
    options: RunOptions,
) -> Result<ExitStatus, Error> {
    let start = Instant::now();
    // A wrong setting of the client is met before a file is read.
    let client = match provider {
        Provider::Offline => None,
        Provider::Model(settings) => Some((Client::new(settings)?, settings)),
    };
    let pool = thread_pool()?;
    let analyzed = analyze_all(&pool, scope, config, Wanted::Sources, |file| {
        Job::new(file, config, options.mode)
    })?;
    if analyzed.is_empty() {
        warn_nothing_found(scope, analyzed.left_out);
    }
    let (files_read, jobs) = (analyzed.files.len(), analyzed.files);
    let total = jobs.iter().map(|job| job.selection.targets.len()).sum();
    let progress = Progress::new(total, options.loudness);
    let finished = match &client {
        None => offline(&pool, &jobs, config, options.mode, &progress),
        Some((client, settings)) => {
            online(client, settings, jobs, config, options.mode, &progress)?
        }
    };
    progress.finish();
    let requests = client
        .as_ref()
        .map(|(client, _)| Requests::new(&client.stats()));
    let words_by = describe(provider);
    let report = collect(
        finished.done,
        analyzed.diagnostics,
        words_by,
        requests,
        options.mode,
    );
    let report = RunReport {
        files_read: files_read + report.diagnostics.len(),
        is_interrupted: finished.is_interrupted,
        elapsed: start.elapsed(),
        ..report
    };
    show(&report, config, options)?;
    if let Some(error) = finished.fatal {
        return Err(Error::ModelStopped(error));
    }
    let has_diff = report.files.iter().any(|file| file.diff.is_some());
    Ok(if report.is_interrupted {
        ExitStatus::Interrupted
    } else if report.has_leftovers() || has_diff {
        ExitStatus::Findings
    } else {
        ExitStatus::Success
    })
}

/// What came of the jobs.
struct Finished {
    done: Vec<Done>,
    fatal: Option<Arc<LlmError>>,
    is_interrupted: bool,
}

fn offline(
    pool: &rayon::ThreadPool,
    jobs: &[Job],
    config: &Config,
    mode: RunMode,
    progress: &Progress,
) -> Finished {
    let document = |job: &Job| {
        let done = job.finish(job.offline_answers(config), config, mode, "not answered");
        progress.advance(job.selection.targets.len(), job.file.source.name.as_str());
        done
    };
    Finished {
        done: pool.install(|| jobs.par_iter().map(document).collect()),
        fatal: None,
        is_interrupted: false,
    }
}

/// Sends the batches of all jobs, as many at once as the settings allow.
fn online(
    client: &Client,
    settings: &Llm,
    jobs: Vec<Job>,
    config: &Config,
    mode: RunMode,
    progress: &Progress,
) -> Result<Finished, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .thread_stack_size(STACK_BYTES)
        .build()
        .map_err(|error| Error::Threads(error.to_string()))?;
    let interrupt = Interrupt::listen(&runtime);
    let fatal: OnceLock<Arc<LlmError>> = OnceLock::new();
    let config = Arc::new(config.clone());
    let mut open: Vec<OpenFile> = jobs
        .into_iter()
        .map(|job| OpenFile::new(job, &config))
        .collect();
    let work: Vec<(usize, Batch)> = open
        .iter_mut()
        .enumerate()
        .flat_map(|(index, file)| file.take_batches(index))
        .collect();
    let jobs: Vec<Arc<Job>> = open.iter().map(|file| file.job.clone()).collect();
    let done = runtime.block_on(async {
        // The only place where requests run concurrently.
        let mut answers = futures::stream::iter(work)
            .map(|(index, batch)| {
                let (job, fatal, interrupt, config) = (&jobs[index], &fatal, &interrupt, &config);
                async move {
                    if fatal.get().is_some() || interrupt.is_requested() {
                        return (index, Vec::new());
                    }
                    let (answers, error) =
                        complete(client, &job.file, batch, &config.docstring).await;
                    if let Some(error) = error {
                        _ = fatal.set(error);
                    }
                    (index, answers)
                }
            })
            .buffer_unordered(settings.quota.max_concurrency.get());
        let mut writing = Vec::new();
        let reason = || match fatal.get() {
            Some(error) => format!("the run was stopped: {error}"),
            None => "the run was interrupted".to_owned(),
        };
        for file in open.iter_mut().filter(|file| file.open_batches == 0) {
            writing.push(file.finish(&config, mode, reason()));
        }
        while let Some((index, answers)) = answers.next().await {
            progress.advance(answers.len(), jobs[index].file.source.name.as_str());
            if let Some(file) = open.get_mut(index) {
                file.answers.extend(answers);
                file.open_batches -= 1;
                if file.open_batches == 0 {
                    writing.push(file.finish(&config, mode, reason()));
                }
            }
        }
        futures::future::join_all(writing).await
    });
    let done = done.into_iter().collect::<Result<Vec<Done>, _>>();
    Ok(Finished {
        done: done.map_err(|error| Error::Threads(error.to_string()))?,
        is_interrupted: interrupt.is_requested(),
        fatal: fatal.into_inner(),
    })
}

/// A file whose batches are not all answered yet.
struct OpenFile {
    job: Arc<Job>,
    batches: Vec<Batch>,
    open_batches: usize,
    answers: Vec<Answer>,
}

impl OpenFile {
    fn new(job: Job, config: &Config) -> Self {
        let batches = batches(&job.file, job.wanted(), config.batch);
        Self {
            job: Arc::new(job),
            open_batches: batches.len(),
            batches,
            answers: Vec::new(),
        }
    }

    fn take_batches(&mut self, index: usize) -> Vec<(usize, Batch)> {
        std::mem::take(&mut self.batches)
            .into_iter()
            .map(|batch| (index, batch))
            .collect()
    }

    /// Rewrites the file on a thread of its own, so that requests go on meanwhile.
    fn finish(
        &mut self,
        config: &Arc<Config>,
        mode: RunMode,
        reason: String,
    ) -> tokio::task::JoinHandle<Done> {
        let (job, config) = (self.job.clone(), config.clone());
        let answers = std::mem::take(&mut self.answers);
        tokio::task::spawn_blocking(move || job.finish(answers, &config, mode, &reason))
    }
}

/// Ctrl-C: once to finish what is in flight, twice to leave at once.
#[derive(Clone)]
struct Interrupt(Arc<std::sync::atomic::AtomicBool>);

impl Interrupt {
    fn listen(runtime: &tokio::runtime::Runtime) -> Self {
        let interrupt = Self(Arc::default());
        let flag = interrupt.clone();
        runtime.spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if flag.0.swap(true, std::sync::atomic::Ordering::SeqCst) {
                    // The second time: whatever is written is whole, since files are renamed.
                    crate::exit_status::leave_now();
                }
                tracing::warn!(
                    "interrupted: finishing what is in flight; press Ctrl-C again to stop at once"
                );
            }
        });
        interrupt
    }

    fn is_requested(&self) -> bool {
        self.0.load(std::sync::atomic::Ordering::SeqCst)
    }
}

fn describe(provider: &Provider) -> String {
    use crate::config::Surface;
    match provider {
        Provider::Offline => "offline drafts".to_owned(),
        Provider::Model(settings) => match &settings.surface {
            Surface::AzureV1 { deployment, .. } | Surface::AzureClassic { deployment, .. } => {
                format!("Azure OpenAI deployment {deployment}")
            }
            Surface::OpenAi { model, .. } => format!("model {model}"),
        },
    }
}

/// Puts the results of all files together, in the order of their names.
fn collect(
    mut done: Vec<Done>,
    diagnostics: Vec<Diagnostic>,
    provider: String,
    requests: Option<Requests>,
    mode: RunMode,
) -> RunReport {
    done.sort_by(|one, other| one.report.path.cmp(&other.report.path));
    let mut before = Coverage::default();
    let mut hot_spots = Vec::new();
    let mut files = Vec::new();
    for one in done {
        before += one.coverage;
        hot_spots.extend(one.hot_spots);
        for flaw in one.flaws {
            tracing::error!("{}", report::escape(&flaw));
        }
        if !one.report.outcomes.is_empty() {
            files.push(one.report);
        }
    }
    hot_spots.sort_by(|one, other| (other.cyclomatic, &one.id).cmp(&(one.cyclomatic, &other.id)));
    hot_spots.truncate(MAX_HOT_SPOTS);
    RunReport {
        provider,
        is_diff: mode == RunMode::Diff,
        is_interrupted: false,
        files,
        files_read: 0,
        diagnostics,
        before,
        hot_spots,
        requests,
        elapsed: std::time::Duration::ZERO,
    }
}

/// The diff or JSON to standard output, the summary to standard error, the report to its file.
fn show(report: &RunReport, config: &Config, options: RunOptions) -> Result<(), Error> {
    match options.format {
        Format::Json => output::write_json(&report::run_json(report))?,
        Format::Text => {
            let is_terminal = std::io::stdout().is_terminal();
            for diff in report.files.iter().filter_map(|file| file.diff.as_deref()) {
                let shown = if is_terminal {
                    report::escape(diff)
                } else {
                    diff.into()
                };
                output::write(shown.as_bytes())?;
            }
        }
    }
    if options.loudness == Loudness::Normal || report.has_leftovers() {
        for line in report::run_summary(report).lines() {
            tracing::info!("{line}");
        }
    }
    if let Some(path) = &config.report {
        let written = std::fs::write(path, report::markdown(report));
        written.map_err(|source| Error::Report {
            path: path.clone(),
            source,
        })?;
        if options.loudness == Loudness::Normal {
            let here = std::env::current_dir().unwrap_or_default();
            tracing::info!("Report: {}", FileName::new(path, &here));
        }
    }
    Ok(())
}
