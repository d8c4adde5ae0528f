//! A request's body against what the service takes.

use serde_json::{Value, json};

use super::http::Reply;
use super::route::{Route, deployment_not_found};

/// The answer to a request that is wrong.
fn wrong(message: impl Into<String>, param: Option<&str>, code: Option<&str>) -> Reply {
    let message = message.into();
    Reply::json(
        400,
        &json!({"error": {
            "message": message, "type": "invalid_request_error", "param": param, "code": code,
        }}),
    )
}

const ARGUMENTS: &[&str] = &[
    "messages",
    "response_format",
    "max_tokens",
    "temperature",
    "top_p",
    "n",
    "stop",
    "seed",
    "user",
    "presence_penalty",
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "top_logprobs",
    "stream",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
];

/// What the dated versions up to [`LAST_GA`] do not know.
const NEWER_ARGUMENTS: &[&str] = &[
    "max_completion_tokens",
    "reasoning_effort",
    "verbosity",
    "prompt_cache_key",
    "metadata",
    "store",
    "safety_identifier",
];

const LAST_GA: &str = "2024-10-21";
const FIRST_WITH_SCHEMAS: &str = "2024-08-01-preview";
const MOST_OUTPUT: u64 = 16_384;

/// Checks a body; the error is what the service would answer.
pub(super) fn check(body: &Value, route: &Route, deployment: &str) -> Result<(), Reply> {
    let Some(fields) = body.as_object() else {
        let message = "We could not parse the JSON body of your request.";
        return Err(wrong(message, None, None));
    };
    check_model(body, route, deployment)?;
    let is_old = matches!(route, Route::Classic { api_version } if api_version.as_str() <= LAST_GA);
    let is_known = |name: &str| {
        ARGUMENTS.contains(&name)
            || (!is_old && NEWER_ARGUMENTS.contains(&name))
            || (name == "model" && !matches!(route, Route::Classic { .. }))
    };
    if let Some(unknown) = fields.keys().find(|name| !is_known(name)) {
        let message = format!("Unrecognized request argument supplied: {unknown}");
        return Err(wrong(message, None, None));
    }
    check_messages(&body["messages"])?;
    check_limits(body)?;
    check_numbers(body)?;
    check_format(body, route)
}

fn check_model(body: &Value, route: &Route, deployment: &str) -> Result<(), Reply> {
    match (route, body["model"].as_str()) {
        (Route::Classic { .. }, _) => Ok(()),
        (_, None) => {
            let message = "you must provide a model parameter";
            Err(wrong(message, None, None))
        }
        (_, Some(name)) if name == deployment => Ok(()),
        (Route::OpenAi, Some(name)) => Err(Reply {
            status: 404,
            ..wrong(
                format!("The model `{name}` does not exist or you do not have access to it."),
                None,
                Some("model_not_found"),
            )
        }),
        (Route::V1, Some(_)) => Err(deployment_not_found()),
    }
}

fn check_messages(messages: &Value) -> Result<(), Reply> {
    let Some(list) = messages.as_array().filter(|list| !list.is_empty()) else {
        let message = "Invalid 'messages': empty array. Expected an array with minimum length 1, \
                       but got an empty array instead.";
        return Err(wrong(message, Some("messages"), Some("empty_array")));
    };
    for (index, message) in list.iter().enumerate() {
        let role = message["role"].as_str().unwrap_or_default();
        if !matches!(role, "system" | "developer" | "user" | "assistant") {
            let param = format!("messages[{index}].role");
            let message = format!(
                "Invalid value: '{role}'. Supported values are: 'system', 'assistant', 'user', \
                 'function', 'tool', and 'developer'."
            );
            return Err(wrong(message, Some(&param), Some("invalid_value")));
        }
        if !message["content"].is_string() {
            let param = format!("messages[{index}].content");
            let message = format!(
                "Invalid type for '{param}': expected one of a string or array of objects."
            );
            return Err(wrong(message, Some(&param), Some("invalid_type")));
        }
    }
    Ok(())
}

fn check_limits(body: &Value) -> Result<(), Reply> {
    let names = ["max_tokens", "max_completion_tokens"];
    if names.iter().all(|name| body.get(name).is_some()) {
        let message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not \
                       supported.";
        return Err(wrong(message, None, Some("invalid_parameter_combination")));
    }
    for name in names {
        let Some(limit) = body.get(name) else {
            continue;
        };
        let Some(limit) = limit.as_u64().filter(|limit| *limit > 0) else {
            let message = format!("Invalid type for '{name}': expected a positive integer.");
            return Err(wrong(message, Some(name), Some("invalid_type")));
        };
        if limit > MOST_OUTPUT {
            let message = format!(
                "{name} is too large: {limit}. This model supports at most {MOST_OUTPUT} \
                 completion tokens, whereas you provided {limit}."
            );
            return Err(wrong(message, Some(name), Some("invalid_value")));
        }
    }
    Ok(())
}

fn check_numbers(body: &Value) -> Result<(), Reply> {
    for name in ["temperature", "top_p"] {
        let is_valid = |value: &Value| {
            value
                .as_f64()
                .is_some_and(|value| (0.0..=2.0).contains(&value))
        };
        if body.get(name).is_some_and(|value| !is_valid(value)) {
            let message = format!("Invalid '{name}': decimal above maximum value.");
            return Err(wrong(message, Some(name), Some("decimal_above_max_value")));
        }
    }
    Ok(())
}

fn check_format(body: &Value, route: &Route) -> Result<(), Reply> {
    let format = &body["response_format"];
    match format["type"].as_str() {
        None if format.is_null() => Ok(()),
        Some("text") => Ok(()),
        Some("json_object") => {
            let text = body["messages"].to_string().to_ascii_lowercase();
            if text.contains("json") {
                return Ok(());
            }
            let message = "'messages' must contain the word 'json' in some form, to use \
                           'response_format' of type 'json_object'.";
            Err(wrong(message, Some("messages"), None))
        }
        Some("json_schema") => {
            if matches!(route, Route::Classic { api_version } if api_version.as_str() < FIRST_WITH_SCHEMAS)
            {
                return Err(Reply::json(
                    400,
                    &json!({"error": {
                        "code": "BadRequest",
                        "message": "response_format value as json_schema is enabled only for api \
                                    versions 2024-08-01-preview and later",
                    }}),
                ));
            }
            check_json_schema(&format["json_schema"])
        }
        _ => {
            let message = "Invalid value for 'response_format.type'. Supported values are: 'text', \
                           'json_object', and 'json_schema'.";
            let param = Some("response_format.type");
            Err(wrong(message, param, Some("invalid_value")))
        }
    }
}

fn check_json_schema(format: &Value) -> Result<(), Reply> {
    let name = format["name"].as_str().unwrap_or_default();
    let is_name_char = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || name.len() > 64 || !name.chars().all(is_name_char) {
        let message = "Invalid 'response_format.json_schema.name': string does not match pattern. \
                       Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.";
        let param = Some("response_format.json_schema.name");
        return Err(wrong(message, param, Some("invalid_value")));
    }
    if format["strict"] != true {
        return Ok(());
    }
    let mut walk = Walk {
        root: &format["schema"],
        properties: 0,
        path: Vec::new(),
    };
    walk.root().map_err(|reason| {
        let message = format!("Invalid schema for response_format '{name}': {reason}");
        wrong(message, Some("response_format"), None)
    })
}

/// Keywords that structured outputs do not take.
const UNSUPPORTED: &[&str] = &[
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "multipleOf",
    "patternProperties",
    "unevaluatedProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "unevaluatedItems",
    "contains",
    "minContains",
    "maxContains",
    "minItems",
    "maxItems",
    "uniqueItems",
    "oneOf",
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
];

const MOST_LEVELS: usize = 5;
const MOST_PROPERTIES: usize = 100;

/// A walk through a strict schema that keeps count of what is limited.
struct Walk<'a> {
    root: &'a Value,
    properties: usize,
    path: Vec<String>,
}

impl<'a> Walk<'a> {
    fn root(&mut self) -> Result<(), String> {
        if self.root["type"] != "object" {
            let kind = self.root["type"].as_str().unwrap_or("None");
            return Err(format!(
                "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{kind}\"'."
            ));
        }
        self.schema(self.root, 1)?;
        let definitions = self.root["$defs"].as_object().into_iter().flatten();
        for (name, schema) in definitions {
            self.within(&["$defs", name], |walk| walk.schema(schema, 1))?;
        }
        Ok(())
    }

    fn schema(&mut self, schema: &'a Value, level: usize) -> Result<(), String> {
        let Some(fields) = schema.as_object() else {
            return Err(self.wrong("schema must be an object"));
        };
        if let Some(keyword) = fields
            .keys()
            .find(|key| UNSUPPORTED.contains(&key.as_str()))
        {
            return Err(self.wrong(&format!("'{keyword}' is not permitted")));
        }
        if level > MOST_LEVELS {
            return Err(self.wrong("the schema is nested more than 5 levels deep"));
        }
        if let Some(reference) = schema["$ref"].as_str() {
            let target = reference
                .strip_prefix('#')
                .and_then(|path| self.root.pointer(path));
            return match target {
                Some(_) => Ok(()),
                None => Err(self.wrong(&format!("reference '{reference}' has no target"))),
            };
        }
        if let Some(options) = schema["anyOf"].as_array() {
            for (index, option) in options.iter().enumerate() {
                self.within(&["anyOf", &index.to_string()], |walk| {
                    walk.schema(option, level)
                })?;
            }
            return Ok(());
        }
        let is_kind = |kind: &str| {
            schema["type"] == kind
                || schema["type"]
                    .as_array()
                    .is_some_and(|kinds| kinds.iter().any(|one| one == kind))
        };
        if is_kind("object") {
            return self.object(schema, level);
        }
        if is_kind("array") {
            if !schema["items"].is_object() {
                return Err(self.wrong("array schema missing items"));
            }
            let items = &schema["items"];
            let deeper = level + usize::from(is_container(items));
            return self.within(&["items"], |walk| walk.schema(items, deeper));
        }
        if schema["type"].is_null() && schema["enum"].is_null() && schema["const"].is_null() {
            return Err(self.wrong("schema must have a 'type' key"));
        }
        Ok(())
    }

    fn object(&mut self, schema: &'a Value, level: usize) -> Result<(), String> {
        if schema["additionalProperties"] != false {
            return Err(
                self.wrong("'additionalProperties' is required to be supplied and to be false")
            );
        }
        let properties = schema["properties"].as_object().into_iter().flatten();
        let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
        for (name, property) in properties {
            self.properties += 1;
            if self.properties > MOST_PROPERTIES {
                return Err(self.wrong("the schema has more than 100 properties"));
            }
            if !required.iter().any(|one| one == name) {
                return Err(self.wrong(&format!(
                    "'required' is required to be supplied and to be an array including every key \
                     in properties. Missing '{name}'"
                )));
            }
            let deeper = level + usize::from(is_container(property));
            self.within(&["properties", name], |walk| walk.schema(property, deeper))?;
        }
        let extra = required.iter().filter_map(Value::as_str);
        for name in extra {
            if schema["properties"].get(name).is_none() {
                return Err(self.wrong(&format!("Extra required key '{name}' supplied")));
            }
        }
        Ok(())
    }

    fn within(
        &mut self,
        path: &[&str],
        check: impl FnOnce(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        let before = self.path.len();
        self.path.extend(path.iter().map(|part| (*part).to_owned()));
        check(self)?;
        self.path.truncate(before);
        Ok(())
    }

    fn wrong(&self, reason: &str) -> String {
        let parts: Vec<String> = self.path.iter().map(|part| format!("'{part}'")).collect();
        let comma = if parts.len() == 1 { "," } else { "" };
        format!("In context=({}{comma}), {reason}.", parts.join(", "))
    }
}

/// Whether a schema opens a level of its own; scalars do not.
fn is_container(schema: &Value) -> bool {
    let kinds = schema["type"].to_string();
    kinds.contains("object") || kinds.contains("array")
}
