//! An attempt: a request is sent to a deployment, its answer is read, and what came of it is recorded.

use std::time::{Duration, Instant, SystemTime};

use reqwest::header::CONTENT_TYPE;
use tracing::Instrument as _;

use super::admission::Admission;
use crate::config;
use crate::llm::adapt::Dialect;
use crate::llm::budget::Charge;
use crate::llm::call::Call;
use crate::llm::chat::{Sender, Tokens, Urgency, Usage};
use crate::llm::deployment::Deployment;
use crate::llm::error::{LlmError, excerpt};
use crate::llm::pool::Slot;
use crate::llm::price::Bill;
use crate::llm::rate_headers::RateHeaders;
use crate::llm::record::{RequestEnd, RequestLog, RequestRecord};
use crate::llm::retry::{Again, Answer, Verdict, classify};
use crate::llm::transport::{Unanswered, read_answer};

/// Less than this is no wait.
const NO_WAIT: Duration = Duration::from_millis(1);

/// The target of events that hold a prompt or a reply. Nothing shows them unless asked to.
const BODIES: &str = "docgen::bodies";

/// What all attempts of a client are sent over, and written down in.
pub(super) struct Link {
    pub(super) http: reqwest::Client,
    pub(super) network: config::Network,
    pub(super) retry: config::Retry,
    pub(super) log: RequestLog,
}

/// A request on its way to a deployment.
pub(super) struct Attempt<'a, C> {
    request: &'a C,
    deployment: &'a Deployment,
    slot: &'a Slot<'a>,
    /// How it is written.
    pub(super) dialect: Dialect,
    /// Tokens that its output limit leaves for reasoning.
    pub(super) room: u64,
    /// Which attempt it is, from 1.
    number: u32,
}

impl<'a, C: Call> Attempt<'a, C> {
    /// Writes a request as its deployment is known to take it now.
    pub(super) fn new(
        request: &'a C,
        deployment: &'a Deployment,
        slot: &'a Slot<'_>,
        number: u32,
    ) -> Self {
        Self {
            request,
            deployment,
            slot,
            dialect: deployment.dialect(),
            room: deployment.reasoning_room(),
            number,
        }
    }

    /// Sends it, reads the answer to its end, and tells the deployment's account.
    pub(super) async fn send(&self, link: &Link, admission: &Admission) -> Verdict<C::Answer> {
        let span = tracing::debug_span!(
            "request",
            deployment = %self.deployment.endpoint.target,
            attempt = self.number,
            waited_ms = milliseconds(self.slot.waited),
            status = tracing::field::Empty,
            latency_ms = tracing::field::Empty,
            prompt_tokens = tracing::field::Empty,
            completion_tokens = tracing::field::Empty,
            cached_tokens = tracing::field::Empty,
            request_id = tracing::field::Empty,
        );
        let verdict = self
            .exchange(link, admission)
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

    async fn exchange(&self, link: &Link, admission: &Admission) -> Verdict<C::Answer> {
        let deployment = self.deployment;
        let body = match deployment.body(self.request, self.dialect, self.room) {
            Ok(body) => body,
            Err(error) => return Verdict::Fail(error),
        };
        // Nothing is in flight yet that would have to be waited for.
        let header = match admission.unless_closed(deployment.auth.header()).await {
            Ok(Ok(header)) => header,
            Ok(Err(error)) | Err(error) => return Verdict::Fail(error),
        };
        tracing::trace!(target: BODIES, body = %String::from_utf8_lossy(&body), "request");
        let mut post = link
            .http
            .post(deployment.endpoint.url(C::OPERATION))
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        if let Some((name, value)) = header {
            post = post.header(name, value);
        }
        deployment.count_request();
        let mut record = self.record(link.log.next_number());
        let start = Instant::now();
        let answer = read_answer(post, &link.network).await;
        record.latency = start.elapsed();
        tracing::Span::current().record("latency_ms", milliseconds(record.latency));
        let mut verdict = match answer {
            Ok(answer) => self.read(answer, &link.retry, &mut record),
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
            self.completed(answer, &mut record);
        } else {
            let is_throttled = matches!(&verdict, Verdict::Retry(again) if again.is_throttled());
            deployment.count_failure(is_throttled);
        }
        record.end = ending(&verdict);
        link.log.add(record);
        verdict
    }

    /// The record of the attempt as it leaves, the `number`-th of the client.
    fn record(&self, number: u64) -> RequestRecord {
        RequestRecord {
            number,
            operation: C::OPERATION,
            about: self.request.about().to_string(),
            is_follow_up: self.request.urgency() == Urgency::FollowUp,
            target: self.deployment.endpoint.target.clone(),
            sent_at: SystemTime::now(),
            waited: self.slot.waited,
            held_by: self.slot.held_by.filter(|_| self.slot.waited >= NO_WAIT),
            latency: Duration::ZERO,
            attempt: self.number,
            status: None,
            end: RequestEnd::Answered,
            model: None,
            characters: self.request.characters(),
            admitted: self.slot.admitted,
            usage: Usage::default(),
            usd: None,
            request_id: None,
        }
    }

    /// Reads an answer, its headers and its body.
    fn read(
        &self,
        mut answer: Answer,
        retry: &config::Retry,
        record: &mut RequestRecord,
    ) -> Verdict<C::Answer> {
        let deployment = self.deployment;
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
            self.slot.correct(&RateHeaders::read(&answer.headers));
        } else {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            answer.body = deployment.auth.redact(text).into_bytes();
        }
        let text = || String::from_utf8_lossy(&answer.body).into_owned();
        tracing::trace!(target: BODIES, body = %deployment.auth.redact(text()), "reply");
        classify(
            &answer,
            |body| self.request.read(body),
            &deployment.endpoint.target,
            retry,
            SystemTime::now(),
        )
    }

    /// What was asked for has come.
    fn completed(&self, answer: &mut C::Answer, record: &mut RequestRecord) {
        let deployment = self.deployment;
        let sender = Sender {
            deployment: deployment.name.clone(),
            latency: record.latency,
        };
        C::note_sender(answer, sender);
        let usage = C::usage(answer);
        let span = tracing::Span::current();
        span.record("prompt_tokens", usage.prompt.get());
        span.record("completion_tokens", usage.completion.get());
        span.record("cached_tokens", usage.cached.get());
        self.slot.completed(record.latency, usage.completion);
        record.usage = usage;
        record.model = C::model(answer).map(ToOwned::to_owned);
        record.usd = deployment.usd(record.model.as_deref(), usage);
        deployment.count_bill(record.model.as_deref(), Bill::of(record.usd));
    }

    /// What it has cost. Azure bills what it has processed, whatever the status: a prompt that the
    /// content filter blocks with its reply, an input that is too long, a 408; and neither a 401 nor a 429
    /// (its «Plan to manage costs», «HTTP error response code and billing status»). What is not told is
    /// counted as the most that it can be.
    pub(super) fn charge(&self, verdict: &Verdict<C::Answer>) -> Charge {
        match verdict {
            Verdict::Completed(answer) => {
                let (usage, model) = (C::usage(answer), C::model(answer));
                let tokens = usage.prompt + usage.completion;
                if tokens == Tokens::default() {
                    return Charge::AtMost;
                }
                Charge::Known {
                    tokens: tokens.get(),
                    dollars: self.deployment.usd(model, usage),
                    model: model.unwrap_or(&self.deployment.name).to_owned().into(),
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
}

/// What came of an attempt, for its record.
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

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
