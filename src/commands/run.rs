//! `docgen run`: documents every file under the paths, or the one that comes through standard
//! input.

mod answer;
mod budget;
mod confirm;
mod filter;
mod interactive;
mod interrupt;
mod observer;
mod requests;
mod shown;
mod terminal;
mod words;
mod written;

use std::collections::HashMap;
use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use rayon::prelude::*;

use super::document::{Delivery, Done, Job, WordsBy};
use super::estimate::{forecast, planned};
use super::keeper::{Beginning, Keeper, clean_up};
use super::lock::{Turn, Wait};
use super::project::{ReadAround, Survey};
use super::recall::Recall;
use super::voice::{Ear, Manner};
use super::{Error, Format, Scope, output, thread_pool};
use crate::config::{Config, Mode, Provider};
use crate::exit_status::ExitStatus;
use crate::generate::{
    CacheUse, Estimate, Existing, Question, ReplyCache, ReplyKey, Services, Voice,
};
use crate::llm::{BudgetStatement, LlmError};
use crate::python::{Project, STACK_BYTES};
use crate::report::{self, CacheReport, FolderReport, Loudness, Phase, Progress, RunReport};
use crate::rules::{Coverage, Diagnostic};
use crate::store::{Access, RunEnd};
use answer::{Answering, Finished};
use confirm::Asking;
use interrupt::Interrupt;
use observer::Observer;
use shown::Shown;
use terminal::Terminal;
use words::Words;

pub use confirm::Assent;
pub use filter::filter;
pub(super) use interactive::Questions;
pub(super) use interrupt::leave_on_signal;

/// What becomes of the docstrings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunMode {
    /// Files are rewritten.
    Write,
    /// Files are rewritten with the docstrings that the user accepts.
    Ask,
    /// The change is shown as a diff.
    Diff,
    /// The new file is given back.
    Filter,
}

impl RunMode {
    /// Whether files are changed.
    pub(super) fn writes(self) -> bool {
        matches!(self, Self::Write | Self::Ask)
    }

    /// Whether it may make the project's state folder: where nothing is to be written it may do so for
    /// what was paid for, which is needed when the same is asked with another mode.
    fn access(self, by: WordsBy, config: &Config) -> Access {
        let pays = by == WordsBy::Model && config.cache.enabled;
        if self.writes() || pays {
            Access::Create
        } else {
            Access::IfThere
        }
    }
}

/// How a run goes about it.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// What becomes of the docstrings.
    pub mode: RunMode,
    /// Docstrings that are there are written anew.
    pub overwrites: bool,
    /// What standard output holds.
    pub format: Format,
    /// How much is said on standard error.
    pub loudness: Loudness,
    /// Whether what is remembered of models' words is used.
    pub cache: CacheUse,
    /// How long another docgen is waited for.
    pub wait: Wait,
    /// Each prompt is shown as it is sent.
    pub shows_prompts: bool,
    /// Whether it is agreed to beforehand.
    pub assent: Assent,
}

impl RunOptions {
    /// What becomes of the docstrings that are there.
    fn existing(self, config: &Config, by: WordsBy) -> Existing {
        existing(config, self.overwrites, by)
    }
}

/// What becomes of the docstrings that are there by the settings, unless they are written anew.
pub(super) fn existing(config: &Config, overwrites: bool, by: WordsBy) -> Existing {
    match config.mode {
        _ if overwrites => Existing::Overwrite,
        Mode::Missing => Existing::Keep,
        Mode::Stale => Existing::MendOnly,
        Mode::All if config.below.is_some() && by == WordsBy::Model => Existing::Improve,
        Mode::All => Existing::Mend,
    }
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
    let (start, began) = (Instant::now(), SystemTime::now());
    // What is wrong with the client or the terminal is met before a file is read.
    let mut observer = Observer::begin(config, provider)?;
    written::check(config)?;
    let words = Words::new(provider, config, options.mode)?;
    let terminal = match options.mode {
        RunMode::Ask => Some(Terminal::open()?),
        _ => None,
    };
    let (progress, mut turn) = begin(config, options)?;
    observer.watch(&words, progress.tally());
    let pool = thread_pool()?;
    let existing = options.existing(config, words.by());
    let by_model = words.by() == WordsBy::Model;
    let access = options.mode.access(words.by(), config);
    let ear = Ear::new(config, by_model, access);
    let recall = Arc::new(Recall::open(config, access));
    let surveyed = Survey {
        pool: &pool,
        config,
        mode: options.mode,
        existing,
        ear: &ear,
        recall: &recall,
        around: ReadAround::IfOpen,
    }
    .take(scope)?;
    let mut work = Work {
        recall: recall.clone(),
        ..Work::new(surveyed.jobs, surveyed.project, ear)
    };
    if let Some(turn) = &mut turn {
        let beginning = Beginning {
            began,
            words: words.describe(),
            undoes: None,
        };
        work.keeper = (work.is_open()).then(|| Arc::new(Keeper::open(config, turn, beginning)));
        turn.stop_listening();
    }
    let keeper = work.keeper.clone();
    let cache = work.cache(&words, config, options);
    let around = Around {
        words: &words,
        cache: cache.as_ref(),
        config,
        progress: &progress,
    };
    let answered = answer(&pool, around, work, options, terminal);
    progress.finish();
    if let Some(keeper) = keeper {
        keeper.end(end(&answered));
    }
    let (mut finished, is_interrupted) = answered?;
    recall.finish();
    if finished.is_declined {
        observer.forget();
        return Ok(declined(is_interrupted));
    }
    finished.done.extend(surveyed.done);
    if options.mode.writes() {
        words.keep_lessons(&config.files.root, finished.estimate.as_ref());
    }
    let elapsed = start.elapsed();
    let mut report = RunReport {
        files_read: surveyed.files,
        is_interrupted,
        elapsed,
        requests: words.requests(finished.kept, elapsed),
        cache: cache.as_ref().map(closed),
        estimate: finished.estimate.map(|estimate| words.judged(estimate)),
        ..collect(finished.done, surveyed.diagnostics, &words, options.mode)
    };
    report.account_for(finished.budget);
    report.hold_to(&config.thresholds, words.stats().as_ref());
    let shown = show(&report, config, options);
    let ended = shown.and_then(|()| conclude(&report, finished.fatal));
    observer.finish(&report, &ended);
    ended
}

/// How a run ended, as the journal has it.
fn end(answered: &Result<(Finished, bool), Error>) -> RunEnd {
    match answered {
        Ok((finished, _)) if finished.has_failed() => RunEnd::Failed,
        Ok((_, true)) => RunEnd::Interrupted,
        Ok((_, false)) => RunEnd::Done,
        Err(_) => RunEnd::Failed,
    }
}

/// The end of a run that the user did not want when its cost was told.
fn declined(is_interrupted: bool) -> ExitStatus {
    tracing::info!("Nothing was sent and nothing was written.");
    if is_interrupted {
        ExitStatus::Interrupted
    } else {
        ExitStatus::Findings
    }
}

/// Begins to show how far the run is, and waits for its turn in the tree.
fn begin(config: &Config, options: RunOptions) -> Result<(Progress, Option<Turn>), Error> {
    let progress = Progress::start(match options.mode {
        // Lines would be drawn over the questions.
        RunMode::Ask => Loudness::Quiet,
        _ => options.loudness,
    });
    let turn = if options.mode.writes() {
        progress.tally().begin(Phase::Lock);
        let turn = Turn::take(&config.files.root, options.wait)?;
        clean_up(config, &turn);
        Some(turn)
    } else {
        None
    };
    progress.tally().begin(Phase::Reading);
    Ok((progress, turn))
}

/// What a run is to document.
pub(super) struct Work {
    pub(super) jobs: Vec<Job>,
    /// What is known of everything around it.
    pub(super) project: Project,
    /// What the project's docstrings are like, in one sentence.
    pub(super) habits: Option<Arc<str>>,
    /// Its docstrings, to be shown for their manner.
    pub(super) voice: Option<Voice>,
    /// What replaces its files, if anything does.
    pub(super) keeper: Option<Arc<Keeper>>,
    /// What the next run knows of the files that are written.
    pub(super) recall: Arc<Recall>,
}

impl Work {
    /// The jobs, done in the project's manner where the settings leave it open; without a project
    /// there is nothing to be done.
    pub(super) fn new(mut jobs: Vec<Job>, project: Option<Project>, ear: Ear<'_>) -> Self {
        let (project, manner) = match project {
            Some(project) => (project, ear.finish()),
            None => (Project::build(Vec::new(), &[]), Manner::default()),
        };
        let (style, types) = (manner.habits.style(), manner.habits.types());
        for job in &mut jobs {
            job.style.follow(style, types);
        }
        Self {
            jobs,
            project,
            habits: manner.habits.told().map(Arc::from),
            voice: manner.voice,
            keeper: None,
            recall: Arc::default(),
        }
    }
}

impl Work {
    /// Whether anything is to be done.
    fn is_open(&self) -> bool {
        let is_open = |job: &Job| !job.selection.targets.is_empty();
        self.jobs.iter().any(is_open)
    }

    /// What is remembered for it, where anything is to be done.
    fn cache(&self, words: &Words<'_>, config: &Config, options: RunOptions) -> Option<ReplyCache> {
        let cache = self.is_open().then(|| words.cache(config, options));
        cache.flatten()
    }
}

/// What the services are to be asked about all definitions of a run.
fn questions(voice: &Voice, jobs: &[Job]) -> Vec<Question> {
    let of_job = |job: &Job| voice.questions(&job.file, job.wanted(), job.wording.max_source);
    jobs.par_iter().flat_map_iter(of_job).collect()
}

/// What a run is done with.
struct Around<'a> {
    words: &'a Words<'a>,
    cache: Option<&'a ReplyCache>,
    config: &'a Config,
    progress: &'a Progress,
}

/// Has the jobs answered and their files delivered; says whether Ctrl-C was pressed meanwhile.
fn answer(
    pool: &rayon::ThreadPool,
    Around {
        words,
        cache,
        config,
        progress,
    }: Around<'_>,
    Work {
        mut jobs,
        project,
        habits,
        mut voice,
        keeper,
        recall,
    }: Work,
    options: RunOptions,
    terminal: Option<Terminal>,
) -> Result<(Finished, bool), Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .thread_stack_size(STACK_BYTES)
        .build()
        .map_err(|error| Error::Threads(error.to_string()))?;
    let interrupt = Interrupt::listen(&runtime);
    let mut delivery = Delivery {
        config: Arc::new(config.within(words.window())),
        project: Arc::new(project),
        summaries: Arc::default(),
        usages: Arc::default(),
        habits,
        voice: None,
        mode: options.mode,
        words: words.by(),
        recall,
        questions: None,
        keeper,
    };
    let tally = progress.tally();
    tally.begin(Phase::Cache);
    pool.install(|| {
        jobs.par_iter_mut()
            .for_each(|job| job.prepare(&delivery.project));
        if let Some(cache) = cache {
            answer_remembered(cache, &mut jobs, &delivery);
        }
    });
    if let Some(cache) = cache.filter(|cache| cache.is_shared()) {
        tally.begin(Phase::SharedCache);
        recall_shared(cache, &mut jobs, &delivery, (&runtime, pool, &interrupt));
    }
    tally.begin(Phase::Estimating);
    let estimate = estimate(pool, words, &mut jobs, (&delivery, voice.as_ref()), options);
    let asking = Asking {
        terminal: terminal.as_ref(),
        ..Asking::new(config, words, (&runtime, &interrupt))
    };
    if !progress.aside(|| asking.agrees(estimate.as_ref(), options))? {
        return Ok((Finished::declined(), interrupt.is_requested()));
    }
    words.begin();
    let is_anyone_asked = jobs.iter().any(|job| !job.wanted().is_empty());
    if let (true, Some(voice), Some(services)) = (is_anyone_asked, &mut voice, words.services()) {
        tally.begin(Phase::Examples);
        let questions = pool.install(|| questions(voice, &jobs));
        find_examples(voice, services, &questions, (&runtime, &interrupt));
    }
    let total: usize = jobs.iter().map(|job| job.selection.targets.len()).sum();
    if let (Some(_), Words::Model { .. }) = (&terminal, words) {
        tracing::info!("asking {} about {total} definitions", words.describe());
    }
    let questions = terminal
        .map(|terminal| Questions::new(terminal, runtime.handle().clone(), interrupt.clone()));
    let is_open = |job: &&Job| !job.selection.targets.is_empty();
    tally.expect(total, jobs.iter().filter(is_open).count());
    if let Some(look) = words.look() {
        tally.watch(look);
    }
    tally.begin(Phase::Documenting);
    delivery.voice = voice.map(Arc::new);
    delivery.questions = questions.map(Arc::new);
    let answering = Answering {
        words,
        pool,
        runtime: &runtime,
        interrupt: &interrupt,
        delivery,
        progress: tally,
        cache,
        shown: options.shows_prompts.then(Shown::default),
    };
    let finished = Finished {
        estimate,
        ..answering.finish(jobs)?
    };
    tally.begin(Phase::Settling);
    let budget = runtime.block_on(settled(words, cache));
    Ok((Finished { budget, ..finished }, interrupt.is_requested()))
}

/// Asks the services for what is near to what is asked about, unless Ctrl-C is pressed meanwhile.
fn find_examples(
    voice: &mut Voice,
    services: &Services,
    questions: &[Question],
    (runtime, interrupt): (&tokio::runtime::Runtime, &Interrupt),
) {
    runtime.block_on(async {
        tokio::select! {
            () = voice.ask(services, questions) => {}
            () = interrupt.requested() => {}
        }
    });
}

/// Tells other machines what they are to know. Gives what became of the budget.
async fn settled(words: &Words<'_>, cache: Option<&ReplyCache>) -> Option<BudgetStatement> {
    let budget = words.statement().await;
    words.settle().await;
    if let Some(cache) = cache {
        cache.settle().await;
    }
    budget
}

/// Packs what is still open into requests, and says what they are likely to take.
fn estimate(
    pool: &rayon::ThreadPool,
    words: &Words<'_>,
    jobs: &mut [Job],
    (delivery, voice): (&Delivery, Option<&Voice>),
    options: RunOptions,
) -> Option<Estimate> {
    let known = words.known(&delivery.config.files.root)?;
    pool.install(|| {
        jobs.par_iter_mut().for_each(|job| job.pack(delivery));
        let planned = planned(jobs, delivery);
        // Who edits one file waits for it.
        if planned.is_empty() || options.mode == RunMode::Filter {
            return None;
        }
        Some(forecast(&planned, delivery, voice, known).estimate)
    })
}

/// Closes the cache of a run.
fn closed(cache: &ReplyCache) -> CacheReport {
    let (tally, bytes) = cache.finish();
    CacheReport { tally, bytes }
}

/// Answers what other machines were told, unless Ctrl-C is pressed meanwhile.
fn recall_shared(
    cache: &ReplyCache,
    jobs: &mut [Job],
    delivery: &Delivery,
    (runtime, pool, interrupt): (&tokio::runtime::Runtime, &rayon::ThreadPool, &Interrupt),
) {
    let keys: Vec<ReplyKey> = jobs.iter().flat_map(Job::keys).collect();
    let found = runtime.block_on(async {
        tokio::select! {
            found = cache.find_shared(&keys) => found,
            () = interrupt.requested() => HashMap::new(),
        }
    });
    pool.install(|| {
        let used = jobs
            .par_iter_mut()
            .flat_map_iter(|job| job.recall(&found, delivery));
        cache.count_found(used.collect());
    });
}

/// Answers what is remembered. Run it on the pool's threads.
pub(super) fn answer_remembered(cache: &ReplyCache, jobs: &mut [Job], delivery: &Delivery) {
    jobs.par_iter_mut()
        .for_each(|job| job.find_keys(cache.sampling(), delivery));
    let keys: Vec<ReplyKey> = jobs.iter().flat_map(Job::keys).collect();
    let found = cache.find(&keys);
    let used: Vec<_> = jobs
        .par_iter_mut()
        .flat_map_iter(|job| job.recall(&found, delivery))
        .collect();
    let misses = jobs.iter().map(|job| job.wanted().len()).sum();
    cache.count(used, misses);
}

fn conclude(report: &RunReport, fatal: Option<Arc<LlmError>>) -> Result<ExitStatus, Error> {
    if let Some(error) = fatal.filter(|error| !error.is_budget_used_up()) {
        return Err(Error::ModelStopped(error));
    }
    let has_diff = report.files.iter().any(|file| file.diff.is_some());
    Ok(if report.is_interrupted {
        ExitStatus::Interrupted
    } else if report.has_leftovers() || has_diff || !report.exceeded.is_empty() {
        ExitStatus::Findings
    } else {
        ExitStatus::Success
    })
}

/// Puts the results of all files together, in the order of their names.
fn collect(
    mut done: Vec<Done>,
    diagnostics: Vec<Diagnostic>,
    words: &Words<'_>,
    mode: RunMode,
) -> RunReport {
    done.sort_by(|one, other| one.report.path.cmp(&other.report.path));
    let folders = FolderReport::of(done.iter().map(|one| &one.report));
    let mut before = Coverage::default();
    let mut hot_spots = Vec::new();
    let mut files = Vec::new();
    for one in done {
        before += one.report.coverage;
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
        provider: words.describe(),
        is_diff: mode == RunMode::Diff,
        is_interrupted: false,
        files,
        folders,
        files_read: 0,
        diagnostics,
        before,
        hot_spots,
        requests: None,
        elapsed: std::time::Duration::ZERO,
        cache: None,
        budget: None,
        exceeded: Vec::new(),
        estimate: None,
    }
}

/// The diff or JSON to standard output, the summary to standard error, the report to its file.
fn show(report: &RunReport, config: &Config, options: RunOptions) -> Result<(), Error> {
    match options.format {
        Format::Json => output::write_json(&report::run_json(report))?,
        Format::Text => show_diffs(report)?,
    }
    if options.loudness == Loudness::Normal || report.has_leftovers() {
        show_summary(report);
    }
    for exceeded in &report.exceeded {
        tracing::warn!("{}", exceeded.told());
    }
    if std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
        // Standard output is data; the runner reads commands from both.
        output::prompt(&report::run_github(report), false);
    }
    written::write(report, config, options.loudness)
}

fn show_diffs(report: &RunReport) -> Result<(), Error> {
    let is_terminal = std::io::stdout().is_terminal();
    for diff in report.files.iter().filter_map(|file| file.diff.as_deref()) {
        if is_terminal {
            let shown = report::shown_diff(diff, output::is_colored());
            output::write(shown.as_bytes())?;
        } else {
            output::write(diff)?;
        }
    }
    Ok(())
}

fn show_summary(report: &RunReport) {
    for line in report::run_summary(report).lines() {
        tracing::info!("{line}");
    }
}
