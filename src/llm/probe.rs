//! One tiny request to a deployment, to see whether it is there and what it takes.

mod finding;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use reqwest::header::CONTENT_TYPE;
use serde_json::json;

use super::adapt::{Dialect, Learned, Lesson};
use super::auth::{Auth, Credentials};
use super::chat::{ChatRequest, Finish, ReplySchema, Role, Tokens, Turn, Urgency, Usage};
use super::endpoint::{Endpoint, LimitName};
use super::error::{Failure, LlmError, excerpt};
use super::http;
use super::record::Operation;
use super::retry::{Answer, Verdict, classify};
use super::transport::{Unanswered, read_versioned};
use super::wire::{Body, Settings, read_completion};
use crate::config;

pub use finding::{Accepted, Answered, Hurdle, Outcome, Probe, ReplyShape, Unreached};
use finding::{accepted, completed, hurdle};

/// The most that the model may write: `{"ok": true}` takes fewer than ten.
const OUTPUT_LIMIT: Tokens = Tokens::new(16);

/// No server has more to teach about one request than this.
const MAX_LESSONS: usize = 8;

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
