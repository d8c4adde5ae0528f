//! What a deployment accepts. Its name does not tell its model, so the arguments are tried, and
//! what the answers complain about is renamed, lowered or left out for the rest of the run.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::endpoint::LimitName;
use super::server_error::ServerError;

/// The arguments that a request is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Dialect {
    /// What the output limit is called; `None` sends none.
    pub(super) limit_name: Option<LimitName>,
    /// The most that the model accepts as an output limit.
    pub(super) limit_ceiling: Option<u64>,
    /// How a reply's shape is asked for.
    pub(super) format: ReplyFormat,
    /// Whether a sampling temperature is accepted.
    pub(super) temperature: bool,
    /// Whether a reasoning effort is accepted.
    pub(super) reasoning_effort: bool,
    /// Who the constant part of the prompt is from.
    pub(super) instructor: Instructor,
    /// Whether both names of the output limit have been tried.
    limit_renamed: bool,
}

/// The role of the message with the instructions, the usual one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Instructor {
    /// What all models but a few take.
    System,
    /// What reasoning models call it.
    Developer,
    /// For models that take instructions from the user alone.
    User,
}

impl Instructor {
    pub(super) fn role(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Developer => "developer",
            Self::User => "user",
        }
    }
}

/// How a reply's shape is asked for, the strongest way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReplyFormat {
    /// The server holds the model to the schema.
    JsonSchema,
    /// The server holds the model to JSON; the prompt carries the schema.
    JsonObject,
    /// The prompt carries the schema, and that is all.
    Prompt,
}

/// What a server says against a request's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Complaint {
    /// It does not take the argument, or not with this value.
    Argument(String),
    /// The output limit is higher than the model's.
    LimitTooLarge(u64),
    /// It cannot hold a reply to this format.
    Format,
}

impl std::fmt::Display for Complaint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Argument(name) => write!(f, "`{name}`"),
            Self::LimitTooLarge(most) => write!(f, "an output limit of at most {most}"),
            Self::Format => f.write_str("`response_format`"),
        }
    }
}

impl Complaint {
    /// Whether it is about something that the user asked for.
    pub(super) fn is_about_a_setting(&self) -> bool {
        matches!(self, Self::Argument(name) if matches!(name.as_str(), "temperature" | "reasoning_effort"))
    }

    /// Reads the complaint from a 400's error, if it is one that another request can meet.
    pub(super) fn read(error: &ServerError) -> Option<Self> {
        let message = error.message.as_str();
        let names_limit =
            |text: &str| text.contains("max_tokens") || text.contains("max_completion_tokens");
        if message.contains("too large")
            && (names_limit(message) || error.parameter.as_deref().is_some_and(names_limit))
            && let Some(most) = number_after(message, "at most ")
        {
            return Some(Self::LimitTooLarge(most));
        }
        let lower = message.to_ascii_lowercase();
        // A schema that breaks the rules is docgen's own fault; asking more weakly would hide it.
        if lower.contains("invalid schema") {
            return None;
        }
        let argument = name_of_argument(error);
        let is_format = argument.is_some_and(|name| name.starts_with("response_format"))
            || error.parameter.as_deref() == Some("response_format")
            || lower.contains("response_format value as json_schema")
            || (lower.contains("response_format") && lower.contains("not supported"));
        if is_format {
            return Some(Self::Format);
        }
        argument.map(|name| Self::Argument(name.to_owned()))
    }
}

/// The argument that an error names as not supported, wherever it names it.
fn name_of_argument(error: &ServerError) -> Option<&str> {
    let message = error.message.as_str();
    if let Some((_, names)) = message
        .split_once("Unrecognized request argument")
        .and_then(|(_, rest)| rest.split_once("supplied: "))
    {
        return names.split([',', ' ']).next();
    }
    let code = error.code.as_deref().unwrap_or_default();
    let starts = ["Unsupported parameter: ", "Unsupported value: "];
    let quoted = starts
        .iter()
        .find_map(|start| message.strip_prefix(start))
        .and_then(|rest| rest.split('\'').nth(1));
    if matches!(code, "unsupported_parameter" | "unsupported_value") {
        return error.parameter.as_deref().or(quoted);
    }
    quoted
}

fn number_after(text: &str, marker: &str) -> Option<u64> {
    let (_, rest) = text.split_once(marker)?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

impl Dialect {
    pub(super) fn new(limit_name: LimitName) -> Self {
        Self {
            limit_name: Some(limit_name),
            limit_ceiling: None,
            format: ReplyFormat::JsonSchema,
            temperature: true,
            reasoning_effort: true,
            instructor: Instructor::System,
            limit_renamed: false,
        }
    }

    /// The dialect that meets the complaint; `None` if there is nothing left to change.
    fn after(mut self, complaint: &Complaint) -> Option<Self> {
        let before = self;
        match complaint {
            Complaint::LimitTooLarge(most) => {
                let lowered = self.limit_ceiling.is_none_or(|ceiling| *most < ceiling);
                self.limit_ceiling = (lowered && *most > 0)
                    .then_some(*most)
                    .or(self.limit_ceiling);
            }
            Complaint::Format => {
                self.format = match self.format {
                    ReplyFormat::JsonSchema => ReplyFormat::JsonObject,
                    ReplyFormat::JsonObject | ReplyFormat::Prompt => ReplyFormat::Prompt,
                };
            }
            Complaint::Argument(name) => match (name.as_str(), self.limit_name) {
                ("temperature", _) => self.temperature = false,
                ("reasoning_effort", _) => self.reasoning_effort = false,
                ("messages[0].role", _) => {
                    self.instructor = match self.instructor {
                        Instructor::System => Instructor::Developer,
                        Instructor::Developer | Instructor::User => Instructor::User,
                    };
                }
                ("max_tokens", Some(LimitName::MaxTokens)) => {
                    self.rename_limit(LimitName::MaxCompletionTokens);
                }
                ("max_completion_tokens", Some(LimitName::MaxCompletionTokens)) => {
                    self.rename_limit(LimitName::MaxTokens);
                }
                _ => {}
            },
        }
        (self != before).then_some(self)
    }

    fn rename_limit(&mut self, other: LimitName) {
        self.limit_name = (!self.limit_renamed).then_some(other);
        self.limit_renamed = true;
    }
}

/// What a complaint taught.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lesson {
    /// Requests are written otherwise from now on.
    New,
    /// Another request learned something since this one was written.
    Known,
    /// There is nothing left to change.
    Nothing,
}

/// The dialect that all requests of a run share.
pub(super) struct Learned(Mutex<Dialect>);

impl Learned {
    pub(super) fn new(first: Dialect) -> Self {
        Self(Mutex::new(first))
    }

    /// Begins with what an earlier run has learned. What the user asks for is tried anew: it may be
    /// something else by now, and what is left out is to be said.
    pub(super) fn remember(&self, dialect: Dialect) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Dialect {
            temperature: true,
            reasoning_effort: true,
            ..dialect
        };
    }

    pub(super) fn dialect(&self) -> Dialect {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what a server said against a request that was written in `sent`.
    pub(super) fn learn(&self, sent: Dialect, complaint: &Complaint) -> Lesson {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *current != sent {
            return Lesson::Known;
        }
        match current.after(complaint) {
            Some(next) => {
                *current = next;
                Lesson::New
            }
            None => Lesson::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(body: &str) -> Option<Complaint> {
        Complaint::read(&ServerError::read(body.as_bytes()))
    }

    fn message(text: &str) -> Option<Complaint> {
        complaint(
            &serde_json::json!({"error": {"message": text, "param": null, "code": null}})
                .to_string(),
        )
    }

    #[test]
    fn complaints_are_read_from_azures_bodies() {
        let argument = |name: &str| Some(Complaint::Argument(name.to_owned()));
        assert_eq!(
            complaint(
                r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#
            ),
            argument("max_tokens")
        );
        assert_eq!(
            complaint(
                r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0.1 with this model. Only the default (1) value is supported.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}"#
            ),
            argument("temperature")
        );
        assert_eq!(
            message("Unrecognized request argument supplied: reasoning_effort"),
            argument("reasoning_effort")
        );
        assert_eq!(
            message("Unrecognized request arguments supplied: reasoning_effort, temperature"),
            argument("reasoning_effort")
        );
        assert_eq!(
            message(
                "max_tokens is too large: 20000. This model supports at most 16384 completion tokens, whereas you provided 20000."
            ),
            Some(Complaint::LimitTooLarge(16384))
        );
        for text in [
            "response_format value as json_schema is enabled only for api versions 2024-08-01-preview and later",
            "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. Learn more",
            "Unrecognized request argument supplied: response_format",
        ] {
            assert_eq!(message(text), Some(Complaint::Format), "{text}");
        }
        assert_eq!(
            complaint(
                r#"{"error":{"message":"Invalid schema for response_format 'r': In context=(), 'additionalProperties' is required to be supplied and to be false.","type":"invalid_request_error","param":"response_format","code":null}}"#
            ),
            None
        );
        assert_eq!(message("Request too large: at most 10 MB are taken."), None);
        assert_eq!(message("something else"), None);
    }

    #[test]
    fn the_output_limit_is_renamed_once_and_then_left_out() {
        let old = Complaint::Argument("max_tokens".to_owned());
        let new = Complaint::Argument("max_completion_tokens".to_owned());
        let first = Dialect::new(LimitName::MaxTokens);
        let renamed = first.after(&old).unwrap();
        assert_eq!(renamed.limit_name, Some(LimitName::MaxCompletionTokens));
        assert_eq!(
            renamed.after(&old),
            None,
            "it is not sent under that name now"
        );
        let without = renamed.after(&new).unwrap();
        assert_eq!(without.limit_name, None);
        assert_eq!(without.after(&new), None);
    }

    #[test]
    fn formats_weaken_step_by_step_and_ceilings_only_fall() {
        let mut dialect = Dialect::new(LimitName::MaxTokens);
        dialect = dialect.after(&Complaint::Format).unwrap();
        assert_eq!(dialect.format, ReplyFormat::JsonObject);
        dialect = dialect.after(&Complaint::Format).unwrap();
        assert_eq!(dialect.format, ReplyFormat::Prompt);
        assert_eq!(dialect.after(&Complaint::Format), None);
        dialect = dialect.after(&Complaint::LimitTooLarge(100)).unwrap();
        assert_eq!(dialect.after(&Complaint::LimitTooLarge(200)), None);
        assert_eq!(dialect.limit_ceiling, Some(100));
    }

    #[test]
    fn a_complaint_about_an_older_dialect_is_met_already() {
        let first = Dialect::new(LimitName::MaxTokens);
        let learned = Learned::new(first);
        let old = Complaint::Argument("max_tokens".to_owned());
        assert_eq!(learned.learn(first, &old), Lesson::New);
        let now = learned.dialect();
        assert_eq!(learned.learn(first, &old), Lesson::Known);
        assert_eq!(learned.dialect(), now);
        let unknown = Complaint::Argument("seed".to_owned());
        assert_eq!(learned.learn(now, &unknown), Lesson::Nothing);
    }
}
