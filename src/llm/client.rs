//! The client: the path of a request from its turn to its answer.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use reqwest::header::CONTENT_TYPE;
use tokio::sync::watch;
use tracing::Instrument as _;

use super::adapt::Dialect;
use super::auth::Credentials;
use super::budget::{BudgetGate, Charge, Reservation, Spending};
use super::call::Call;
use super::chat::{
    ChatRequest, Completion, Finish, KnownModel, Live, Sender, Stats, Tokens, Urgency, Usage,
};
use super::deployment::{Deployment, Lessons};
use super::embedding::{EmbeddingRequest, Embeddings, batches, fitting};
use super::error::{Failure, LlmError, excerpt};
use super::http;
use super::pool::{NoTurn, Pool, Shared, Slot};
use super::price::Bill;
use super::rate_headers::RateHeaders;
use super::record::{RequestEnd, RequestRecord};
use super::retry::{Again, Answer, Attempts, Exceeded, Sign, Verdict, classify};
use super::shared_quota::SharedQuota;
use super::transport::{Unanswered, read_answer};
use crate::config;

/// No server has more to teach about one request than this.
const MAX_LESSONS: u32 = 8;

/// A request is sent with another token this often: once for another scope, once for a fresh one.
const MAX_RENEWALS: u32 = 2;

/// Requests that have to run out of attempts, with no answer to any other since they began, until the
/// service counts as out of order.
const OUTAGE: u32 = 3;

/// The longest time that a deployment is paused for while others go on; a longer wait gives it up.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// Less than this is no wait.
const NO_WAIT: Duration = Duration::from_millis(1);

/// The target of events that hold a prompt or a reply. Nothing shows them unless asked to.
const BODIES: &str = "docgen::bodies";

/// A model, behind one deployment or several. Requests may be made
/// concurrently; they share the quotas.
pub struct Client {
    http: reqwest::Client,
    deployments: Vec<Deployment>,
    pool: Pool,
    budget: Arc<BudgetGate>,
    network: config::Network,
    retry: config::Retry,
    records: Mutex<Vec<RequestRecord>>,
    sent: AtomicU64,
    noticed: Mutex<BTreeMap<String, u64>>,
    retries: AtomicU32,
    exhausted: AtomicU32,
    answered_at: Mutex<Option<Instant>>,
    closed: watch::Sender<bool>,
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
            http,
            pool: Pool::new(quotas, shared),
            budget,
            deployments,
            network: settings.network.clone(),
            retry: settings.retry,
            records: Mutex::default(),
            sent: AtomicU64::new(0),
            noticed: Mutex::default(),
            retries: AtomicU32::new(0),
            exhausted: AtomicU32::new(0),
            answered_at: Mutex::default(),
            closed: watch::Sender::new(false),
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
        self.pool.expect(requests);
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
        let characters = request.characters();
        let mut attempts = Attempts::new(self.retry);
        let mut urgency = request.urgency();
        let mut lessons = 0;
        let mut renewals = 0;
        // The deployments that have failed since the last time that the request waited.
        let mut tried: Vec<usize> = Vec::new();
        loop {
            let admitted = self.admitted(request, characters, urgency, &tried);
            let (mut reserved, slot) = admitted.await?;
            on_turn();
            let deployment = &self.deployments[slot.index];
            attempts
                .begin(Instant::now())
                .map_err(|last| self.exhausted(slot.index, &attempts, last))?;
            urgency = Urgency::Again;
            let (dialect, room) = (deployment.dialect(), deployment.reasoning_room());
            let sent = Sent {
                request,
                dialect,
                room,
                attempt: attempts.sent(),
            };
            reserved.sent();
            let verdict = self.send(sent, &slot).await;
            reserved.settle_aside(charge::<C>(&verdict, deployment));
            match verdict {
                Verdict::Completed(mut answer) => {
                    self.exhausted.store(0, Ordering::Relaxed);
                    *lock(&self.answered_at) = Some(Instant::now());
                    deployment.count_answer::<C>(characters, room, &mut answer);
                    return Ok(answer);
                }
                Verdict::Adapt(complaint, error) => {
                    lessons += 1;
                    if lessons > MAX_LESSONS || !deployment.learn(dialect, &complaint) {
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
                    let has_more_room = deployment.cut_off(room);
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
                }) if wait <= LONGEST_PAUSE && self.pool.has_hope_without(slot.index) => {
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
        self.closed.send_replace(true);
    }

    /// What the client has done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let accounts = self.deployments.iter().zip(self.pool.settled());
        let deployments: Vec<_> = accounts
            .map(|(deployment, settled)| deployment.stats(settled))
            .collect();
        let reading = self.pool.read();
        let mut records = lock(&self.records).clone();
        records.sort_by_key(|record| record.number);
        let mut stats = Stats {
            retries: self.retries.load(Ordering::Relaxed).into(),
            records,
            held: reading.held,
            busy: reading.busy,
            awaited: reading.awaited,
            noticed: lock(&self.noticed).clone(),
            ..Stats::default()
        };
        for one in &deployments {
            stats.requests += one.requests;
            stats.throttled += one.throttled;
            stats.usage += one.usage;
            stats.bill += one.bill;
        }
        stats.deployments = deployments;
        stats
    }

    /// What the client does now. It is cheap enough to be asked several times a second.
    #[must_use]
    pub fn live(&self) -> Live {
        let reading = self.pool.read();
        let mut live = Live {
            in_flight: reading.in_flight,
            waiting: reading.waiting,
            hold: reading.hold,
            retries: self.retries.load(Ordering::Relaxed).into(),
            requests_last_minute: reading.requests_last_minute,
            tokens_last_minute: reading.tokens_last_minute,
            requests_per_minute: reading.requests_per_minute,
            tokens_per_minute: reading.tokens_per_minute,
            ..Live::default()
        };
        for deployment in &self.deployments {
            deployment.add_to(&mut live);
        }
        live
    }

    /// What is known of the models behind the deployments, in their order.
    #[must_use]
    pub fn models(&self) -> Vec<KnownModel> {
        let deployments = self.deployments.iter();
        deployments.map(Deployment::model).collect()
    }

    /// The deployments' names and hosts, in their order.
    #[must_use]
    pub fn targets(&self) -> Vec<String> {
        let deployments = self.deployments.iter();
        deployments
            .map(|deployment| deployment.endpoint.target.to_string())
            .collect()
    }

    /// Tokens that a request's output limit leaves for reasoning at each deployment, in their order.
    #[must_use]
    pub fn reasoning_rooms(&self) -> Vec<u64> {
        let deployments = self.deployments.iter();
        deployments.map(Deployment::reasoning_room).collect()
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

    /// Waits for the request's turn at a deployment. What it costs there is counted when it is its
    /// turn: answers to others may have changed that meanwhile.
    async fn turn<C: Call>(
        &self,
        request: &C,
        characters: usize,
        urgency: Urgency,
        tried: &[usize],
    ) -> Result<Slot<'_>, LlmError> {
        let costs = || -> Vec<Tokens> {
            let deployments = self.deployments.iter();
            deployments
                .map(|deployment| deployment.cost(request, characters))
                .collect()
        };
        let slot = self.pool.slot(costs, urgency, tried);
        self.unless_closed(slot)
            .await?
            .map_err(|reason| match reason {
                NoTurn::NobodyLeft => LlmError::Closed,
                NoTurn::TooLarge(cost) => LlmError::LargerThanQuota { cost },
            })
    }

    /// Waits until there is room for the request in the budget, and then for its turn.
    async fn admitted<C: Call>(
        &self,
        request: &C,
        characters: usize,
        urgency: Urgency,
        tried: &[usize],
    ) -> Result<(Reservation, Slot<'_>), LlmError> {
        let worst = || self.worst(request, characters);
        loop {
            let reserved = self.budget.reserve(worst, urgency);
            let mut reserved = self.unless_closed(reserved).await??;
            let slot = match self.turn(request, characters, urgency, tried).await {
                Ok(slot) if reserved.covers(worst()) => slot,
                // Answers to others have given the model more room to think.
                Ok(_) => {
                    reserved.settle_aside(Charge::Nothing);
                    continue;
                }
                Err(error) => {
                    reserved.settle_aside(Charge::Nothing);
                    return Err(error);
                }
            };
            match reserved.enter().await? {
                Ok(reserved) => return Ok((reserved, slot)),
                Err(no_room) => {
                    drop(slot);
                    self.unless_closed(no_room.changed()).await?;
                }
            }
        }
    }

    /// What a request may cost at most, wherever it is sent.
    fn worst<C: Call>(&self, request: &C, characters: usize) -> Spending {
        let deployments = self.deployments.iter();
        deployments
            .map(|deployment| deployment.worst(request, characters))
            .fold(Spending::default(), Spending::most)
    }

    /// Waits for `turn`, but no longer than the client is open and the budget lasts.
    async fn unless_closed<T>(&self, turn: impl Future<Output = T>) -> Result<T, LlmError> {
        let mut closed = self.closed.subscribe();
        tokio::select! {
            biased;
            _ = closed.wait_for(|is_closed| *is_closed) => Err(LlmError::Closed),
            over = self.budget.stopped() => Err(LlmError::OverBudget(over)),
            turn = turn => Ok(turn),
        }
    }

    /// Sends one attempt, reads the answer to its end, and tells the deployment's account.
    async fn send<C: Call>(&self, sent: Sent<'_, C>, slot: &Slot<'_>) -> Verdict<C::Answer> {
        let deployment = &self.deployments[slot.index];
        let span = tracing::debug_span!(
            "request",
            deployment = %deployment.endpoint.target,
            attempt = sent.attempt,
            waited_ms = milliseconds(slot.waited),
            status = tracing::field::Empty,
            latency_ms = tracing::field::Empty,
            prompt_tokens = tracing::field::Empty,
            completion_tokens = tracing::field::Empty,
            cached_tokens = tracing::field::Empty,
            request_id = tracing::field::Empty,
        );
        let verdict = self
            .attempt(&sent, deployment, slot)
            .instrument(span.clone())
            .await;
        let _entered = span.enter();
        match &verdict {
            Verdict::Completed(_) => tracing::debug!("answer"),
            Verdict::Adapt(complaint, _) => tracing::debug!("not taken as written: {complaint}"),
            Verdict::Retry(again) => tracing::debug!("no answer: {}", again.failure),
            Verdict::Fail(error) => tracing::debug!("no answer: {error}"),
        }
        verdict
    }

    async fn attempt<C: Call>(
        &self,
        sent: &Sent<'_, C>,
        deployment: &Deployment,
        slot: &Slot<'_>,
    ) -> Verdict<C::Answer> {
        let body = match deployment.body(sent.request, sent.dialect, sent.room) {
            Ok(body) => body,
            Err(error) => return Verdict::Fail(error),
        };
        // Nothing is in flight yet that would have to be waited for.
        let header = match self.unless_closed(deployment.auth.header()).await {
            Ok(Ok(header)) => header,
            Ok(Err(error)) | Err(error) => return Verdict::Fail(error),
        };
        tracing::trace!(target: BODIES, body = %String::from_utf8_lossy(&body), "request");
        let mut post = self
            .http
            .post(deployment.endpoint.url(C::OPERATION))
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        if let Some((name, value)) = header {
            post = post.header(name, value);
        }
        deployment.count_request();
        let mut record = self.record(sent, deployment, slot);
        let start = Instant::now();
        let answer = read_answer(post, &self.network).await;
        let latency = start.elapsed();
        record.latency = latency;
        let span = tracing::Span::current();
        span.record("latency_ms", milliseconds(latency));
        let mut verdict = match answer {
            Ok(answer) => self.read(sent, answer, slot, &mut record),
            Err(Unanswered::Passing(failure)) => Verdict::Retry(Again::after_failure(failure)),
            Err(Unanswered::Untrusted(message)) => Verdict::Fail(LlmError::Untrusted {
                target: deployment.endpoint.target.clone(),
                message,
            }),
            Err(Unanswered::ProxyDenied) => {
                Verdict::Fail(LlmError::ProxyDenied(deployment.endpoint.target.clone()))
            }
        };
        if let Verdict::Completed(answer) = &mut verdict {
            let sender = Sender {
                deployment: deployment.name.clone(),
                latency,
            };
            C::note_sender(answer, sender);
            let usage = C::usage(answer);
            span.record("prompt_tokens", usage.prompt.get());
            span.record("completion_tokens", usage.completion.get());
            span.record("cached_tokens", usage.cached.get());
            slot.completed(latency, usage.completion);
            record.usage = usage;
            record.model = C::model(answer).map(ToOwned::to_owned);
            record.usd = deployment.usd(record.model.as_deref(), usage);
            deployment.count_bill(record.model.as_deref(), Bill::of(record.usd));
        } else {
            let is_throttled = matches!(&verdict, Verdict::Retry(again) if again.is_throttled());
            deployment.count_failure(is_throttled);
        }
        record.end = ending(&verdict);
        lock(&self.records).push(record);
        verdict
    }

    /// The record of a request that leaves now.
    fn record<C: Call>(
        &self,
        sent: &Sent<'_, C>,
        deployment: &Deployment,
        slot: &Slot<'_>,
    ) -> RequestRecord {
        RequestRecord {
            number: self.sent.fetch_add(1, Ordering::Relaxed) + 1,
            operation: C::OPERATION,
            about: sent.request.about().to_string(),
            is_follow_up: sent.request.urgency() == Urgency::FollowUp,
            target: deployment.endpoint.target.to_string(),
            sent_at: SystemTime::now(),
            waited: slot.waited,
            held_by: slot.held_by.filter(|_| slot.waited >= NO_WAIT),
            latency: Duration::ZERO,
            attempt: sent.attempt,
            status: None,
            end: RequestEnd::Answered,
            model: None,
            characters: sent.request.characters(),
            admitted: slot.admitted,
            usage: Usage::default(),
            usd: None,
            request_id: None,
        }
    }

    /// Reads an answer, its headers and its body.
    fn read<C: Call>(
        &self,
        sent: &Sent<'_, C>,
        mut answer: Answer,
        slot: &Slot<'_>,
        record: &mut RequestRecord,
    ) -> Verdict<C::Answer> {
        let deployment = &self.deployments[slot.index];
        record.status = Some(answer.status.as_u16());
        let header = |name: &str| {
            let value = answer.headers.get(name)?.to_str().ok()?;
            Some(excerpt(value))
        };
        let span = tracing::Span::current();
        span.record("status", answer.status.as_u16());
        if let Some(id) = header("apim-request-id").or_else(|| header("x-request-id")) {
            let id = deployment.auth.redact(id);
            span.record("request_id", &id);
            record.request_id = Some(id);
        }
        if answer.status.is_success() {
            slot.correct(&RateHeaders::read(&answer.headers));
        } else {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            answer.body = deployment.auth.redact(text).into_bytes();
        }
        let text = || String::from_utf8_lossy(&answer.body).into_owned();
        tracing::trace!(target: BODIES, body = %deployment.auth.redact(text()), "reply");
        classify(
            &answer,
            |body| sent.request.read(body),
            &deployment.endpoint.target,
            &self.retry,
            SystemTime::now(),
        )
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
        } else if !self.pool.has_other(tried) {
            tried.clear();
            self.unless_closed(tokio::time::sleep(wait)).await?;
        }
        Ok(())
    }

    fn exhausted(&self, index: usize, attempts: &Attempts, last: Failure) -> LlmError {
        let in_a_row = self.exhausted.fetch_add(1, Ordering::Relaxed) + 1;
        let elapsed = attempts.elapsed(Instant::now());
        let answered_at = *lock(&self.answered_at);
        // Nobody will connect where the first ones could not, unless there is somewhere else to go.
        let is_unreachable =
            last.is_connection() && answered_at.is_none() && !self.pool.has_hope_without(index);
        let is_silent = answered_at.is_none_or(|at| at.elapsed() >= elapsed);
        LlmError::RetriesExhausted {
            target: self.deployments[index].endpoint.target.clone(),
            attempts: attempts.sent(),
            elapsed,
            is_outage: is_unreachable || (in_a_row >= OUTAGE && is_silent),
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

/// An attempt as it was written.
struct Sent<'a, C> {
    request: &'a C,
    dialect: Dialect,
    room: u64,
    attempt: u32,
}

/// What came of a request, for its record.
fn ending<T>(verdict: &Verdict<T>) -> RequestEnd {
    match verdict {
        Verdict::Completed(_) => RequestEnd::Answered,
        Verdict::Retry(again) if again.is_throttled() => RequestEnd::Throttled,
        Verdict::Retry(again) => RequestEnd::Failed(again.failure.to_string()),
        Verdict::Adapt(complaint, _) => {
            RequestEnd::Failed(format!("not taken as written: {complaint}"))
        }
        Verdict::Fail(LlmError::QuotaExhausted { .. }) => RequestEnd::Throttled,
        Verdict::Fail(error) => RequestEnd::Failed(error.to_string()),
    }
}

/// What an attempt has cost. Azure bills what it has processed, whatever the status: a prompt that the
/// content filter blocks with its reply, an input that is too long, a 408; and neither a 401 nor a 429
/// (its «Plan to manage costs», «HTTP error response code and billing status»). What is not told is
/// counted as the most that it can be.
fn charge<C: Call>(verdict: &Verdict<C::Answer>, deployment: &Deployment) -> Charge {
    match verdict {
        Verdict::Completed(answer) => {
            let (usage, model) = (C::usage(answer), C::model(answer));
            let tokens = usage.prompt + usage.completion;
            if tokens == Tokens::default() {
                return Charge::AtMost;
            }
            Charge::Known {
                tokens: tokens.get(),
                dollars: deployment.usd(model, usage),
                model: model.unwrap_or(&deployment.name).to_owned().into(),
            }
        }
        Verdict::Retry(again) if again.failure.may_be_billed() => Charge::AtMost,
        Verdict::Fail(
            LlmError::ContentFiltered { .. }
            | LlmError::ContextTooLong
            | LlmError::OutputLimit { .. },
        ) => Charge::AtMost,
        Verdict::Retry(_) | Verdict::Adapt(..) | Verdict::Fail(_) => Charge::Nothing,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let targets = self.deployments.iter().map(|one| &one.endpoint.target);
        f.debug_struct("Client")
            .field("deployments", &targets.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
