//! What servers say when something went wrong, read by its shape: Azure, OpenAI, gateways and local
//! servers each have their own.

use serde_json::Value;

use super::error::excerpt;
use super::wire::struck;

/// What a server said went wrong, whatever the shape it said it in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ServerError {
    pub(super) code: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) parameter: Option<String>,
    pub(super) message: String,
    /// The content filter's categories, when it was the filter.
    pub(super) categories: Vec<String>,
    /// Whether the content filter's policy is named as the reason.
    is_policy: bool,
}

impl ServerError {
    /// Reads an error's body: nested, flat, `detail`, a web page or nothing.
    pub(super) fn read(body: &[u8]) -> Self {
        let Ok(value) = serde_json::from_slice::<Value>(body) else {
            return Self::only(&page_text(&String::from_utf8_lossy(body)));
        };
        match (&value["error"], &value["detail"]) {
            (error @ Value::Object(_), _) => Self::from_object(error),
            (Value::String(message), _) | (_, Value::String(message)) => Self::only(message),
            (_, Value::Array(details)) => {
                let messages: Vec<&str> = details
                    .iter()
                    .filter_map(|one| one["msg"].as_str())
                    .collect();
                Self::only(&messages.join("; "))
            }
            _ => Self::from_object(&value),
        }
    }

    fn only(message: &str) -> Self {
        let message = match excerpt(message) {
            empty if empty.is_empty() => "no explanation".to_owned(),
            message => message,
        };
        Self {
            message,
            ..Self::default()
        }
    }

    fn from_object(error: &Value) -> Self {
        let inner = [&error["innererror"], &error["inner_error"], error];
        let results = inner
            .iter()
            .flat_map(|inner| {
                [
                    &inner["content_filter_result"],
                    &inner["content_filter_results"],
                ]
            })
            .find(|results| results.is_object());
        let is_policy = inner
            .iter()
            .any(|inner| inner["code"] == "ResponsibleAIPolicyViolation");
        Self {
            code: scalar(&error["code"]),
            kind: scalar(&error["type"]),
            parameter: scalar(&error["param"]),
            categories: struck(results),
            is_policy,
            ..Self::only(error["message"].as_str().unwrap_or_default())
        }
    }

    /// Whether `name` is the error's code or type.
    pub(super) fn is(&self, name: &str) -> bool {
        self.code.as_deref() == Some(name) || self.kind.as_deref() == Some(name)
    }

    /// Whether a content filter blocked the prompt.
    pub(super) fn is_content_filter(&self) -> bool {
        self.is("content_filter") || self.is("content_policy_violation") || self.is_policy
    }

    /// Whether the prompt does not fit the model's context.
    pub(super) fn is_context(&self) -> bool {
        let message = self.message.to_ascii_lowercase();
        self.is("context_length_exceeded")
            || self.is("exceed_context_size_error")
            || message.contains("maximum context length")
            || message.contains("exceeds the available context size")
            || message.contains("input tokens exceed the configured limit")
    }

    /// Whether the model spent its output limit without an answer.
    pub(super) fn is_output_limit(&self) -> bool {
        self.message.starts_with("Could not finish the message")
    }
}

/// A code may be a string, a number or null.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(excerpt(text)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The title of a web page, which is what a gateway's error comes down to; other text as it is.
fn page_text(text: &str) -> String {
    if !text.trim_start().starts_with('<') {
        return text.to_owned();
    }
    let title = text
        .split_once("<title>")
        .and_then(|(_, rest)| rest.split_once("</title>"))
        .map_or("without a title", |(title, _)| title.trim());
    format!("a web page, {title}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_by_shape() {
        let read = |body: &str| ServerError::read(body.as_bytes());
        let nested = read(r#"{"error":{"code":429,"message":"wait","param":"p","type":"t"}}"#);
        assert_eq!(nested.code.as_deref(), Some("429"));
        assert_eq!(
            (nested.message.as_str(), nested.parameter.as_deref()),
            ("wait", Some("p"))
        );
        assert!(nested.is("t"));
        for (body, message) in [
            (
                r#"{"statusCode":401,"message":"Unauthorized."}"#,
                "Unauthorized.",
            ),
            (r#"{"error":"model not found"}"#, "model not found"),
            (r#"{"detail":"Not Found"}"#, "Not Found"),
            (
                r#"{"detail":[{"loc":["body"],"msg":"field required"}]}"#,
                "field required",
            ),
            (
                "<html><head><title>502 Bad Gateway</title></head>",
                "a web page, 502 Bad Gateway",
            ),
            ("", "no explanation"),
            ("[]", "no explanation"),
            ("upstream\r\ngone\u{7}", "upstream gone\\u{7}"),
        ] {
            assert_eq!(read(body).message, message, "{body}");
        }
    }

    #[test]
    fn the_content_filter_is_known_in_all_its_variants() {
        for inner in [
            r#""innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"jailbreak":{"filtered":true,"detected":true}}}"#,
            r#""code":"content_filter","inner_error":{"content_filter_results":{"jailbreak":{"detected":true}}}"#,
            r#""code":"content_policy_violation","content_filter_result":{"jailbreak":{"filtered":true}}"#,
        ] {
            let error =
                ServerError::read(format!(r#"{{"error":{{"message":"m",{inner}}}}}"#).as_bytes());
            assert!(error.is_content_filter(), "{inner}");
            assert_eq!(error.categories, ["jailbreak"], "{inner}");
        }
        assert!(ServerError::read(br#"{"error":{"code":"content_filter"}}"#).is_content_filter());
    }
}
