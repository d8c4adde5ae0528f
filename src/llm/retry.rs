//! Whether an attempt is to be repeated, and when: a pure reading of what it met.

use std::time::{Duration, Instant, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::adapt::Complaint;
use super::error::{Failure, LlmError, Stage, Target};
use super::server_error::ServerError;
use crate::config::Retry;

/// A server's answer, read to its end.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// What follows from an answer.
#[derive(Debug)]
pub(super) enum Verdict<T> {
    /// It is what was asked for.
    Completed(T),
    /// The same request may succeed later.
    Retry(Again),
    /// The request succeeds if it is written otherwise; the error stands if it cannot be.
    Adapt(Complaint, LlmError),
    /// The request fails.
    Fail(LlmError),
}

/// How a request is to be repeated.
#[derive(Debug)]
pub(super) struct Again {
    /// What the attempt met.
    pub(super) failure: Failure,
    /// The wait that the server asks for.
    pub(super) after: Option<Duration>,
    /// What it says about the deployment.
    pub(super) sign: Sign,
}

/// What a failure that passes says about the deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// A quota is used up: the wait is for everyone.
    Throttled(Exceeded),
    /// It has too much to do.
    Overloaded,
    /// Something broke.
    Broken,
}

/// Which quota a 429 is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exceeded {
    /// Too many requests.
    Requests,
    /// Too many tokens, or the answer does not say.
    Tokens,
}

impl Again {
    pub(super) fn after_failure(failure: Failure) -> Self {
        let sign = match failure {
            Failure::Timeout {
                stage: Stage::Silence | Stage::Whole,
                ..
            } => Sign::Overloaded,
            _ => Sign::Broken,
        };
        Self {
            failure,
            after: None,
            sign,
        }
    }

    pub(super) fn is_throttled(&self) -> bool {
        matches!(self.sign, Sign::Throttled(_))
    }
}

/// Reads an answer, with `read` what was asked for if the status is a success. `now` is what an HTTP
/// date is measured against.
pub(super) fn classify<T>(
    answer: &Answer,
    read: impl FnOnce(&[u8]) -> Result<T, String>,
    target: &Target,
    retry: &Retry,
    now: SystemTime,
) -> Verdict<T> {
    if answer.status.is_success() {
        return match read(&answer.body) {
            Ok(asked) => Verdict::Completed(asked),
            Err(_) if ServerError::read(&answer.body).is_context() => {
                Verdict::Fail(LlmError::ContextTooLong)
            }
            Err(reason) => Verdict::Retry(Again::after_failure(Failure::Malformed(reason))),
        };
    }
    let error = ServerError::read(&answer.body);
    if error.is_context() {
        return Verdict::Fail(LlmError::ContextTooLong);
    }
    let target = target.clone();
    let status = answer.status.as_u16();
    let fail = |error: LlmError| Verdict::Fail(error);
    match status {
        400 | 422 => bad_request(error, target),
        401 => fail(LlmError::Unauthorized {
            target,
            message: error.message,
        }),
        403 => fail(LlmError::Forbidden {
            target,
            message: error.message,
            is_foreign: serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body).is_err(),
        }),
        404 => fail(LlmError::NotFound {
            target,
            message: error.message,
        }),
        413 => fail(LlmError::ContextTooLong),
        429 => throttled(error, &answer.headers, target, retry, now),
        408 | 409 | 500..=599 => broken(status, error, &answer.headers, target, retry, now),
        _ => fail(LlmError::Rejected {
            target,
            status,
            message: error.message,
        }),
    }
}

/// A status that passes, unless its words say that it is about how the request is written.
fn broken<T>(
    status: u16,
    error: ServerError,
    headers: &HeaderMap,
    target: Target,
    retry: &Retry,
    now: SystemTime,
) -> Verdict<T> {
    // Some servers of one's own meet a reply format that they do not know with an internal error.
    if Complaint::read(&error) == Some(Complaint::Format) {
        return bad_request(error, target);
    }
    Verdict::Retry(Again {
        after: wait_in_headers(headers, now).map(|wait| wait.min(retry.max_retry_after)),
        failure: Failure::Status {
            status,
            message: error.message,
        },
        sign: match status {
            408 | 503 | 504 => Sign::Overloaded,
            _ => Sign::Broken,
        },
    })
}

fn bad_request<T>(error: ServerError, target: Target) -> Verdict<T> {
    if error.is_content_filter() {
        return Verdict::Fail(LlmError::ContentFiltered {
            categories: error.categories,
        });
    }
    if error.is_output_limit() {
        return Verdict::Fail(LlmError::OutputLimit {
            has_more_room: false,
        });
    }
    let complaint = Complaint::read(&error);
    let is_unsupported = ["does not work with the specified model", "API version"]
        .iter()
        .any(|words| error.message.contains(words))
        || error.message.contains("enabled only for api versions");
    let ServerError {
        parameter, message, ..
    } = error;
    let failed = if is_unsupported {
        LlmError::Unsupported { target, message }
    } else {
        LlmError::BadRequest {
            target,
            parameter,
            message,
        }
    };
    match complaint {
        Some(complaint) => Verdict::Adapt(complaint, failed),
        None => Verdict::Fail(failed),
    }
}

fn throttled<T>(
    error: ServerError,
    headers: &HeaderMap,
    target: Target,
    retry: &Retry,
    now: SystemTime,
) -> Verdict<T> {
    let after = wait_in_headers(headers, now).or_else(|| wait_in_text(&error.message));
    let is_spent = error.is("insufficient_quota");
    if is_spent || after.is_some_and(|wait| wait > retry.max_retry_after) {
        return Verdict::Fail(LlmError::QuotaExhausted {
            target,
            retry_after: after.filter(|_| !is_spent),
            message: error.message,
        });
    }
    // Azure says `exceeded call rate limit` where it means requests.
    let words = error.message.to_ascii_lowercase();
    let exceeded = if words.contains("call rate") || words.contains("requests per min") {
        Exceeded::Requests
    } else {
        Exceeded::Tokens
    };
    Verdict::Retry(Again {
        failure: Failure::Status {
            status: 429,
            message: error.message,
        },
        after,
        sign: Sign::Throttled(exceeded),
    })
}

/// The wait in `retry-after-ms`, or else in `retry-after` as seconds or a date. A wait that is
/// zero or over says nothing.
pub(super) fn wait_in_headers(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let milliseconds = text("retry-after-ms")
        .and_then(|text| text.parse::<f64>().ok())
        .and_then(|count| duration(count / 1000.0))
        .filter(|wait| !wait.is_zero());
    let after = text(RETRY_AFTER.as_str());
    let seconds = after
        .and_then(|text| text.parse::<f64>().ok())
        .and_then(duration);
    let date = || {
        let date = httpdate::parse_http_date(after?).ok()?;
        date.duration_since(now).ok()
    };
    milliseconds
        .or(seconds)
        .or_else(date)
        .filter(|wait| !wait.is_zero())
}

/// The wait that an error's words name: `retry after 20 seconds`, `try again in 750ms`.
fn wait_in_text(message: &str) -> Option<Duration> {
    let lower = message.to_ascii_lowercase();
    ["retry after ", "try again in "]
        .iter()
        .filter_map(|marker| lower.split_once(marker))
        .find_map(|(_, rest)| {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let count: f64 = rest[..end].trim_end_matches('.').parse().ok()?;
            let unit = rest[end..].trim_start();
            if unit.starts_with("ms") || unit.starts_with("milli") {
                duration(count / 1000.0)
            } else if unit.starts_with('s') {
                duration(count)
            } else if unit.starts_with('m') {
                duration(count * 60.0)
            } else {
                None
            }
        })
        .filter(|wait| !wait.is_zero())
}

fn duration(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok()
}

/// How often a request has been sent, and whether it may be sent again.
///
/// An attempt that was refused for the quota, or that taught how to write the request, costs nothing
/// but time: it is bounded by the deadline alone.
pub(super) struct Attempts {
    policy: Retry,
    sent: u32,
    /// Those of them that count.
    counted: u32,
    started: Option<Instant>,
    last: Option<Failure>,
}

impl Attempts {
    pub(super) fn new(policy: Retry) -> Self {
        Self {
            policy,
            sent: 0,
            counted: 0,
            started: None,
            last: None,
        }
    }

    /// Counts an attempt that is about to be sent, unless it would start after the deadline; then
    /// the last failure stands.
    pub(super) fn begin(&mut self, now: Instant) -> Result<(), Failure> {
        if !self.is_in_time(Duration::ZERO, now)
            && let Some(last) = self.last.take()
        {
            return Err(last);
        }
        self.sent += 1;
        self.counted += 1;
        self.started.get_or_insert(now);
        Ok(())
    }

    /// Takes the last attempt out of the count.
    pub(super) fn discount(&mut self) {
        self.counted = self.counted.saturating_sub(1);
    }

    /// How often the request was sent.
    pub(super) fn sent(&self) -> u32 {
        self.sent
    }

    pub(super) fn elapsed(&self, now: Instant) -> Duration {
        self.started
            .map_or(Duration::ZERO, |started| now.duration_since(started))
    }

    /// The wait before the next attempt; the failure stands when there is to be none.
    pub(super) fn next_wait(&mut self, again: Again, now: Instant) -> Result<Duration, Failure> {
        if again.is_throttled() {
            self.discount();
        }
        let wait = again
            .after
            .unwrap_or_else(|| self.backoff_ceiling().mul_f64(fastrand::f64()));
        if self.counted >= self.policy.max_attempts.get() || !self.is_in_time(wait, now) {
            return Err(again.failure);
        }
        self.last = Some(again.failure);
        Ok(wait)
    }

    fn is_in_time(&self, wait: Duration, now: Instant) -> bool {
        self.elapsed(now).saturating_add(wait) <= self.policy.deadline
    }

    /// The longest backoff after the attempts made so far; the wait is anything up to it, so that
    /// requests which failed together do not come back together.
    fn backoff_ceiling(&self) -> Duration {
        let doublings = self.sent.saturating_sub(1).min(31);
        self.policy
            .initial_backoff
            .saturating_mul(1 << doublings)
            .min(self.policy.max_backoff)
    }
}

#[cfg(test)]
mod tests;
