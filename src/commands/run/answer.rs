//! Answers to what a run asks for, and each file delivered as soon as its last one is there.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use futures::StreamExt as _;
use rayon::prelude::*;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use super::super::document::{Delivery, Done, Job};
use super::interrupt::Interrupt;
use super::words::Words;
use crate::commands::Error;
use crate::config::Llm;
use crate::generate::{Answer, Batch, batches, complete};
use crate::llm::{Client, LlmError};
use crate::report::{Progress, Status};

/// What came of the jobs.
pub(super) struct Finished {
    pub(super) done: Vec<Done>,
    /// The model will serve nobody any more.
    pub(super) fatal: Option<Arc<LlmError>>,
}

/// Where answers come from, and what is done with them.
pub(super) struct Answering<'a> {
    pub(super) words: &'a Words<'a>,
    pub(super) pool: &'a rayon::ThreadPool,
    pub(super) runtime: &'a Runtime,
    pub(super) interrupt: &'a Interrupt,
    pub(super) delivery: Delivery,
    pub(super) progress: &'a Progress,
}

impl Answering<'_> {
    /// Has every job answered and delivered.
    pub(super) fn finish(&self, jobs: Vec<Job>) -> Result<Finished, Error> {
        let prepare = |mut job: Job| {
            job.prepare(&self.delivery.project);
            job
        };
        let jobs = self
            .pool
            .install(|| jobs.into_par_iter().map(prepare).collect());
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
                job.offline_answers(&self.delivery.project)
            };
            let done = job.finish(answers, &self.delivery, &self.unanswered(None));
            self.progress
                .advance(job.selection.targets.len(), job.file.source.name.as_str());
            done
        };
        // Questions are asked in the order of the files.
        let done = self.pool.install(|| match self.delivery.questions {
            Some(_) => jobs.into_iter().map(document).collect(),
            None => jobs.into_par_iter().map(document).collect(),
        });
        Finished { done, fatal: None }
    }

    /// Sends the batches of all jobs, as many at once as the settings allow.
    fn online(&self, client: &Client, settings: &Llm, jobs: Vec<Job>) -> Result<Finished, Error> {
        let fatal: OnceLock<Arc<LlmError>> = OnceLock::new();
        // Prompts are weighed here, which takes a search for secrets and so a parser's stack.
        let mut open: Vec<OpenFile> = self.pool.install(|| {
            jobs.into_par_iter()
                .map(|job| OpenFile::new(job, &self.delivery))
                .collect()
        });
        let work: Vec<(usize, Batch)> = open
            .iter_mut()
            .enumerate()
            .flat_map(|(index, file)| file.take_batches(index))
            .collect();
        let sources: Vec<(Arc<Job>, Accepted)> = open
            .iter()
            .map(|file| (file.job.clone(), file.accepted.clone()))
            .collect();
        let done = self.runtime.block_on(async {
            // The only place where requests run concurrently.
            let mut answered = futures::stream::iter(work)
                .map(|(index, batch)| {
                    let ((job, accepted), fatal) = (&sources[index], &fatal);
                    async move {
                        let size = batch.targets.len();
                        if fatal.get().is_some() || self.is_over() {
                            return (index, 0);
                        }
                        let keep = |answer| accepted.add(answer);
                        let examples = job.examples(&batch.targets, &self.delivery);
                        let assignment = job.assignment(&self.delivery, &examples);
                        let error = complete(client, assignment, batch, keep).await;
                        if let Some(error) = error {
                            _ = fatal.set(error);
                            client.close();
                        }
                        (index, size)
                    }
                })
                .buffer_unordered(settings.max_concurrency());
            let mut delivered = Vec::new();
            for file in open.iter_mut().filter(|file| file.open_batches == 0) {
                delivered.push(file.finish(self, fatal.get()));
            }
            let mut is_closed = false;
            loop {
                let next = tokio::select! {
                    next = answered.next() => next,
                    // Nobody would be asked about what is still in flight.
                    () = self.quit() => None,
                    () = self.interrupt.stopped() => None,
                    () = self.interrupt.requested(), if !is_closed => {
                        client.close();
                        is_closed = true;
                        continue;
                    }
                };
                let Some((index, size)) = next else { break };
                self.progress
                    .advance(size, sources[index].0.file.source.name.as_str());
                if let Some(file) = open.get_mut(index) {
                    file.open_batches -= 1;
                    if file.open_batches == 0 {
                        delivered.push(file.finish(self, fatal.get()));
                    }
                }
            }
            for file in open.iter_mut().filter(|file| file.open_batches > 0) {
                delivered.push(file.finish(self, fatal.get()));
            }
            futures::future::join_all(delivered).await
        });
        let done = done.into_iter().collect::<Result<Vec<Done>, _>>();
        Ok(Finished {
            done: done.map_err(|_| Error::Unfinished)?,
            fatal: fatal.into_inner(),
        })
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
            Some(error) => Status::Failed {
                reason: format!("the run was stopped: {error}"),
            },
            None if self.interrupt.is_requested() => Status::Failed {
                reason: "the run was interrupted".to_owned(),
            },
            None => Status::Skipped {
                reason: "the run was ended before it was asked about".to_owned(),
            },
        }
    }
}

/// The answers to a file's definitions, each kept as soon as it is there: a batch may be given up in
/// its middle.
#[derive(Clone, Default)]
struct Accepted(Arc<Mutex<Vec<Answer>>>);

impl Accepted {
    fn add(&self, answer: Answer) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(answer);
    }

    fn take(&self) -> Vec<Answer> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A file whose batches are not all answered yet.
struct OpenFile {
    job: Arc<Job>,
    batches: Vec<Batch>,
    open_batches: usize,
    accepted: Accepted,
}

impl OpenFile {
    fn new(job: Job, delivery: &Delivery) -> Self {
        let batches = batches(&job.assignment(delivery, &[]), job.wanted());
        Self {
            job: Arc::new(job),
            open_batches: batches.len(),
            batches,
            accepted: Accepted::default(),
        }
    }

    fn take_batches(&mut self, index: usize) -> Vec<(usize, Batch)> {
        std::mem::take(&mut self.batches)
            .into_iter()
            .map(|batch| (index, batch))
            .collect()
    }

    /// Delivers the file on a thread of the pool, so that requests go on meanwhile.
    fn finish(
        &mut self,
        answering: &Answering<'_>,
        fatal: Option<&Arc<LlmError>>,
    ) -> oneshot::Receiver<Done> {
        let (job, delivery) = (self.job.clone(), answering.delivery.clone());
        let (answers, unanswered) = (self.accepted.take(), answering.unanswered(fatal));
        let (sender, receiver) = oneshot::channel();
        answering.pool.spawn(move || {
            let deliver = || job.finish(answers, &delivery, &unanswered);
            // A pool's thread that panics ends the process; this way it is an error like another.
            if let Ok(done) = catch_unwind(AssertUnwindSafe(deliver)) {
                // Nobody waits any more only when the run is over.
                _ = sender.send(done);
            }
        });
        receiver
    }
}
