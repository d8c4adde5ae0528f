//! What a probe finds: how far its request came, and what its answer tells of the deployment.

use std::time::{Duration, SystemTime};

use reqwest::Version;
use reqwest::header::{DATE, HeaderMap, LOCATION};
use serde_json::Value;

use crate::config;
use crate::llm::adapt::{Dialect, ReplyFormat};
use crate::llm::chat::{Finish, Usage};
use crate::llm::endpoint::LimitName;
use crate::llm::error::{Failure, LlmError, Stage, excerpt};
use crate::llm::rate_headers::RateHeaders;
use crate::llm::retry::Answer;
use crate::llm::wire::struck;

/// What a deployment is like, as far as one request tells.
#[derive(Debug)]
pub struct Probe {
    /// The host and its port, if it has one of its own.
    pub host: String,
    /// What became of the last request.
    pub outcome: Outcome,
    /// What the last answer says besides its body; `None` when there was none.
    pub answered: Option<Answered>,
    /// What requests are written with after what the answers taught.
    pub accepted: Accepted,
    /// Requests that were sent.
    pub requests: usize,
    /// Tokens that they cost.
    pub usage: Usage,
}

/// What became of a probe.
#[derive(Debug)]
pub enum Outcome {
    /// The deployment's model answered.
    Completed {
        /// The model, as the answer names it.
        model: Option<String>,
        /// Why it stopped.
        finish: Finish,
        /// Whether the reply is the JSON that was asked for.
        is_as_asked: bool,
        /// The categories that a content filter looked at, sorted.
        filters: Vec<String>,
        /// Those of them that struck.
        struck: Vec<String>,
    },
    /// There is no answer, or none that lasts.
    Unreached(Unreached),
    /// It will not answer.
    Failed(LlmError),
}

/// Why a deployment gave no answer.
#[derive(Debug)]
pub struct Unreached {
    /// How far the request came.
    pub hurdle: Hurdle,
    /// What it met there.
    pub failure: Failure,
    /// What to do about it.
    pub hint: Option<String>,
}

/// How far a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hurdle {
    /// The host's name has no address.
    Name,
    /// Nobody takes the connection.
    Connection,
    /// A proxy does not let it through.
    Proxy,
    /// The other side does not speak TLS as it should.
    Tls,
    /// There is a connection, and no answer over it that lasts.
    Http,
}

/// What an answer says besides its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// The version of HTTP, such as `HTTP/1.1`.
    pub version: String,
    /// From sending to the last byte, connecting included.
    pub latency: Duration,
    /// By how many seconds the server's clock is ahead of this machine's.
    pub clock_ahead: Option<i64>,
    /// What is left of the quota.
    pub quota: RateHeaders,
    /// Azure's region.
    pub region: Option<String>,
    /// What Azure's support finds the request by.
    pub request_id: Option<String>,
    /// Where a redirect leads, without the query.
    pub location: Option<String>,
}

/// What a deployment takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The argument that bounds the output; `None` when it takes neither.
    pub output_limit: Option<&'static str>,
    /// How a reply's shape is asked for.
    pub shape: ReplyShape,
    /// Settings that are given and that it does not take.
    pub refused_settings: Vec<&'static str>,
    /// Settings that are given and that it takes.
    pub taken_settings: Vec<&'static str>,
}

/// How a reply's shape is asked for, the strongest way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyShape {
    /// The server holds the model to a schema.
    JsonSchema,
    /// The server holds the model to JSON.
    JsonObject,
    /// The prompt alone asks for it.
    Text,
}

/// What an answer tells of the model that gave it.
pub(super) fn completed(body: &[u8], finish: Finish, content: &str) -> Outcome {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let reply: Value = serde_json::from_str(content).unwrap_or_default();
    let results = [
        &body["prompt_filter_results"][0]["content_filter_results"],
        &body["choices"][0]["content_filter_results"],
    ];
    let categories = results.iter().filter_map(|results| results.as_object());
    let mut filters: Vec<String> = categories
        .flat_map(|results| results.keys().map(|name| excerpt(name)))
        .collect();
    let mut struck: Vec<String> = results
        .iter()
        .flat_map(|results| struck(Some(results)))
        .collect();
    for names in [&mut filters, &mut struck] {
        names.sort();
        names.dedup();
    }
    Outcome::Completed {
        model: body["model"].as_str().map(excerpt),
        finish,
        is_as_asked: reply["ok"].is_boolean(),
        filters,
        struck,
    }
}

/// What the deployment of a dialect takes of what the settings give.
pub(super) fn accepted(dialect: Dialect, llm: &config::Llm) -> Accepted {
    let given = [
        (
            "temperature",
            llm.temperature.is_some(),
            dialect.temperature,
        ),
        (
            "reasoning_effort",
            llm.reasoning_effort.is_some(),
            dialect.reasoning_effort,
        ),
    ];
    let with = |wanted: bool| {
        let settings = given.iter().filter(move |(_, is_given, _)| *is_given);
        let settings = settings.filter(move |(_, _, is_taken)| *is_taken == wanted);
        settings.map(|(name, _, _)| *name).collect()
    };
    Accepted {
        output_limit: dialect.limit_name.map(|name| match name {
            LimitName::MaxTokens => "max_tokens",
            LimitName::MaxCompletionTokens => "max_completion_tokens",
        }),
        shape: match dialect.format {
            ReplyFormat::JsonSchema => ReplyShape::JsonSchema,
            ReplyFormat::JsonObject => ReplyShape::JsonObject,
            ReplyFormat::Prompt => ReplyShape::Text,
        },
        refused_settings: with(false),
        taken_settings: with(true),
    }
}

/// How far a request came, by the words of the transport below it: its errors name no stage.
pub(super) fn hurdle(failure: &Failure, scheme: &str) -> Hurdle {
    let reason = match failure {
        Failure::Connect(reason) => reason,
        Failure::Timeout {
            stage: Stage::Connect,
            ..
        } => return Hurdle::Connection,
        _ => return Hurdle::Http,
    };
    if reason.contains("dns error") {
        Hurdle::Name
    } else if reason.contains("tunnel") || reason.contains("proxy") {
        Hurdle::Proxy
    } else if scheme == "https" && !reason.contains("tcp connect error") {
        Hurdle::Tls
    } else {
        Hurdle::Connection
    }
}

impl Answered {
    /// Reads an answer's status and headers. `clean` makes text of the server's fit to be shown.
    pub(super) fn read(
        answer: &Answer,
        version: Version,
        latency: Duration,
        clean: impl Fn(&str) -> String,
    ) -> Self {
        let headers = &answer.headers;
        let text = |name: &str| headers.get(name)?.to_str().ok();
        let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let location = location.map(|text| text.split(['?', '#']).next().unwrap_or(text));
        Self {
            status: answer.status.as_u16(),
            version: format!("{version:?}"),
            latency,
            clock_ahead: clock_ahead(headers, SystemTime::now()),
            quota: RateHeaders::read(&answer.headers),
            region: text("x-ms-region").map(&clean),
            request_id: text("apim-request-id")
                .or_else(|| text("x-request-id"))
                .map(&clean),
            location: location.map(&clean),
        }
    }
}

fn clock_ahead(headers: &HeaderMap, now: SystemTime) -> Option<i64> {
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    match date.duration_since(now) {
        Ok(ahead) => i64::try_from(ahead.as_secs()).ok(),
        // The header has no fractions: what is less than a second behind may be none.
        Err(behind) => i64::try_from(behind.duration().as_secs())
            .ok()
            .map(|seconds| -seconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clocks_are_compared() {
        let ahead = |date: &'static str, now: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, date.parse().unwrap());
            clock_ahead(&headers, httpdate::parse_http_date(now).unwrap())
        };
        let now = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(ahead("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(0));
        assert_eq!(ahead("Sun, 06 Nov 1994 08:51:07 GMT", now), Some(90));
        assert_eq!(ahead("Sun, 06 Nov 1994 08:48:07 GMT", now), Some(-90));
        assert_eq!(ahead("yesterday", now), None);
    }

    #[test]
    fn how_far_a_request_came_is_told_by_its_failure() {
        let of = |reason: &str, scheme: &str| hurdle(&Failure::Connect(reason.to_owned()), scheme);
        assert_eq!(of("dns error: no such host", "https"), Hurdle::Name);
        assert_eq!(
            of("tcp connect error: refused", "https"),
            Hurdle::Connection
        );
        assert_eq!(of("received corrupt message", "https"), Hurdle::Tls);
        assert_eq!(of("tunnel error: unsuccessful", "https"), Hurdle::Proxy);
        assert_eq!(of("something else", "http"), Hurdle::Connection);
        let silence = Failure::Timeout {
            stage: Stage::Silence,
            limit: Duration::ZERO,
        };
        assert_eq!(hurdle(&silence, "https"), Hurdle::Http);
    }
}
