//! Answers to what a run asks for, and each file delivered as soon as its last one is there.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use rayon::prelude::*;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use super::super::document::{Delivery, Done, Job};
use super::interrupt::Interrupt;
use super::open_file::{OpenBatch, OpenFile};
use super::requests::{Patience, Requests, Turn};
use super::shown::Shown;
use super::words::Words;
use crate::commands::Error;
use crate::commands::estimate::order;
use crate::config::Llm;
use crate::generate::{
    Answer, Batch, Estimate, Lease, Order, ReplyCache, ReplyKey, Share, Target, complete,
};
use crate::llm::{BudgetStatement, ChatRequest, Client, LlmError};
use crate::report::{INTERRUPTED, KeptBack, ProgressEnding as Ending, ProgressTally, Status};
use crate::store::ReplyRecord;

/// The first wait before what another machine asks about is looked at again; each further one doubles, ...
const FIRST_LOOK: Duration = Duration::from_millis(200);

/// ... up to this one.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// What came of the jobs.
#[derive(Default)]
pub(super) struct Finished {
    pub(super) done: Vec<Done>,
    /// The model will serve nobody any more.
    pub(super) fatal: Option<Arc<LlmError>>,
    /// How long requests that could have left were kept back.
    pub(super) kept: KeptBack,
    /// What became of the budget, if there is one.
    pub(super) budget: Option<BudgetStatement>,
    /// What it was likely to take.
    pub(super) estimate: Option<Estimate>,
    /// The user did not want it.
    pub(super) is_declined: bool,
}

impl Finished {
    /// The user did not want it.
    pub(super) fn declined() -> Self {
        Self {
            is_declined: true,
            ..Self::default()
        }
    }

    /// Whether something went wrong that ended the run.
    pub(super) fn has_failed(&self) -> bool {
        let fatal = self.fatal.as_ref();
        fatal.is_some_and(|error| !error.is_budget_used_up())
    }
}

/// Where answers come from, and what is done with them.
pub(super) struct Answering<'a> {
    pub(super) words: &'a Words<'a>,
    pub(super) pool: &'a rayon::ThreadPool,
    pub(super) runtime: &'a Runtime,
    pub(super) interrupt: &'a Interrupt,
    pub(super) delivery: Delivery,
    pub(super) progress: &'a ProgressTally,
    /// What is remembered of models' words.
    pub(super) cache: Option<&'a ReplyCache>,
    /// Shows each prompt, if that is wanted.
    pub(super) shown: Option<Shown>,
}

impl Answering<'_> {
    /// Has every job answered and delivered.
    pub(super) fn finish(&self, jobs: Vec<Job>) -> Result<Finished, Error> {
        match self.words {
            Words::Offline => Ok(self.offline(jobs)),
            Words::Model {
                client, settings, ..
            } => self.online(client, settings, jobs),
        }
    }

    fn offline(&self, jobs: Vec<Job>) -> Finished {
        // Each job goes as soon as its file is done: a tree's jobs take more room than what they leave.
        let document = |job: Job| {
            let answers = if self.is_over() {
                Vec::new()
            } else {
                job.offline_answers(&self.delivery)
            };
            let done = job.finish(answers, &self.delivery, &self.unanswered(None));
            self.progress.advance(job.selection.targets.len());
            if !job.selection.targets.is_empty() {
                self.progress.finish_file();
            }
            done
        };
        // Questions are asked in the order of the files.
        let done = self.pool.install(|| match self.delivery.questions {
            Some(_) => jobs.into_iter().map(document).collect(),
            None => jobs.into_par_iter().map(document).collect(),
        });
        Finished {
            done,
            ..Finished::default()
        }
    }

    /// Sends the batches of all jobs, callees first, as many at once as the settings allow.
    fn online(&self, client: &Client, settings: &Llm, jobs: Vec<Job>) -> Result<Finished, Error> {
        // Prompts are weighed here, which takes a search for secrets and so a parser's stack.
        let (mut open, sequence) = self.pool.install(|| {
            let open: Vec<OpenFile> = jobs
                .into_par_iter()
                .map(|job| OpenFile::new(job, self.progress))
                .collect();
            let order = self.order(&open);
            (open, order)
        });
        let files = open.iter_mut().enumerate();
        let work: Vec<OpenBatch> = files
            .flat_map(|(index, file)| file.take_batches(index))
            .collect();
        let fatal: OnceLock<Arc<LlmError>> = OnceLock::new();
        let (done, kept) = self.runtime.block_on(async {
            let mut delivered = Vec::new();
            for file in open.iter_mut().filter(|file| file.open_batches == 0) {
                delivered.push(self.deliver(file, fatal.get()));
            }
            let ask = |index: usize, turn: Turn| {
                let work = work.get(index);
                self.ask(client, work, turn, &fatal)
            };
            let quotas = settings.deployments.iter().map(|one| one.quota);
            let patience = Patience::new(work.len(), quotas);
            let mut requests = Requests::new(&sequence, settings.max_concurrency(), patience);
            let mut running = FuturesUnordered::new();
            let mut is_closed = false;
            loop {
                let is_over = fatal.get().is_some() || self.is_over();
                while !is_over && let Some((index, turn)) = requests.next() {
                    client.expect(requests.left());
                    // The only place where requests run concurrently.
                    let answered = ask(index, turn);
                    running.push(async move {
                        answered.await;
                        index
                    });
                }
                if running.is_empty() {
                    break;
                }
                let index = tokio::select! {
                    Some(index) = running.next() => index,
                    () = requests.changed() => continue,
                    // Nobody would be asked about what is still in flight.
                    () = self.quit() => break,
                    () = self.interrupt.stopped() => break,
                    () = self.interrupt.requested(), if !is_closed => {
                        client.close();
                        self.progress.end(Ending::Stopped);
                        is_closed = true;
                        continue;
                    }
                };
                requests.finish(index);
                let Some(work) = work.get(index) else {
                    continue;
                };
                self.progress.advance(work.batch.targets.len());
                if let Some(file) = open.get_mut(work.file) {
                    file.open_batches -= 1;
                    if file.open_batches == 0 {
                        delivered.push(self.deliver(file, fatal.get()));
                    }
                }
            }
            for file in open.iter_mut().filter(|file| file.open_batches > 0) {
                delivered.push(self.deliver(file, fatal.get()));
            }
            drop(running);
            let done = futures::future::join_all(delivered).await;
            (done, requests.kept_back())
        });
        let done = done.into_iter().collect::<Result<Vec<Done>, _>>();
        Ok(Finished {
            done: done.map_err(|_| Error::Unfinished)?,
            fatal: fatal.into_inner(),
            kept,
            ..Finished::default()
        })
    }

    /// Delivers a file with the answers that are there.
    fn deliver(
        &self,
        file: &mut OpenFile,
        fatal: Option<&Arc<LlmError>>,
    ) -> oneshot::Receiver<Done> {
        let (delivery, progress) = (self.delivery.clone(), self.progress.clone());
        file.finish(self.pool, delivery, progress, self.unanswered(fatal))
    }

    /// Has a batch answered.
    async fn ask(
        &self,
        client: &Client,
        work: Option<&OpenBatch>,
        turn: Turn,
        fatal: &OnceLock<Arc<LlmError>>,
    ) {
        let Some(work) = work else { return };
        let mut open = work.batch.targets.clone();
        let mut wait = FIRST_LOOK;
        loop {
            let (lease, mine, held) = self.share(work, open).await;
            if !mine.is_empty() {
                let asked = self.ask_model(client, work, mine, &turn, &lease);
                if let Some(error) = lease.kept_while(asked).await {
                    // What has room in the budget already is still sent.
                    if error.is_budget_used_up() {
                        self.progress.end(Ending::Budget);
                    } else {
                        client.close();
                        self.progress.end(Ending::Stopped);
                    }
                    _ = fatal.set(error);
                }
            }
            // Nobody waits for others while others wait for them.
            drop(lease);
            if held.is_empty() || fatal.get().is_some() {
                return;
            }
            // The model is not waited for.
            turn.take();
            let _elsewhere = self.progress.elsewhere(held.len());
            tokio::select! {
                () = tokio::time::sleep(wait.mul_f64(0.75 + fastrand::f64() / 2.0)) => {}
                () = self.interrupt.requested() => return,
            }
            wait = (wait * 2).min(LAST_LOOK);
            open = held;
        }
    }

    /// Has a model answer what is asked for under `lease`.
    async fn ask_model(
        &self,
        client: &Client,
        work: &OpenBatch,
        targets: Vec<Target>,
        turn: &Turn,
        lease: &Lease,
    ) -> Option<Arc<LlmError>> {
        let on_turn = |request: &ChatRequest| {
            turn.take();
            if let Some(shown) = &self.shown {
                shown.show(request);
            }
        };
        let keep = async |mut answers: Vec<Answer>| {
            if let Some(cache) = self.cache {
                cache.keep(work.job.to_keep(&mut answers), lease).await;
            }
            work.accepted.add(answers);
        };
        let examples = {
            let voice = self.delivery.voice.as_deref();
            work.job.examples(&targets, &self.delivery, voice)
        };
        let assignment = work.job.assignment(&self.delivery, &examples);
        let asker = client.asker(&on_turn);
        complete(asker, assignment, Batch { targets }, keep).await
    }

    /// Parts what is to be asked about with other machines: what they have answered is taken, and what
    /// they ask about is left to them. Gives what is left to ask about, under a lease, and what is to be
    /// looked at again.
    async fn share(
        &self,
        work: &OpenBatch,
        targets: Vec<Target>,
    ) -> (Lease, Vec<Target>, Vec<Target>) {
        let Some(cache) = self.cache.filter(|cache| cache.is_shared()) else {
            return (Lease::none(), targets, Vec::new());
        };
        let keyed = |target: &Target| Some((*target, work.job.key(*target)?));
        let known: Vec<(Target, ReplyKey)> = targets.iter().filter_map(keyed).collect();
        let is_known = |target: &Target| known.iter().any(|(one, _)| one == target);
        let mut mine: Vec<Target> = targets
            .iter()
            .copied()
            .filter(|one| !is_known(one))
            .collect();
        let keys: Vec<ReplyKey> = known.iter().map(|(_, key)| *key).collect();
        let (mut records, mut answers) = (Vec::new(), Vec::new());
        let take = |at: usize, record: &ReplyRecord| {
            let target = known.get(at).map(|(target, _)| *target);
            let answer = target.and_then(|target| work.job.adopted(target, record, &self.delivery));
            let Some(answer) = answer else {
                return false;
            };
            records.push(record.clone());
            answers.push(answer);
            true
        };
        let (lease, shares) = cache.claim(&keys, take).await;
        let mut held = Vec::new();
        for ((target, _), share) in known.iter().zip(shares) {
            match share {
                Share::Ask => mine.push(*target),
                Share::Wait => held.push(*target),
                Share::Found => {}
            }
        }
        if !records.is_empty() {
            cache.adopt(records).await;
            work.accepted.add(answers);
        }
        // As they stood in the batch.
        let order = |target: &Target| targets.iter().position(|one| one == target);
        mine.sort_by_key(order);
        (lease, mine, held)
    }

    fn order(&self, open: &[OpenFile]) -> Order {
        let project = &self.delivery.project;
        let batches = open.iter().flat_map(|file| {
            let module = project.module(&file.job.file.source.name);
            file.batches.iter().map(move |batch| (module, batch))
        });
        order(batches, &self.delivery)
    }

    /// Nothing more is to be begun.
    fn is_over(&self) -> bool {
        let questions = self.delivery.questions.as_ref();
        self.interrupt.is_requested() || questions.is_some_and(|questions| questions.are_over())
    }

    /// Waits until no question will be asked any more; for ever if none is.
    async fn quit(&self) {
        match &self.delivery.questions {
            Some(questions) => questions.over().await,
            None => std::future::pending().await,
        }
    }

    /// What becomes of a definition without an answer.
    fn unanswered(&self, fatal: Option<&Arc<LlmError>>) -> Status {
        match fatal {
            Some(error) if error.is_budget_used_up() => Status::Skipped {
                reason: error.to_string(),
            },
            Some(error) => Status::Failed {
                reason: format!("the run was stopped: {error}"),
            },
            None if self.interrupt.is_requested() => Status::Failed {
                reason: INTERRUPTED.to_owned(),
            },
            None => Status::Skipped {
                reason: "the run was ended before it was asked about".to_owned(),
            },
        }
    }
}
