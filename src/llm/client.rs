//! The client: the path of a request from its prompt to its completion.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use reqwest::header::CONTENT_TYPE;
use tokio::sync::{Semaphore, watch};

use super::adapt::{Complaint, Dialect, Learned, Lesson};
use super::auth::Auth;
use super::chat::{ChatRequest, Completion, Stats};
use super::endpoint::Endpoint;
use super::error::{Failure, LlmError, excerpt};
use super::http;
use super::quota::Admission;
use super::retry::{Again, Answer, Attempts, Verdict, classify};
use super::transport::{Unanswered, read_answer};
use super::wire::{Body, Settings};
use crate::config;

/// No server has more to teach about one request than this.
const MAX_LESSONS: u32 = 8;

/// A deployment that completes chats. Requests may be made concurrently; they share its quota.
pub struct Client {
    http: reqwest::Client,
    endpoint: Endpoint,
    auth: Auth,
    settings: Settings,
    retry: config::Retry,
    permits: Semaphore,
    admission: Admission,
    learned: Learned,
    stats: Mutex<Stats>,
    closed: watch::Sender<bool>,
}

impl Client {
    /// Prepares to send requests; sends none yet.
    pub fn new(settings: &config::Llm) -> Result<Self, LlmError> {
        let deployment = settings.deployments.first();
        let deployment = deployment.ok_or_else(|| LlmError::Setup("no deployment".to_owned()))?;
        let endpoint = Endpoint::new(&deployment.surface)?;
        Ok(Self {
            http: http::client(&settings.network)?,
            auth: Auth::new(deployment.credential.as_ref(), &endpoint.target)?,
            settings: Settings {
                model: endpoint.model.clone(),
                temperature: settings.temperature,
                reasoning_effort: settings.reasoning_effort.clone(),
            },
            retry: settings.retry,
            permits: Semaphore::new(deployment.quota.max_concurrency.get()),
            admission: Admission::new(deployment.quota),
            learned: Learned::new(Dialect::new(endpoint.limit_name)),
            stats: Mutex::default(),
            closed: watch::Sender::new(false),
            endpoint,
        })
    }

    /// Asks the model. This is a request's whole path: permit, quota, send, classify, and then the
    /// answer, a lesson, another attempt or the end.
    pub async fn complete(&self, request: &ChatRequest) -> Result<Completion, LlmError> {
        let cost = request.admission_cost();
        let mut attempts = Attempts::new(self.retry);
        let mut lessons = 0;
        loop {
            let permit = self.unless_closed(self.permits.acquire()).await?;
            self.unless_closed(self.admission.admit(cost)).await?;
            let dialect = self.learned.dialect();
            attempts
                .begin(Instant::now())
                .map_err(|last| self.exhausted(&attempts, last))?;
            let sent = self.send(request, dialect, attempts.made()).await;
            drop(permit);
            let verdict = match sent {
                Ok(answer) => classify(
                    &answer,
                    &self.endpoint.target,
                    &self.retry,
                    SystemTime::now(),
                ),
                Err(verdict) => verdict,
            };
            match verdict {
                Verdict::Completed(completion) => {
                    self.count(|stats| stats.usage += completion.usage);
                    return Ok(completion);
                }
                Verdict::Adapt(complaint, error) => {
                    lessons += 1;
                    if lessons > MAX_LESSONS || !self.learn(dialect, &complaint) {
                        return Err(error);
                    }
                    attempts.discount();
                }
                Verdict::Retry(again) => self.wait(again, &mut attempts).await?,
                Verdict::Fail(error) => return Err(error),
            }
        }
    }

    /// Sends nothing from now on: what is in flight is still answered, and everything else fails with
    /// [`LlmError::Closed`], what waits for its turn or for another attempt at once.
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Waits for `turn`, but no longer than the client is open.
    async fn unless_closed<T>(&self, turn: impl Future<Output = T>) -> Result<T, LlmError> {
        let mut closed = self.closed.subscribe();
        tokio::select! {
            biased;
            _ = closed.wait_for(|is_closed| *is_closed) => Err(LlmError::Closed),
            turn = turn => Ok(turn),
        }
    }

    /// What the client has done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.stats
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Sends one attempt and reads the answer to its end.
    async fn send(
        &self,
        request: &ChatRequest,
        dialect: Dialect,
        attempt: u32,
    ) -> Result<Answer, Verdict> {
        let body = serde_json::to_vec(&Body::new(request, &self.settings, dialect))
            .map_err(|error| Verdict::Fail(LlmError::Setup(error.to_string())))?;
        let mut post = self
            .http
            .post(self.endpoint.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        if let Some((name, value)) = self.auth.header().await.map_err(Verdict::Fail)? {
            post = post.header(name, value);
        }
        self.count(|stats| stats.requests += 1);
        let start = Instant::now();
        let answer = read_answer(post).await;
        let latency = start.elapsed();
        match answer {
            Ok(mut answer) => {
                self.log_answer(&answer, attempt, latency);
                if !answer.status.is_success() {
                    let text = String::from_utf8_lossy(&answer.body).into_owned();
                    answer.body = self.auth.redact(text).into_bytes();
                }
                Ok(answer)
            }
            Err(failure) => {
                let target = &self.endpoint.target;
                tracing::debug!(deployment = %target, attempt, ?latency, "no answer: {failure:?}");
                Err(match failure {
                    Unanswered::Passing(failure) => Verdict::Retry(Again::after_failure(failure)),
                    Unanswered::Untrusted(message) => Verdict::Fail(LlmError::Untrusted {
                        target: target.clone(),
                        message,
                    }),
                })
            }
        }
    }

    fn log_answer(&self, answer: &Answer, attempt: u32, latency: Duration) {
        self.count(|stats| {
            stats.latencies.push(latency);
            stats.throttled += u64::from(answer.status.as_u16() == 429);
        });
        let header = |name: &str| {
            let value = answer.headers.get(name)?.to_str().ok()?;
            Some(excerpt(&self.auth.redact(value.to_owned())))
        };
        tracing::debug!(
            deployment = %self.endpoint.target,
            attempt,
            status = answer.status.as_u16(),
            ?latency,
            request_id = header("apim-request-id").or_else(|| header("x-request-id")),
            remaining_tokens = header("x-ratelimit-remaining-tokens"),
            "answer"
        );
    }

    /// Takes a server's complaint to heart for the rest of the run. Says whether the request would
    /// be written otherwise now.
    fn learn(&self, sent: Dialect, complaint: &Complaint) -> bool {
        let lesson = self.learned.learn(sent, complaint);
        let deployment = &self.endpoint.target;
        match lesson {
            Lesson::New if complaint.is_about_a_setting() => {
                tracing::warn!(
                    "{deployment} does not take a setting as given and goes without: {complaint}"
                );
            }
            Lesson::New => tracing::debug!(%deployment, "writing requests otherwise: {complaint}"),
            Lesson::Known | Lesson::Nothing => {}
        }
        lesson != Lesson::Nothing
    }

    /// Waits until the request may be sent again. A throttled one holds everybody back with it.
    async fn wait(&self, again: Again, attempts: &mut Attempts) -> Result<(), LlmError> {
        let Again {
            after,
            is_throttled,
            ..
        } = again;
        let next = attempts.next_wait(again, Instant::now());
        if is_throttled && let Some(pause) = next.as_ref().ok().copied().or(after) {
            self.admission.pause(pause);
        }
        let wait = next.map_err(|last| self.exhausted(attempts, last))?;
        self.count(|stats| stats.retries += 1);
        if !is_throttled {
            self.unless_closed(tokio::time::sleep(wait)).await?;
        }
        Ok(())
    }

    fn exhausted(&self, attempts: &Attempts, last: Failure) -> LlmError {
        LlmError::RetriesExhausted {
            target: self.endpoint.target.clone(),
            attempts: attempts.made(),
            elapsed: attempts.elapsed(Instant::now()),
            last,
        }
    }

    fn count(&self, change: impl FnOnce(&mut Stats)) {
        change(&mut self.stats.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("target", &self.endpoint.target)
            .finish_non_exhaustive()
    }
}
