//! What the fake may do with a request that is in order.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

use super::draft::{Prompted, reply};
use super::http::{Recorded, Reply};
use super::route::{deployment_not_found, wrong_key};

/// The model that answers.
const MODEL: &str = "gpt-4.1-mini-2025-04-14";

/// What the fake does with one request.
pub enum Step {
    /// A valid draft of every definition asked about.
    Draft,
    /// 401, as for a wrong key.
    Unauthorized,
    /// 404, as for a deployment that does not exist.
    NotFound,
    /// 429 with this wait.
    Throttle {
        /// The wait, in `retry-after-ms` and rounded up in `retry-after`.
        retry_after_ms: u64,
    },
    /// 429 with a wait of a day.
    ThrottleForADay,
    /// This status with Azure's JSON.
    ServerError(u16),
    /// 502 with a gateway's web page.
    Html502,
    /// 200 with a gateway's web page.
    Html200,
    /// 403 with a firewall's web page.
    Html403,
    /// A connection reset instead of an answer.
    Reset,
    /// An answer that ends in its middle.
    CutBody,
    /// 200 with prose instead of JSON.
    Prose,
    /// 200 with an empty message.
    Empty,
    /// Drafts that describe an argument `imaginary` each.
    InventedArgument,
    /// 200 with the model's refusal.
    Refusal(String),
    /// 400 from the content filter, for the prompt.
    ContentFilter,
    /// 200 from the content filter, for the reply.
    FilteredOutput,
    /// 200 with drafts cut off by the output limit.
    Length,
    /// 200 with an empty message and the whole limit spent on reasoning, until the limit is this
    /// high; drafts then.
    Thinks(u64),
    /// 400 because the model could not finish, until the limit is this high; drafts then.
    CannotFinish(u64),
    /// 400 against the output limit, whatever it is called; drafts if there is none.
    UnsupportedMaxTokens,
    /// 400 against a JSON schema; drafts if there is none.
    NoJsonSchema,
    /// 302 to this address.
    Redirect(String),
    /// This status with what the request proved itself by, in the headers and in JSON.
    Echo(u16),
    /// This status with what the request proved itself by, in a web page.
    EchoHtml(u16),
    /// 400 because the prompt has more characters than this; drafts otherwise.
    LargestPrompt(usize),
    /// Drafts after this time.
    Hang(Duration),
    /// The content that the function gives for the definitions asked about.
    Custom(Content),
}

/// Gives a message's content for the definitions asked about.
pub type Content = Box<dyn Fn(&[Prompted]) -> String + Send + Sync>;

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Draft => "Draft",
            Self::Unauthorized => "Unauthorized",
            Self::NotFound => "NotFound",
            Self::Throttle { .. } => "Throttle",
            Self::ThrottleForADay => "ThrottleForADay",
            Self::ServerError(status) => return write!(f, "ServerError({status})"),
            Self::Html502 => "Html502",
            Self::Html200 => "Html200",
            Self::Html403 => "Html403",
            Self::Reset => "Reset",
            Self::CutBody => "CutBody",
            Self::Prose => "Prose",
            Self::Empty => "Empty",
            Self::InventedArgument => "InventedArgument",
            Self::Refusal(_) => "Refusal",
            Self::ContentFilter => "ContentFilter",
            Self::FilteredOutput => "FilteredOutput",
            Self::Length => "Length",
            Self::Thinks(_) => "Thinks",
            Self::CannotFinish(_) => "CannotFinish",
            Self::UnsupportedMaxTokens => "UnsupportedMaxTokens",
            Self::NoJsonSchema => "NoJsonSchema",
            Self::Redirect(_) => "Redirect",
            Self::Echo(_) => "Echo",
            Self::EchoHtml(_) => "EchoHtml",
            Self::LargestPrompt(_) => "LargestPrompt",
            Self::Hang(_) => "Hang",
            Self::Custom(_) => "Custom",
        };
        f.write_str(name)
    }
}

/// What becomes of the connection.
pub(super) enum Action {
    Reply(Reply),
    Reset,
}

impl Step {
    pub(super) fn take(&self, request: &Recorded, definitions: &[Prompted]) -> Action {
        let body = &request.body;
        let drafts = || {
            if is_probe(body) {
                return r#"{"ok": true}"#.to_owned();
            }
            let drafts: Vec<Value> = definitions.iter().map(Prompted::draft).collect();
            reply(&drafts)
        };
        let done = |content: &str| completion(body, content, "stop");
        Action::Reply(match self {
            Self::Unauthorized => wrong_key(),
            Self::NotFound => deployment_not_found(),
            Self::Throttle { retry_after_ms } => throttled(*retry_after_ms),
            Self::ThrottleForADay => throttled(86_400_000),
            Self::ServerError(status) => server_error(*status),
            Self::Html502 => page(502, "502 Bad Gateway"),
            Self::Html200 => page(200, "Sign in to the network"),
            Self::Html403 => page(403, "Request blocked"),
            Self::Reset => return Action::Reset,
            Self::CutBody => Reply {
                is_cut: true,
                ..done(&drafts())
            },
            Self::Prose => done("Sure! Here are the docstrings that you asked for."),
            Self::Empty => done(""),
            Self::InventedArgument => {
                let drafts: Vec<Value> = definitions.iter().map(invented).collect();
                done(&reply(&drafts))
            }
            Self::Refusal(words) => refusal(body, words),
            Self::ContentFilter => content_filter(),
            Self::FilteredOutput => completion(body, "", "content_filter"),
            Self::Length => {
                let whole = drafts();
                let end = whole.floor_char_boundary(whole.len() / 2);
                completion(body, &whole[..end], "length")
            }
            Self::Thinks(needed) if limit(body) < *needed => {
                let mut thoughts = completion(body, "", "length");
                thoughts.body = thoughts.body.replace(
                    r#""reasoning_tokens":0"#,
                    &format!(r#""reasoning_tokens":{}"#, limit(body)),
                );
                thoughts
            }
            Self::CannotFinish(needed) if limit(body) < *needed => cannot_finish(),
            Self::Redirect(location) => {
                let mut reply = Reply::json(302, &json!({}));
                reply.headers.push(("location", location.clone()));
                reply
            }
            Self::Echo(status) => echo(*status, &proof(request)),
            Self::EchoHtml(status) => echo_html(*status, &proof(request)),
            Self::UnsupportedMaxTokens => {
                unsupported_limit(body).unwrap_or_else(|| done(&drafts()))
            }
            Self::NoJsonSchema if body["response_format"]["type"] == "json_schema" => {
                no_json_schema()
            }
            Self::LargestPrompt(most) if characters(&body["messages"]) > *most => {
                context_too_long(*most, characters(&body["messages"]))
            }
            Self::Draft
            | Self::LargestPrompt(_)
            | Self::Hang(_)
            | Self::NoJsonSchema
            | Self::Thinks(_)
            | Self::CannotFinish(_) => done(&drafts()),
            Self::Custom(content) => done(&content(definitions)),
        })
    }
}

/// Whether a request only wants to know whether anybody answers.
fn is_probe(body: &Value) -> bool {
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    let last = messages
        .last()
        .and_then(|message| message["content"].as_str());
    last.is_some_and(|text| text.contains(r#"{"ok": true}"#))
}

/// What a request proved itself by.
fn proof(request: &Recorded) -> String {
    let bearer = request.header("authorization");
    let bearer = bearer.and_then(|value| value.strip_prefix("Bearer "));
    let proof = request.header("api-key").or(bearer);
    proof.unwrap_or("nothing").to_owned()
}

fn echo(status: u16, proof: &str) -> Reply {
    let message = format!("The key {proof} is not welcome: {proof}.");
    let error = json!({"code": proof, "message": message, "param": proof, "type": proof});
    let mut reply = Reply::json(status, &json!({"error": error, "api-key": proof}));
    for name in [
        "apim-request-id",
        "x-request-id",
        "x-ms-region",
        "location",
        "x-echo",
    ] {
        reply.headers.push((name, proof.to_owned()));
    }
    reply
}

fn echo_html(status: u16, proof: &str) -> Reply {
    let title = format!("Sorry, {proof}");
    Reply {
        body: format!("<html><head><title>{title}</title></head><body>{proof}</body></html>"),
        headers: vec![("content-type", "text/html".to_owned())],
        ..echo(status, proof)
    }
}

fn invented(definition: &Prompted) -> Value {
    let mut draft = definition.draft();
    if let Some(args) = draft["args"].as_array_mut() {
        args.push(json!({"name": "imaginary", "description": "An argument that is not there."}));
    }
    draft
}

fn page(status: u16, title: &str) -> Reply {
    Reply {
        status,
        headers: vec![("content-type", "text/html".to_owned())],
        body: format!("<html><head><title>{title}</title></head><body></body></html>"),
        is_cut: false,
    }
}

/// A 429 that asks for a wait of so many milliseconds.
pub(super) fn throttled(retry_after_ms: u64) -> Reply {
    let seconds = retry_after_ms.div_ceil(1000);
    let message = format!(
        "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version \
         2024-10-21 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please \
         retry after {seconds} seconds."
    );
    Reply::json(429, &json!({"error": {"code": "429", "message": message}}))
        .with("retry-after", seconds)
        .with("retry-after-ms", retry_after_ms)
}

/// The prompt is too long for the model's context, whose length is told in tokens.
fn context_too_long(most: usize, characters: usize) -> Reply {
    let (most, tokens) = (most.div_ceil(4), characters.div_ceil(4));
    let message = format!(
        "This model's maximum context length is {most} tokens. However, your messages resulted in \
         {tokens} tokens. Please reduce the length of the messages."
    );
    let error = json!({
        "message": message, "type": "invalid_request_error", "param": "messages",
        "code": "context_length_exceeded",
    });
    Reply::json(400, &json!({"error": error}))
}

/// Says in an answer that so many tokens of its prompt were cached.
pub(super) fn cached(action: Action, tokens: usize) -> Action {
    let Action::Reply(mut reply) = action else {
        return action;
    };
    let told = format!(r#""cached_tokens":{tokens}"#);
    reply.body = reply.body.replace(r#""cached_tokens":0"#, &told);
    Action::Reply(reply)
}

/// Says in an answer that this model gave it.
pub(super) fn answered_by(action: Action, model: &str) -> Action {
    let Action::Reply(mut reply) = action else {
        return action;
    };
    reply.body = reply.body.replace(MODEL, model);
    Action::Reply(reply)
}

fn server_error(status: u16) -> Reply {
    let error = json!({
        "code": "InternalServerError",
        "message": "The server had an error while processing your request. Sorry about that!",
    });
    Reply::json(status, &json!({"error": error}))
}

/// A 200 with one choice, its usage, and the content filter's annotations.
fn completion(body: &Value, content: &str, finish_reason: &str) -> Reply {
    let is_filtered = finish_reason == "content_filter";
    let message = json!({"role": "assistant", "content": content, "refusal": null});
    whole_completion(body, &message, finish_reason, is_filtered)
}

fn refusal(body: &Value, words: &str) -> Reply {
    let message = json!({"role": "assistant", "content": null, "refusal": words});
    whole_completion(body, &message, "stop", false)
}

fn whole_completion(
    body: &Value,
    message: &Value,
    finish_reason: &str,
    is_filtered: bool,
) -> Reply {
    let severity = if is_filtered { "high" } else { "safe" };
    let prompt_tokens = characters(&body["messages"]).div_ceil(4);
    let completion_tokens = characters(message).div_ceil(4);
    Reply::json(
        200,
        &json!({
            "id": "chatcmpl-fake",
            "object": "chat.completion",
            "created": 1_750_000_000,
            "model": MODEL,
            "system_fingerprint": "fp_fake",
            "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {
                "hate": {"filtered": false, "severity": "safe"},
                "jailbreak": {"filtered": false, "detected": false},
                "self_harm": {"filtered": false, "severity": "safe"},
                "sexual": {"filtered": false, "severity": "safe"},
                "violence": {"filtered": false, "severity": "safe"},
            }}],
            "choices": [{
                "index": 0,
                "finish_reason": finish_reason,
                "logprobs": null,
                "message": message,
                "content_filter_results": {
                    "hate": {"filtered": false, "severity": "safe"},
                    "protected_material_code": {"filtered": false, "detected": false},
                    "protected_material_text": {"filtered": false, "detected": false},
                    "self_harm": {"filtered": false, "severity": "safe"},
                    "sexual": {"filtered": false, "severity": "safe"},
                    "violence": {"filtered": is_filtered, "severity": severity},
                },
            }],
            "usage": {
                "prompt_tokens": prompt_tokens,
                "completion_tokens": completion_tokens,
                "total_tokens": prompt_tokens + completion_tokens,
                "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
                "completion_tokens_details": {
                    "reasoning_tokens": 0, "accepted_prediction_tokens": 0,
                    "rejected_prediction_tokens": 0, "audio_tokens": 0,
                },
            },
        }),
    )
}

/// The characters of all strings in a value.
fn characters(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        Value::Array(values) => values.iter().map(characters).sum(),
        Value::Object(fields) => fields.values().map(characters).sum(),
        _ => 0,
    }
}

fn content_filter() -> Reply {
    Reply::json(
        400,
        &json!({"error": {
            "message": "The response was filtered due to the prompt triggering Azure OpenAI's \
                        content management policy. Please modify your prompt and retry. To learn \
                        more about our content filtering policies please read our documentation: \
                        https://go.microsoft.com/fwlink/?linkid=2198766",
            "type": null,
            "param": "prompt",
            "code": "content_filter",
            "status": 400,
            "innererror": {
                "code": "ResponsibleAIPolicyViolation",
                "content_filter_result": {
                    "hate": {"filtered": false, "severity": "safe"},
                    "jailbreak": {"filtered": true, "detected": true},
                    "self_harm": {"filtered": false, "severity": "safe"},
                    "sexual": {"filtered": false, "severity": "safe"},
                    "violence": {"filtered": false, "severity": "safe"},
                },
            },
        }}),
    )
}

/// Against the output limit under the name that the request has for it.
fn unsupported_limit(body: &Value) -> Option<Reply> {
    let error = if body.get("max_tokens").is_some() {
        json!({
            "message": "Unsupported parameter: 'max_tokens' is not supported with this model. Use \
                        'max_completion_tokens' instead.",
            "type": "invalid_request_error", "param": "max_tokens", "code": "unsupported_parameter",
        })
    } else {
        body.get("max_completion_tokens")?;
        json!({
            "message": "Unrecognized request argument supplied: max_completion_tokens",
            "type": "invalid_request_error", "param": null, "code": null,
        })
    };
    Some(Reply::json(400, &json!({"error": error})))
}

/// The output limit that a request asks for.
fn limit(body: &Value) -> u64 {
    let limit = |name: &str| body[name].as_u64();
    limit("max_completion_tokens")
        .or_else(|| limit("max_tokens"))
        .unwrap_or(u64::MAX)
}

fn cannot_finish() -> Reply {
    Reply::json(
        400,
        &json!({"error": {
            "message": "Could not finish the message because max_tokens or model output limit was \
                        reached. Please try again with higher max_tokens.",
            "type": "invalid_request_error", "param": null, "code": null,
        }}),
    )
}

fn no_json_schema() -> Reply {
    Reply::json(
        400,
        &json!({"error": {
            "message": "Invalid parameter: 'response_format' of type 'json_schema' is not supported \
                        with this model. Learn more about supported models at the Structured \
                        Outputs guide.",
            "type": "invalid_request_error", "param": "response_format", "code": null,
        }}),
    )
}
