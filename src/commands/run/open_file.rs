//! A file whose batches are on their way: its answers are gathered, and it is delivered once it is whole.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::commands::document::{Delivery, Done, Job};
use crate::generate::{Answer, Batch};
use crate::report::{ProgressTally, Status};

/// The answers to a file's definitions, each taken as soon as it is there: a batch may be given up in
/// its middle.
#[derive(Clone, Default)]
pub(super) struct Accepted(Arc<Mutex<Vec<Answer>>>);

impl Accepted {
    pub(super) fn add(&self, answers: Vec<Answer>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(answers);
    }

    fn take(&self) -> Vec<Answer> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A batch on its way.
pub(super) struct OpenBatch {
    /// Position of its file among the run's.
    pub(super) file: usize,
    pub(super) job: Arc<Job>,
    pub(super) accepted: Accepted,
    pub(super) batch: Batch,
}

/// A file whose batches are not all answered yet.
pub(super) struct OpenFile {
    pub(super) job: Arc<Job>,
    pub(super) batches: Vec<Batch>,
    pub(super) open_batches: usize,
    accepted: Accepted,
}

impl OpenFile {
    /// The file of a job, whose remembered answers are there.
    pub(super) fn new(mut job: Job, progress: &ProgressTally) -> Self {
        let batches = job.take_batches();
        let accepted = Accepted::default();
        let recalled = job.take_recalled();
        progress.recall(recalled.len());
        accepted.add(recalled);
        Self {
            job: Arc::new(job),
            open_batches: batches.len(),
            batches,
            accepted,
        }
    }

    /// Its batches, for the file at `index`.
    pub(super) fn take_batches(&mut self, index: usize) -> Vec<OpenBatch> {
        let batches = std::mem::take(&mut self.batches).into_iter();
        batches
            .map(|batch| OpenBatch {
                file: index,
                job: self.job.clone(),
                accepted: self.accepted.clone(),
                batch,
            })
            .collect()
    }

    /// Delivers the file on a thread of the pool, so that requests go on meanwhile; what was not answered
    /// becomes `unanswered`.
    pub(super) fn finish(
        &mut self,
        pool: &rayon::ThreadPool,
        delivery: Delivery,
        progress: ProgressTally,
        unanswered: Status,
    ) -> oneshot::Receiver<Done> {
        let (job, answers) = (self.job.clone(), self.accepted.take());
        let (sender, receiver) = oneshot::channel();
        pool.spawn(move || {
            let deliver = || job.finish(answers, &delivery, &unanswered);
            // A pool's thread that panics ends the process; this way it is an error like another.
            if let Ok(done) = catch_unwind(AssertUnwindSafe(deliver)) {
                if !job.selection.targets.is_empty() {
                    progress.finish_file();
                }
                // Nobody waits any more only when the run is over.
                _ = sender.send(done);
            }
        });
        receiver
    }
}
