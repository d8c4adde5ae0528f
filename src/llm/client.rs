//! The client: the path of a request from its turn to its answer.

mod admission;
mod attempt;
mod outage;
mod stats;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;

use super::auth::Credentials;
use super::budget::BudgetGate;
use super::call::Call;
use super::chat::{ChatRequest, Completion, Finish, Urgency, Usage};
use super::deployment::{Deployment, Lessons};
use super::embedding::{EmbeddingRequest, Embeddings, batches, fitting};
use super::error::{Failure, LlmError};
use super::http;
use super::pool::{Pool, Shared, Slot};
use super::record::RequestLog;
use super::retry::{Again, Attempts, Exceeded, Sign, Verdict};
use super::shared_quota::SharedQuota;
use crate::config;

use admission::{Admission, Applicant};
use attempt::{Attempt, Link};
use outage::Outage;

/// No server has more to teach about one request than this.
const MAX_LESSONS: u32 = 8;

/// A request is sent with another token this often: once for another scope, once for a fresh one.
const MAX_RENEWALS: u32 = 2;

/// The longest time that a deployment is paused for while others go on; a longer wait gives it up.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// A model, behind one deployment or several. Requests may be made
/// concurrently; they share the quotas.
pub struct Client {
    deployments: Vec<Deployment>,
    admission: Admission,
    link: Link,
    outage: Outage,
    retries: AtomicU32,
    noticed: Mutex<BTreeMap<String, u64>>,
}

impl Client {
    /// Prepares to send requests; sends none yet.
    pub fn new(settings: &config::Llm) -> Result<Self, LlmError> {
        Self::sharing(settings, None, BudgetGate::open())
    }

    /// The same, with quotas that `keeper` keeps for several machines, and a budget that its requests
    /// share with others.
    pub fn sharing(
        settings: &config::Llm,
        keeper: Option<Arc<dyn SharedQuota>>,
        budget: Arc<BudgetGate>,
    ) -> Result<Self, LlmError> {
        let http = http::client(&settings.network)?;
        let mut credentials = Credentials::new(&http, &settings.network);
        let deployments = settings.deployments.iter();
        let deployments: Vec<Deployment> = deployments
            .map(|deployment| Deployment::new(settings, deployment, &mut credentials))
            .collect::<Result<_, _>>()?;
        let accounts = deployments.iter().map(|one| one.endpoint.account());
        let shared = keeper.map(|keeper| Shared {
            keeper,
            accounts: accounts.collect(),
        });
        let quotas = settings.deployments.iter().map(|one| one.quota);
        Ok(Self {
            deployments,
            admission: Admission::new(Pool::new(quotas, shared), budget),
            link: Link {
                http,
                network: settings.network.clone(),
                retry: settings.retry,
                log: RequestLog::default(),
            },
            outage: Outage::default(),
            retries: AtomicU32::new(0),
            noticed: Mutex::default(),
        })
    }

    /// Asks the model for a completion.
    pub async fn complete(&self, request: &ChatRequest) -> Result<Completion, LlmError> {
        self.complete_noting(request, &|| {}).await
    }

    /// Somebody who wants to know when each of their requests has its turn for the first time.
    #[must_use]
    pub fn asker<'c>(&'c self, on_turn: &'c (dyn Fn(&ChatRequest) + Sync)) -> Asker<'c> {
        Asker {
            client: self,
            on_turn,
        }
    }

    /// Says how many requests are still to come besides those that wait for their turn: with it goes
    /// whether the quota is scarce, and then it is spent evenly.
    pub fn expect(&self, requests: usize) {
        self.admission.pool.expect(requests);
    }

    async fn complete_noting(
        &self,
        request: &ChatRequest,
        on_turn: &(dyn Fn() + Sync),
    ) -> Result<Completion, LlmError> {
        let completion = self.ask(request, on_turn).await?;
        if completion.finish == Finish::Stop {
            let mut noticed = lock(&self.noticed);
            for category in &completion.noticed {
                *noticed.entry(category.clone()).or_default() += 1;
            }
        }
        Ok(completion)
    }

    /// Asks the model for the vectors of `texts`, in as many requests as that takes. A text that is
    /// too long for a model is cut. Fewer `dimensions` than the model's own are for models that can
    /// make them.
    pub async fn embed(
        &self,
        texts: &[&str],
        dimensions: Option<u32>,
    ) -> Result<Embeddings, LlmError> {
        let mut vectors = vec![Vec::new(); texts.len()];
        let keep = |start: usize, batch: Vec<Vec<f32>>| {
            for (place, vector) in vectors.iter_mut().skip(start).zip(batch) {
                *place = vector;
            }
        };
        let usage = self.embed_each(texts, dimensions, keep).await?;
        Ok(Embeddings {
            vectors,
            usage,
            model: None,
        })
    }

    /// The same, with the vectors of each request given to `keep` as soon as they are there, with the
    /// position of the first one's text: what was paid for is not lost when a later request fails.
    pub async fn embed_each(
        &self,
        texts: &[&str],
        dimensions: Option<u32>,
        mut keep: impl FnMut(usize, Vec<Vec<f32>>),
    ) -> Result<Usage, LlmError> {
        let texts: Vec<&str> = texts.iter().map(|text| fitting(text)).collect();
        let mut start = 0;
        let asked = batches(&texts).into_iter().map(|texts| {
            let first = start;
            start += texts.len();
            async move {
                let request = EmbeddingRequest { texts, dimensions };
                (first, self.ask(&request, &|| {}).await)
            }
        });
        let mut answers: FuturesUnordered<_> = asked.collect();
        let mut usage = Usage::default();
        let mut failed = None;
        while let Some((first, answer)) = answers.next().await {
            match answer {
                Ok(answer) => {
                    usage += answer.usage;
                    keep(first, answer.vectors);
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(usage), Err)
    }

    /// A request's whole path: room in the budget, its turn at a deployment, send, classify, what it cost,
    /// and then the answer, a lesson, another attempt or the end.
    async fn ask<C: Call>(
        &self,
        request: &C,
        on_turn: &(dyn Fn() + Sync),
    ) -> Result<C::Answer, LlmError> {
        let applicant = Applicant::new(request, &self.deployments);
        let mut attempts = Attempts::new(self.link.retry);
        let mut urgency = request.urgency();
        let mut lessons = 0;
        let mut renewals = 0;
        // The deployments that have failed since the last time that the request waited.
        let mut tried: Vec<usize> = Vec::new();
        loop {
            let admitted = self.admission.admit(&applicant, urgency, &tried);
            let (mut reserved, slot) = admitted.await?;
            on_turn();
            let deployment = &self.deployments[slot.index];
            attempts
                .begin(Instant::now())
                .map_err(|last| self.exhausted(slot.index, &attempts, last))?;
            urgency = Urgency::Again;
            let attempt = Attempt::new(request, deployment, &slot, attempts.sent());
            reserved.sent();
            let verdict = attempt.send(&self.link, &self.admission).await;
            reserved.settle_aside(attempt.charge(&verdict));
            match verdict {
                Verdict::Completed(mut answer) => {
                    self.outage.answered();
                    deployment.count_answer::<C>(applicant.characters, attempt.room, &mut answer);
                    return Ok(answer);
                }
                Verdict::Adapt(complaint, error) => {
                    lessons += 1;
                    if lessons > MAX_LESSONS || !deployment.learn(attempt.dialect, &complaint) {
                        return Err(error);
                    }
                    slot.try_anew();
                    attempts.discount();
                }
                Verdict::Retry(again) => {
                    tried.push(slot.index);
                    self.wait(again, slot, &mut attempts, &mut tried).await?;
                }
                Verdict::Fail(LlmError::OutputLimit { .. }) => {
                    let has_more_room = deployment.cut_off(attempt.room);
                    return Err(LlmError::OutputLimit { has_more_room });
                }
                // A firewall on the way may mind one prompt and not the others.
                Verdict::Fail(LlmError::Forbidden {
                    target,
                    message,
                    is_foreign: true,
                }) if deployment.has_answered() => {
                    return Err(LlmError::Blocked { target, message });
                }
                Verdict::Fail(LlmError::QuotaExhausted {
                    retry_after: Some(wait),
                    ..
                }) if wait <= LONGEST_PAUSE && self.admission.pool.has_hope_without(slot.index) => {
                    slot.throttled(wait, false);
                    attempts.discount();
                }
                Verdict::Fail(LlmError::Unauthorized { message, .. })
                    if renewals < MAX_RENEWALS && deployment.auth.rejected(&message) =>
                {
                    renewals += 1;
                    slot.try_anew();
                    attempts.discount();
                }
                Verdict::Fail(error) if error.is_of_deployment() && slot.give_up() => {
                    if deployment.count_out(&error) {
                        tracing::warn!("going on with the other deployments: {error}");
                    }
                    attempts.discount();
                }
                Verdict::Fail(error) => return Err(error),
            }
        }
    }

    /// Sends nothing from now on: what is in flight is still answered, and everything else fails with
    /// [`LlmError::Closed`], what waits for its turn or for another attempt at once.
    pub fn close(&self) {
        self.admission.close();
    }

    /// Begins with what earlier runs were taught, by the names that [`Self::lessons`] gives.
    pub fn remember(&self, lessons: &BTreeMap<String, Lessons>) {
        for deployment in &self.deployments {
            if let Some(known) = lessons.get(&deployment.endpoint.key()) {
                deployment.remember(known);
            }
        }
    }

    /// What the deployments have taught about how they are to be asked.
    #[must_use]
    pub fn lessons(&self) -> BTreeMap<String, Lessons> {
        let deployments = self.deployments.iter();
        deployments
            .filter_map(|deployment| Some((deployment.endpoint.key(), deployment.lessons()?)))
            .collect()
    }

    /// Waits until the request may be sent again. A throttled one holds back everybody who would go
    /// to its deployment; another deployment is tried at once.
    async fn wait(
        &self,
        again: Again,
        slot: Slot<'_>,
        attempts: &mut Attempts,
        tried: &mut Vec<usize>,
    ) -> Result<(), LlmError> {
        let (sign, after) = (again.sign, again.after);
        let index = slot.index;
        let next = attempts.next_wait(again, Instant::now());
        match sign {
            Sign::Throttled(exceeded) => {
                if let Some(pause) = next.as_ref().ok().copied().or(after) {
                    slot.throttled(pause, exceeded == Exceeded::Requests);
                }
            }
            Sign::Overloaded => slot.failed(true),
            Sign::Broken => slot.failed(false),
        }
        drop(slot);
        let wait = next.map_err(|last| self.exhausted(index, attempts, last))?;
        self.retries.fetch_add(1, Ordering::Relaxed);
        if matches!(sign, Sign::Throttled(_)) {
            // The pause is the deployment's; the request may go to another one.
            tried.clear();
        } else if !self.admission.pool.has_other(tried) {
            tried.clear();
            self.admission
                .unless_closed(tokio::time::sleep(wait))
                .await?;
        }
        Ok(())
    }

    /// The error of a request that has run out of attempts.
    fn exhausted(&self, index: usize, attempts: &Attempts, last: Failure) -> LlmError {
        let elapsed = attempts.elapsed(Instant::now());
        let is_unreachable = last.is_connection() && !self.admission.pool.has_hope_without(index);
        LlmError::RetriesExhausted {
            target: self.deployments[index].endpoint.target.clone(),
            attempts: attempts.sent(),
            elapsed,
            is_outage: self.outage.exhausted(elapsed, is_unreachable),
            last,
        }
    }
}

/// Somebody who asks, and is told when a request of theirs has its turn.
#[derive(Clone, Copy)]
pub struct Asker<'c> {
    client: &'c Client,
    on_turn: &'c (dyn Fn(&ChatRequest) + Sync),
}

impl Asker<'_> {
    /// Asks the model for a completion.
    pub async fn complete(&self, request: &ChatRequest) -> Result<Completion, LlmError> {
        let is_told = AtomicBool::new(false);
        let on_turn = || {
            if !is_told.swap(true, Ordering::Relaxed) {
                (self.on_turn)(request);
            }
        };
        self.client.complete_noting(request, &on_turn).await
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let targets = self.deployments.iter().map(|one| &one.endpoint.target);
        f.debug_struct("Client")
            .field("deployments", &targets.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
