//! A finding at a place.

use std::fmt;

use serde::Serialize;

use super::RuleCode;
use crate::python::{Place, SyntaxError};
use crate::source::{FileName, ReadError};

/// A finding: where, under which code, and in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file.
    pub path: FileName,
    /// The place in it.
    pub place: Place,
    /// The rule.
    pub code: RuleCode,
    /// What is wrong.
    pub message: String,
}

impl Diagnostic {
    /// A file that is not valid Python.
    #[must_use]
    pub fn syntax(path: FileName, error: &SyntaxError) -> Self {
        Self {
            path,
            place: error.place,
            code: RuleCode::E999,
            message: format!("Syntax error: {error}"),
        }
    }

    /// A file that cannot be read, or not as text.
    #[must_use]
    pub fn unreadable(path: FileName, error: &ReadError) -> Self {
        let (line, column) = match error {
            ReadError::Decode(error) => error.place(),
            ReadError::Io(_) | ReadError::TooLarge(_) => (1, 1),
        };
        let message = match error {
            ReadError::Decode(error) => format!("Cannot be decoded: {error}"),
            error => capitalized(&error.to_string()),
        };
        Self {
            path,
            place: Place { line, column },
            code: RuleCode::E902,
            message,
        }
    }

    /// A folder or file that could not be looked at.
    #[must_use]
    pub fn undiscovered(path: FileName, reason: &str) -> Self {
        Self {
            path,
            place: Place { line: 1, column: 1 },
            code: RuleCode::E902,
            message: format!("Cannot be read: {reason}"),
        }
    }

    /// Whether it speaks of a file that docgen could not take in.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        matches!(self.code, RuleCode::E902 | RuleCode::E999)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column } = self.place;
        write!(
            f,
            "{}:{line}:{column}: {} {}",
            self.path, self.code, self.message
        )
    }
}

impl Serialize for Diagnostic {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut fields = serializer.serialize_struct("Diagnostic", 5)?;
        fields.serialize_field("path", self.path.as_str())?;
        fields.serialize_field("line", &self.place.line)?;
        fields.serialize_field("column", &self.place.column)?;
        fields.serialize_field("code", &self.code)?;
        fields.serialize_field("message", &self.message)?;
        fields.end()
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}
