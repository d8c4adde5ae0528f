//! What goes over the wire when all is well: the request's body and the completion.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::adapt::{Dialect, ReplyFormat};
use super::chat::{ChatRequest, Completion, Finish, Role, Sender, Tokens, Usage};
use super::embedding::{EmbeddingRequest, Embeddings};
use super::endpoint::LimitName;
use super::error::excerpt;

/// The body of a request.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<&'a str>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: Cow<'a, str>,
}

/// What every request of a run sends besides its prompt.
pub(super) struct Settings {
    pub(super) model: Option<String>,
    pub(super) temperature: Option<f64>,
    pub(super) reasoning_effort: Option<String>,
}

impl<'a> Body<'a> {
    /// A request's body in a deployment's dialect, with `limit` as the output limit.
    pub(super) fn new(
        request: &'a ChatRequest,
        limit: Tokens,
        settings: &'a Settings,
        dialect: Dialect,
    ) -> Self {
        let limit = limit.get();
        let limit_as = |name| (dialect.limit_name == Some(name)).then_some(limit);
        let effort = settings.reasoning_effort.as_deref();
        Self {
            model: settings.model.as_deref(),
            messages: messages(request, dialect),
            response_format: response_format(request, dialect.format),
            max_tokens: limit_as(LimitName::MaxTokens),
            max_completion_tokens: limit_as(LimitName::MaxCompletionTokens),
            temperature: settings.temperature.filter(|_| dialect.temperature),
            reasoning_effort: effort.filter(|_| dialect.reasoning_effort),
        }
    }
}

fn messages(request: &ChatRequest, dialect: Dialect) -> Vec<Message<'_>> {
    let mut system = Cow::Borrowed(request.system.as_str());
    if dialect.format != ReplyFormat::JsonSchema {
        // The model does not see the schema otherwise, and the JSON mode wants the word.
        system = format!(
            "{system}\n\nReply with one JSON object that is valid under this JSON schema, and with \
             nothing else:\n{}",
            request.schema.schema
        )
        .into();
    }
    let system = Message {
        role: dialect.instructor.role(),
        content: system,
    };
    let turns = request.turns.iter().map(|turn| Message {
        role: match turn.role {
            Role::User => "user",
            Role::Assistant => "assistant",
        },
        content: turn.content.as_str().into(),
    });
    std::iter::once(system).chain(turns).collect()
}

fn response_format(request: &ChatRequest, format: ReplyFormat) -> Option<Value> {
    let schema = &request.schema;
    match format {
        ReplyFormat::JsonSchema => Some(json!({
            "type": "json_schema",
            "json_schema": {"name": schema.name, "strict": true, "schema": schema.schema},
        })),
        ReplyFormat::JsonObject => Some(json!({"type": "json_object"})),
        ReplyFormat::Prompt => None,
    }
}

/// The body of a request for embeddings.
#[derive(Serialize)]
pub(super) struct EmbeddingBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    input: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<u32>,
    encoding_format: &'static str,
}

impl<'a> EmbeddingBody<'a> {
    pub(super) fn new(request: &EmbeddingRequest<'a>, settings: &'a Settings) -> Self {
        Self {
            model: settings.model.as_deref(),
            input: request.texts,
            dimensions: request.dimensions,
            encoding_format: "float",
        }
    }
}

#[derive(Deserialize)]
struct RawEmbeddings {
    #[serde(default)]
    model: Value,
    data: Vec<RawEmbedding>,
    usage: Option<RawUsage>,
}

#[derive(Deserialize)]
struct RawEmbedding {
    index: usize,
    embedding: Vec<f32>,
}

/// Reads the vectors of `count` texts, which may come in any order.
pub(super) fn read_embeddings(body: &[u8], count: usize) -> Result<Embeddings, String> {
    let mut raw: RawEmbeddings = serde_json::from_slice(body)
        .map_err(|error| format!("{}; it starts with `{}`", error, start_of(body)))?;
    raw.data.sort_by_key(|one| one.index);
    let is_complete = raw.data.len() == count
        && (raw.data.iter().enumerate()).all(|(place, one)| place == one.index);
    if !is_complete {
        return Err(format!("it has not one vector for each of {count} texts"));
    }
    let sizes = raw.data.iter().map(|one| one.embedding.len());
    if sizes.clone().min() != sizes.max() || raw.data.iter().any(|one| one.embedding.is_empty()) {
        return Err("its vectors differ in length".to_owned());
    }
    Ok(Embeddings {
        vectors: raw.data.into_iter().map(|one| one.embedding).collect(),
        usage: raw.usage.unwrap_or_default().into(),
        model: raw.model.as_str().map(excerpt),
    })
}

#[derive(Deserialize)]
struct RawCompletion {
    #[serde(default)]
    model: Value,
    choices: Vec<RawChoice>,
    usage: Option<RawUsage>,
}

#[derive(Deserialize)]
struct RawChoice {
    message: Option<RawMessage>,
    finish_reason: Option<String>,
    content_filter_results: Option<Value>,
}

#[derive(Deserialize)]
struct RawMessage {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Deserialize, Default)]
struct RawUsage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<RawPromptDetails>,
    completion_tokens_details: Option<RawCompletionDetails>,
}

#[derive(Deserialize)]
struct RawPromptDetails {
    cached_tokens: Option<u64>,
    /// From GPT-5.6 on, where writing to the cache has a price of its own.
    cache_write_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct RawCompletionDetails {
    reasoning_tokens: Option<u64>,
}

/// The output limit was reached; whether it can be raised is the client's to say.
const UNFINISHED: Finish = Finish::Length {
    has_more_room: false,
};

/// Reads the body of a successful answer; the error says why it is not a completion.
pub(super) fn read_completion(body: &[u8]) -> Result<Completion, String> {
    let raw: RawCompletion = serde_json::from_slice(body)
        .map_err(|error| format!("{}; it starts with `{}`", error, start_of(body)))?;
    let mut usage: Usage = raw.usage.unwrap_or_default().into();
    let choice = raw.choices.into_iter().next().ok_or("it has no choice")?;
    let message = choice.message.ok_or("its choice has no message")?;
    let content = message.content.unwrap_or_default();
    let noticed = struck(choice.content_filter_results.as_ref());
    let finish = match (choice.finish_reason.as_deref(), message.refusal) {
        (_, Some(words)) if !words.is_empty() => Finish::Refusal(excerpt(&words)),
        (Some("length"), _) => UNFINISHED,
        (Some("content_filter"), _) => Finish::ContentFilter {
            categories: noticed.clone(),
        },
        (_, _) if content.trim().is_empty() => return Err("its message is empty".to_owned()),
        (_, _) => Finish::Stop,
    };
    // Not every server says what went into thinking; where nothing else came, it was all.
    if finish == UNFINISHED && content.trim().is_empty() && usage.reasoning.get() == 0 {
        usage.reasoning = usage.completion;
    }
    Ok(Completion {
        content: bare_reply(&content).to_owned(),
        finish,
        usage,
        noticed,
        model: raw.model.as_str().map(excerpt),
        sender: Sender::default(),
    })
}

impl From<RawUsage> for Usage {
    fn from(raw: RawUsage) -> Self {
        let details = raw.prompt_tokens_details;
        let cached = details.as_ref().and_then(|raw| raw.cached_tokens);
        let cache_written = details.and_then(|raw| raw.cache_write_tokens);
        let reasoning = raw
            .completion_tokens_details
            .and_then(|raw| raw.reasoning_tokens);
        let tokens = |count: Option<u64>| Tokens::new(count.unwrap_or_default());
        Self {
            prompt: tokens(raw.prompt_tokens),
            completion: tokens(raw.completion_tokens),
            cached: tokens(cached),
            cache_written: tokens(cache_written),
            reasoning: tokens(reasoning),
        }
    }
}

fn start_of(body: &[u8]) -> String {
    let start = &body[..body.len().min(240)];
    excerpt(&String::from_utf8_lossy(start))
        .chars()
        .take(60)
        .collect()
}

/// The reply without the thoughts before it and the code fence around it, which servers that do
/// not hold a model to the schema pass on.
fn bare_reply(content: &str) -> &str {
    let mut reply = content.trim();
    if !reply.starts_with('{')
        && let Some((_, after)) = reply.rsplit_once("</think>")
    {
        reply = after.trim();
    }
    if !reply.starts_with('{')
        && let Some((_, fenced)) = reply.split_once("```")
        && let Some((_, inner)) = fenced.split_once('\n')
    {
        reply = inner.rsplit_once("```").map_or(inner, |(inner, _)| inner);
    }
    reply.trim()
}

/// The categories of a content filter's results that were filtered or detected.
pub(super) fn struck(results: Option<&Value>) -> Vec<String> {
    let is_set = |result: &Value, key: &str| result.get(key).and_then(Value::as_bool) == Some(true);
    let results = results.and_then(Value::as_object).into_iter().flatten();
    results
        .filter(|(_, result)| is_set(result, "filtered") || is_set(result, "detected"))
        .map(|(category, _)| excerpt(category))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::{ReplySchema, Turn, Urgency};

    fn body(dialect: Dialect) -> Value {
        let request = ChatRequest {
            system: "You document.".to_owned(),
            turns: vec![Turn {
                role: Role::User,
                content: "Go.".to_owned(),
            }],
            schema: std::sync::Arc::new(ReplySchema::new("reply", json!({"type": "object"}))),
            max_output_tokens: Tokens::new(500),
            urgency: Urgency::New,
            about: std::sync::Arc::default(),
        };
        let settings = Settings {
            model: Some("docs".to_owned()),
            temperature: Some(0.2),
            reasoning_effort: None,
        };
        serde_json::to_value(Body::new(
            &request,
            request.max_output_tokens,
            &settings,
            dialect,
        ))
        .unwrap()
    }

    #[test]
    fn a_body_says_what_the_dialect_takes() {
        let mut dialect = Dialect::new(LimitName::MaxCompletionTokens);
        assert_eq!(
            body(dialect),
            json!({
                "model": "docs",
                "messages": [
                    {"role": "system", "content": "You document."},
                    {"role": "user", "content": "Go."},
                ],
                "response_format": {"type": "json_schema", "json_schema": {
                    "name": "reply", "strict": true, "schema": {"type": "object"},
                }},
                "max_completion_tokens": 500,
                "temperature": 0.2,
            })
        );
        dialect.format = ReplyFormat::JsonObject;
        dialect.limit_name = Some(LimitName::MaxTokens);
        dialect.temperature = false;
        let weaker = body(dialect);
        assert_eq!(weaker["response_format"], json!({"type": "json_object"}));
        assert_eq!(weaker["max_tokens"], 500);
        assert!(weaker.get("temperature").is_none());
        let system = weaker["messages"][0]["content"].as_str().unwrap();
        assert!(system.starts_with("You document.") && system.ends_with(r#"{"type":"object"}"#));
    }

    fn completion(choice: &Value) -> Result<Completion, String> {
        read_completion(json!({"choices": [choice]}).to_string().as_bytes())
    }

    #[test]
    fn every_way_to_finish_is_told_apart() {
        let finish = |choice: &Value| completion(choice).map(|completion| completion.finish);
        let stop = json!({
            "finish_reason": "stop", "message": {"content": "{}"},
            "content_filter_results": {
                "protected_material_code": {"filtered": false, "detected": true},
            },
        });
        assert_eq!(finish(&stop), Ok(Finish::Stop));
        assert_eq!(
            completion(&stop).unwrap().noticed,
            ["protected_material_code"]
        );
        let length = json!({"finish_reason": "length", "message": {"content": ""}});
        assert_eq!(finish(&length), Ok(UNFINISHED));
        let refusal =
            json!({"finish_reason": "stop", "message": {"content": null, "refusal": "No."}});
        assert_eq!(finish(&refusal), Ok(Finish::Refusal("No.".to_owned())));
        let filtered = json!({
            "finish_reason": "content_filter", "message": {},
            "content_filter_results": {
                "hate": {"filtered": false}, "violence": {"filtered": true, "severity": "high"},
                "protected_material_code": {"filtered": false, "detected": true},
            },
        });
        let categories = vec!["violence".to_owned(), "protected_material_code".to_owned()];
        assert_eq!(finish(&filtered), Ok(Finish::ContentFilter { categories }));
        for empty in [json!(null), json!(""), json!(" \n")] {
            assert!(
                completion(&json!({"finish_reason": "stop", "message": {"content": empty}}))
                    .is_err()
            );
        }
        assert!(read_completion(br#"{"choices":[]}"#).is_err());
        assert!(read_completion(b"<html>").is_err());
        assert!(read_completion(b"").is_err());
    }

    #[test]
    fn usage_may_lack_its_details() {
        let usage = |usage: Value| {
            let choice = json!({"finish_reason": "stop", "message": {"content": "x"}});
            let body = json!({"choices": [choice], "usage": usage}).to_string();
            read_completion(body.as_bytes()).unwrap().usage
        };
        assert_eq!(usage(json!(null)), Usage::default());
        assert_eq!(
            usage(json!({
                "prompt_tokens": 20, "completion_tokens": 9, "total_tokens": 29,
                "prompt_tokens_details": {"cached_tokens": 16, "cache_write_tokens": 3},
                "completion_tokens_details": {"reasoning_tokens": 4},
            })),
            Usage {
                prompt: Tokens::new(20),
                completion: Tokens::new(9),
                cached: Tokens::new(16),
                cache_written: Tokens::new(3),
                reasoning: Tokens::new(4),
            }
        );
    }

    #[test]
    fn vectors_come_in_the_order_of_their_texts_or_not_at_all() {
        let read = |data: Value, count| {
            let body = json!({"object": "list", "data": data, "usage": {"prompt_tokens": 3}});
            read_embeddings(body.to_string().as_bytes(), count)
        };
        let one = |index: usize, vector: Value| json!({"index": index, "embedding": vector});
        let both = json!([one(1, json!([0.5, 1.0])), one(0, json!([0.0, -1.0]))]);
        let embeddings = read(both.clone(), 2).unwrap();
        assert_eq!(embeddings.vectors, [[0.0, -1.0], [0.5, 1.0]]);
        assert_eq!(embeddings.usage.prompt, Tokens::new(3));
        assert!(read(both, 3).is_err());
        let twice = json!([one(0, json!([1.0])), one(0, json!([1.0]))]);
        assert!(read(twice, 2).is_err());
        let uneven = json!([one(0, json!([1.0])), one(1, json!([1.0, 2.0]))]);
        assert!(read(uneven, 2).is_err());
        assert!(read(json!([one(0, json!([]))]), 1).is_err());
        assert!(read_embeddings(b"<html>", 1).is_err());
    }

    #[test]
    fn fences_and_thoughts_are_taken_off() {
        for content in [
            "{\"a\": 1}",
            "```json\n{\"a\": 1}\n```",
            "```\n{\"a\": 1}",
            "<think>\nhm {\n</think>\n\n{\"a\": 1}",
            "<think>hm</think>```json\n{\"a\": 1}\n```\n",
            "Here it is:\n```json\n{\"a\": 1}\n```\nDone.",
        ] {
            assert_eq!(bare_reply(content), "{\"a\": 1}", "{content}");
        }
        let literal = "{\"a\": \"```json\\n</think>\"}";
        assert_eq!(bare_reply(literal), literal);
        assert_eq!(bare_reply("just prose"), "just prose");
    }
}
