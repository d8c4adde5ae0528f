//! One tiny request to a deployment, to see whether it is there and what it takes.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use reqwest::Version;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, LOCATION};
use serde_json::{Value, json};

use super::adapt::{Dialect, Learned, Lesson, ReplyFormat};
use super::auth::{Auth, Credentials};
use super::chat::{ChatRequest, Finish, ReplySchema, Role, Tokens, Turn, Urgency, Usage};
use super::endpoint::{Endpoint, LimitName};
use super::error::{Failure, LlmError, Stage, excerpt};
use super::http;
use super::rate_headers::RateHeaders;
use super::record::Operation;
use super::retry::{Answer, Verdict, classify};
use super::transport::{Unanswered, read_versioned};
use super::wire::{Body, Settings, read_completion, struck};
use crate::config;

/// The most that the model may write: `{"ok": true}` takes fewer than ten.
const OUTPUT_LIMIT: Tokens = Tokens::new(16);

/// No server has more to teach about one request than this.
const MAX_LESSONS: usize = 8;

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

/// Asks `deployment` for next to nothing, and once more for each thing that it refuses and that
/// another request can leave out. Sends nothing again that failed otherwise.
pub async fn probe(deployment: &config::Deployment, settings: &config::Llm) -> Probe {
    match Prober::new(deployment, settings) {
        Ok(prober) => prober.probe(&settings.retry).await,
        Err(error) => Probe {
            host: String::new(),
            outcome: Outcome::Failed(error),
            answered: None,
            accepted: accepted(Dialect::new(LimitName::MaxCompletionTokens), settings),
            requests: 0,
            usage: Usage::default(),
        },
    }
}

struct Prober<'a> {
    http: reqwest::Client,
    endpoint: Endpoint,
    auth: Auth,
    settings: Settings,
    llm: &'a config::Llm,
    request: ChatRequest,
}

impl<'a> Prober<'a> {
    fn new(deployment: &config::Deployment, llm: &'a config::Llm) -> Result<Self, LlmError> {
        let endpoint = Endpoint::new(&deployment.surface)?;
        let http = http::client(&llm.network)?;
        let mut credentials = Credentials::new(&http, &llm.network);
        Ok(Self {
            auth: credentials.auth(deployment.credential.as_ref(), &endpoint.target)?,
            http,
            settings: Settings {
                model: endpoint.model.clone(),
                temperature: llm.temperature,
                reasoning_effort: llm.reasoning_effort.clone(),
            },
            llm,
            request: request(),
            endpoint,
        })
    }

    async fn probe(self, retry: &config::Retry) -> Probe {
        let learned = Learned::new(Dialect::new(self.endpoint.limit_name));
        let mut answered = None;
        let mut requests = 0;
        let mut is_renewed = false;
        let mut usage = Usage::default();
        let outcome = loop {
            let dialect = learned.dialect();
            requests += 1;
            let (answer, facts) = match self.send(dialect).await {
                Ok(sent) => sent,
                Err(outcome) => break outcome,
            };
            answered = Some(facts);
            let target = &self.endpoint.target;
            match classify(&answer, read_completion, target, retry, SystemTime::now()) {
                Verdict::Completed(completion) => {
                    usage += completion.usage;
                    break completed(&answer.body, completion.finish, &completion.content);
                }
                Verdict::Adapt(complaint, error) => {
                    let lesson = learned.learn(dialect, &complaint);
                    if lesson == Lesson::Nothing || requests > MAX_LESSONS {
                        break Outcome::Failed(error);
                    }
                    tracing::debug!(%complaint, "the deployment refuses this");
                }
                // A model that reasons first has none left for the answer, and there it is.
                Verdict::Fail(LlmError::OutputLimit { .. }) => {
                    let finish = Finish::Length {
                        has_more_room: false,
                    };
                    break completed(&answer.body, finish, "");
                }
                // A token for another audience, which the other scope may mend.
                Verdict::Fail(LlmError::Unauthorized { message, .. })
                    if !is_renewed && self.auth.rejected(&message) =>
                {
                    is_renewed = true;
                }
                Verdict::Fail(error) => break Outcome::Failed(error),
                Verdict::Retry(again) => break self.unreached(again.failure),
            }
        };
        Probe {
            accepted: accepted(learned.dialect(), self.llm),
            host: self.endpoint.target.host.to_string(),
            outcome,
            answered,
            requests,
            usage,
        }
    }

    fn url(&self) -> url::Url {
        self.endpoint.url(Operation::Chat)
    }

    async fn send(&self, dialect: Dialect) -> Result<(Answer, Answered), Outcome> {
        let limit = dialect.limit_ceiling.map(Tokens::new);
        let limit = limit.map_or(OUTPUT_LIMIT, |most| OUTPUT_LIMIT.min(most));
        let body = Body::new(&self.request, limit, &self.settings, dialect);
        let body = serde_json::to_string(&body)
            .map_err(|error| Outcome::Failed(LlmError::Setup(error.to_string())))?;
        tracing::trace!(target: "docgen::bodies", body, "request");
        let mut post = self
            .http
            .post(self.url())
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        if let Some((name, value)) = self.auth.header().await.map_err(Outcome::Failed)? {
            post = post.header(name, value);
        }
        let start = Instant::now();
        let sent = read_versioned(post, &self.llm.network).await;
        let latency = start.elapsed();
        match sent {
            Ok((mut answer, version)) => {
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                let text = self.auth.redact(text);
                tracing::trace!(target: "docgen::bodies", body = text, "reply");
                answer.body = text.into_bytes();
                let facts = Answered::read(&answer, version, latency, |text| {
                    excerpt(&self.auth.redact(text.to_owned()))
                });
                let (status, request_id) = (facts.status, facts.request_id.as_deref());
                tracing::debug!(deployment = %self.endpoint.target, status, ?latency, request_id, "answer");
                Ok((answer, facts))
            }
            Err(failure) => {
                tracing::debug!(deployment = %self.endpoint.target, ?latency, "no answer: {failure:?}");
                Err(match failure {
                    Unanswered::Passing(failure) => self.unreached(failure),
                    Unanswered::ProxyDenied => {
                        let target = self.endpoint.target.clone();
                        Outcome::Failed(LlmError::ProxyDenied(target))
                    }
                    Unanswered::Untrusted(message) => Outcome::Failed(LlmError::Untrusted {
                        target: self.endpoint.target.clone(),
                        message,
                    }),
                })
            }
        }
    }

    fn unreached(&self, failure: Failure) -> Outcome {
        let hurdle = hurdle(&failure, self.url().scheme());
        let error = LlmError::RetriesExhausted {
            target: self.endpoint.target.clone(),
            attempts: 1,
            elapsed: Duration::ZERO,
            is_outage: false,
            last: failure.clone(),
        };
        Outcome::Unreached(Unreached {
            hurdle,
            failure,
            hint: error.hint(),
        })
    }
}

fn request() -> ChatRequest {
    ChatRequest {
        system: "You answer in JSON.".to_owned(),
        turns: vec![Turn {
            role: Role::User,
            content: r#"Reply with {"ok": true}."#.to_owned(),
        }],
        schema: Arc::new(ReplySchema::new(
            "docgen_probe",
            json!({
                "type": "object",
                "properties": {"ok": {"type": "boolean"}},
                "required": ["ok"],
                "additionalProperties": false,
            }),
        )),
        urgency: Urgency::New,
        max_output_tokens: OUTPUT_LIMIT,
        about: Arc::default(),
    }
}

fn completed(body: &[u8], finish: Finish, content: &str) -> Outcome {
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

fn accepted(dialect: Dialect, llm: &config::Llm) -> Accepted {
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
fn hurdle(failure: &Failure, scheme: &str) -> Hurdle {
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
    /// `clean` makes text of the server's fit to be shown.
    fn read(
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
