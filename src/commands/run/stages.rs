//! The stages of a run from its jobs to their results: what is remembered, the estimate, the user's consent,
//! the examples, and then the requests.

use std::sync::Arc;

use rayon::prelude::*;
use tokio::runtime::Runtime;

use super::answer::{Answering, Finished};
use super::confirm::Asking;
use super::interactive::Questions;
use super::interrupt::Interrupt;
use super::remembered::{answer_remembered, recall_shared};
use super::shown::Shown;
use super::terminal::Terminal;
use super::words::Words;
use super::work::Work;
use super::{RunMode, RunOptions};
use crate::commands::Error;
use crate::commands::document::{Delivery, Job};
use crate::commands::estimate::{forecast, planned};
use crate::config::Config;
use crate::generate::{Estimate, Question, ReplyCache, Services, Voice};
use crate::llm::BudgetStatement;
use crate::python::STACK_BYTES;
use crate::report::{Phase, Progress};

/// What a run is done with.
pub(super) struct Around<'a> {
    pub(super) words: &'a Words<'a>,
    pub(super) cache: Option<&'a ReplyCache>,
    pub(super) config: &'a Config,
    pub(super) progress: &'a Progress,
}

/// Has the jobs answered and their files delivered; says whether Ctrl-C was pressed meanwhile.
pub(super) fn answer(
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

/// What the services are to be asked about all definitions of a run.
fn questions(voice: &Voice, jobs: &[Job]) -> Vec<Question> {
    let of_job = |job: &Job| voice.questions(&job.file, job.wanted(), job.wording.max_source);
    jobs.par_iter().flat_map_iter(of_job).collect()
}

/// Asks the services for what is near to what is asked about, unless Ctrl-C is pressed meanwhile.
fn find_examples(
    voice: &mut Voice,
    services: &Services,
    questions: &[Question],
    (runtime, interrupt): (&Runtime, &Interrupt),
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
