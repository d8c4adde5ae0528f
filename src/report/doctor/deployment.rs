//! What a probe says of a deployment, in words.

use std::fmt::Write as _;

use super::{Checkup, quota};
use crate::config::{Credential, Deployment};
use crate::llm::{
    Accepted, Answered, Failure, Finish, Hurdle, LlmError, Outcome, Probe, ReplyShape, Unreached,
};

const REACHABLE: &str = "reachable";
const CREDENTIAL: &str = "credential";
const ANSWERS: &str = "answers";
const STRUCTURED_OUTPUTS: &str = "structured_outputs";
const PARAMETERS: &str = "parameters";
const CONTENT_FILTER: &str = "content_filter";
const CLOCK: &str = "clock";

/// Seconds that two clocks may differ by: Entra ID gives its tokens five minutes of grace, and a
/// clock that runs away gets there.
const CLOCK_TOLERANCE: u64 = 60;

/// What stands in the way of an answer.
type Obstacle = (&'static str, String, Option<String>);

/// What a probe comes to: eight checks, always the same ones in the same order.
///
/// `deployment` is what the settings say.
#[must_use]
pub fn deployment_checks(probe: &Probe, deployment: &Deployment) -> Vec<Checkup> {
    let answered = probe.answered.as_ref();
    let mut checks = way(probe, deployment.credential.as_ref());
    if let Outcome::Completed {
        finish,
        is_as_asked,
        ..
    } = &probe.outcome
    {
        let is_cut = matches!(finish, Finish::Length { .. });
        checks.push(structured_outputs(&probe.accepted, *is_as_asked || is_cut));
        checks.push(parameters(&probe.accepted));
    } else {
        checks.push(Checkup::skipped(STRUCTURED_OUTPUTS, "no completion"));
        checks.push(Checkup::skipped(PARAMETERS, "no completion"));
    }
    checks.push(match answered {
        Some(answered) => quota::check(answered.quota, &deployment.quota),
        None => Checkup::skipped(quota::ABOUT, "no answer"),
    });
    checks.push(content_filter(&probe.outcome));
    checks.push(clock(answered));
    checks
}

/// From the host to the model: whether it can be reached, knows the caller, and answers.
fn way(probe: &Probe, credential: Option<&Credential>) -> Vec<Checkup> {
    let reached = || {
        let answered = probe.answered.as_ref();
        let over = answered.map_or("", |answered| answered.version.as_str());
        Checkup::ok(REACHABLE, format!("reachable over {over}"))
    };
    let accepted = || {
        let message = match credential {
            None => "no credential asked for",
            Some(Credential::ApiKey(_)) => "key accepted",
            Some(Credential::Bearer(_)) => "key or token accepted",
            Some(Credential::Entra(_)) => "token of Microsoft Entra ID accepted",
        };
        Checkup::ok(CREDENTIAL, message)
    };
    let Some((about, message, hint)) = obstacle(probe) else {
        return vec![reached(), accepted(), answers(probe)];
    };
    let failure = |about| Checkup::failure(about, message.as_str()).with_hint(hint.clone());
    match about {
        REACHABLE => vec![
            failure(REACHABLE),
            Checkup::skipped(CREDENTIAL, "no answer"),
            Checkup::skipped(ANSWERS, "no answer"),
        ],
        CREDENTIAL => vec![
            match probe.answered {
                Some(_) => reached(),
                None => Checkup::skipped(REACHABLE, "nothing was sent"),
            },
            failure(CREDENTIAL),
            Checkup::skipped(ANSWERS, "not allowed to ask"),
        ],
        _ => {
            let credential = if has_looked_at_the_credential(&probe.outcome) {
                accepted()
            } else {
                Checkup::skipped(CREDENTIAL, "the answer does not tell")
            };
            vec![reached(), credential, failure(ANSWERS)]
        }
    }
}

/// Whether the service itself answered, after it had let the caller in.
fn has_looked_at_the_credential(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Completed { .. } => true,
        Outcome::Unreached(_) => false,
        // A path that is not there is not there for anybody.
        Outcome::Failed(LlmError::NotFound { message, .. }) => {
            message.contains("deployment") || message.contains("model")
        }
        Outcome::Failed(error) => !matches!(error, LlmError::Rejected { .. }),
    }
}

/// The check that fails, if one does, what is wrong, and what to do about it.
fn obstacle(probe: &Probe) -> Option<Obstacle> {
    match &probe.outcome {
        Outcome::Completed { .. } => None,
        Outcome::Unreached(unreached) => unreached_obstacle(unreached),
        Outcome::Failed(error) => {
            let hint = error.hint();
            let (about, message) = match error {
                LlmError::ContentFiltered { .. } => return None,
                LlmError::Untrusted { message, .. } => (
                    REACHABLE,
                    format!("the certificate cannot be trusted: {message}"),
                ),
                LlmError::Rejected {
                    status: status @ 300..=399,
                    ..
                } => {
                    let location = probe.answered.as_ref();
                    let location = location.and_then(|answered| answered.location.as_deref());
                    let location = location.unwrap_or("no address");
                    let message = format!("redirected (HTTP status {status}) to {location}");
                    (REACHABLE, message)
                }
                LlmError::Rejected {
                    status: status @ 407,
                    message,
                    ..
                } => {
                    let message = format!("the proxy refuses (HTTP status {status}): {message}");
                    (REACHABLE, message)
                }
                LlmError::Setup(_)
                | LlmError::BadEndpoint(_)
                | LlmError::Authorities { .. }
                | LlmError::BadProxy { .. }
                | LlmError::ProxyDenied(_) => (REACHABLE, error.to_string()),
                LlmError::Unauthorized { message, .. } => (
                    CREDENTIAL,
                    format!("credential rejected (HTTP status 401): {message}"),
                ),
                LlmError::Forbidden { message, .. } => (
                    CREDENTIAL,
                    format!("access denied (HTTP status 403): {message}"),
                ),
                LlmError::NotFound { message, .. } => {
                    (ANSWERS, format!("not found (HTTP status 404): {message}"))
                }
                // Without an answer, it was the credential that could not be had.
                other => match probe.answered {
                    None => (CREDENTIAL, other.to_string()),
                    Some(_) => (ANSWERS, other.to_string()),
                },
            };
            Some((about, message, hint))
        }
    }
}

fn unreached_obstacle(unreached: &Unreached) -> Option<Obstacle> {
    let Unreached {
        hurdle,
        failure,
        hint,
    } = unreached;
    let reason = match failure {
        Failure::Connect(reason) | Failure::Broken(reason) | Failure::Malformed(reason) => {
            reason.clone()
        }
        other => other.to_string(),
    };
    let mut hint = hint.clone();
    let (about, message) = match (hurdle, failure) {
        (Hurdle::Name, _) => (REACHABLE, format!("the host has no address: {reason}")),
        (Hurdle::Connection, _) => (REACHABLE, format!("nobody answers there: {reason}")),
        (Hurdle::Proxy, _) => (
            REACHABLE,
            format!("the proxy lets nothing through: {reason}"),
        ),
        (Hurdle::Tls, _) => {
            hint = Some(
                "the port may speak plain HTTP: begin the address with `http://`, or name the port \
                 that speaks TLS"
                    .to_owned(),
            );
            (REACHABLE, format!("no TLS there: {reason}"))
        }
        (Hurdle::Http, Failure::Timeout { .. } | Failure::Broken(_)) => {
            (REACHABLE, format!("connected, and then: {failure}"))
        }
        // It is busy, and knows for whom.
        (Hurdle::Http, Failure::Status { status: 429, .. }) => return None,
        (Hurdle::Http, Failure::Status { message, .. }) if message.starts_with("a web page") => {
            hint = Some(
                "a gateway or a proxy answered in the deployment's place: check the endpoint, and \
                 try again later"
                    .to_owned(),
            );
            (ANSWERS, failure.to_string())
        }
        (Hurdle::Http, _) => (ANSWERS, failure.to_string()),
    };
    Some((about, message, hint))
}

/// A deployment that nothing stands in the way to.
fn answers(probe: &Probe) -> Checkup {
    let answered = probe.answered.as_ref();
    match &probe.outcome {
        Outcome::Completed { model, finish, .. } => {
            let mut message = match model {
                Some(model) => format!("answers as {model}"),
                None => "answers".to_owned(),
            };
            if let Some(region) = answered.and_then(|answered| answered.region.as_deref()) {
                _ = write!(message, " from {region}");
            }
            if let Some(answered) = answered {
                _ = write!(message, " in {} ms", answered.latency.as_millis());
            }
            match finish {
                Finish::Refusal(words) => Checkup::warning(
                    ANSWERS,
                    format!("{message}, and refuses to say `ok`: {words}"),
                ),
                _ => Checkup::ok(ANSWERS, message),
            }
        }
        Outcome::Unreached(Unreached { failure, hint, .. }) => {
            Checkup::warning(ANSWERS, format!("busy: {failure}")).with_hint(hint.clone())
        }
        Outcome::Failed(error) => Checkup::warning(ANSWERS, error.to_string()),
    }
}

fn structured_outputs(accepted: &Accepted, is_as_asked: bool) -> Checkup {
    let hint = "docgen checks every reply all the same; a model with structured outputs has fewer of \
                them sent back (gpt-4o of August 2024 and newer, by v1 or API version 2024-10-21)";
    let weaker =
        |message: &str| Checkup::warning(STRUCTURED_OUTPUTS, message).with_hint(hint.to_owned());
    match accepted.shape {
        ReplyShape::JsonSchema if is_as_asked => {
            Checkup::ok(STRUCTURED_OUTPUTS, "structured outputs: `json_schema`")
        }
        ReplyShape::JsonSchema => weaker("structured outputs: taken, and not kept to"),
        ReplyShape::JsonObject => weaker(
            "structured outputs: `json_schema` is refused, docgen falls back to `json_object`",
        ),
        ReplyShape::Text => weaker("structured outputs: refused, docgen falls back to plain text"),
    }
}

fn parameters(accepted: &Accepted) -> Checkup {
    let mut taken: Vec<&str> = accepted.output_limit.into_iter().collect();
    taken.extend(&accepted.taken_settings);
    let listed = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    if let [first, ..] = accepted.refused_settings.as_slice() {
        let refused = listed(&accepted.refused_settings);
        let hint = format!("remove `{first}` from `[model]`; docgen goes without it meanwhile");
        return Checkup::warning(PARAMETERS, format!("parameters: does not take {refused}"))
            .with_hint(hint);
    }
    if accepted.output_limit.is_none() {
        return Checkup::warning(PARAMETERS, "parameters: takes no output limit");
    }
    Checkup::ok(PARAMETERS, format!("parameters: {}", listed(&taken)))
}

fn content_filter(outcome: &Outcome) -> Checkup {
    let warning = |what: &str, categories: &[String]| {
        let message = format!("content filter: {what}: {}", categories.join(", "));
        Checkup::warning(CONTENT_FILTER, message).with_hint(
            "a filter that strikes at next to nothing will strike at code: relax it in the \
             deployment's settings"
                .to_owned(),
        )
    };
    match outcome {
        Outcome::Completed { struck, .. } if !struck.is_empty() => warning("struck", struck),
        Outcome::Completed { filters, .. } if filters.is_empty() => {
            Checkup::skipped(CONTENT_FILTER, "no annotations")
        }
        Outcome::Completed { filters, .. } => Checkup::ok(
            CONTENT_FILTER,
            format!("content filter: nothing struck ({})", filters.join(", ")),
        ),
        Outcome::Failed(LlmError::ContentFiltered { categories }) => {
            warning("blocked the request", categories)
        }
        _ => Checkup::skipped(CONTENT_FILTER, "no completion"),
    }
}

fn clock(answered: Option<&Answered>) -> Checkup {
    let Some(answered) = answered else {
        return Checkup::skipped(CLOCK, "no answer");
    };
    let Some(ahead) = answered.clock_ahead else {
        return Checkup::skipped(CLOCK, "no date in the answer");
    };
    let seconds = ahead.unsigned_abs();
    if seconds <= CLOCK_TOLERANCE {
        return Checkup::ok(
            CLOCK,
            format!("clock: within {CLOCK_TOLERANCE} s of the server's"),
        );
    }
    let side = if ahead > 0 { "behind" } else { "ahead of" };
    Checkup::warning(CLOCK, format!("clock: {seconds} s {side} the server's")).with_hint(
        "set this machine's clock by a time server: Entra tokens are refused when it is minutes off"
            .to_owned(),
    )
}
