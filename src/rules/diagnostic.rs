//! A finding at a place.

use std::fmt;

use serde::Serialize;

use super::{Drift, RuleCode};
use crate::python::{Definition, Kind, Lines, Place, SyntaxError};
use crate::source::{FileName, ReadError};

/// A finding: where, under which code, and in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file.
    pub path: FileName,
    /// The place in it.
    pub place: Place,
    /// Where the marked text ends, exclusive; the same as `place` when a point is marked.
    pub end: Place,
    /// The qualified name of the definition it speaks of; empty for a module or a whole file.
    pub definition: String,
    /// The rule.
    pub code: RuleCode,
    /// What is wrong.
    pub message: String,
}

impl Diagnostic {
    /// A definition without the docstring that `code` asks for; its name is marked.
    #[must_use]
    pub fn missing(path: FileName, definition: &Definition, code: RuleCode) -> Self {
        let (place, end) = name_of(definition);
        Self {
            path,
            place,
            end,
            definition: definition.qualified_name.clone(),
            code,
            message: code.message().to_owned(),
        }
    }

    /// A docstring that contradicts its code; the words at fault are marked, or else the
    /// definition's name. `text` is the file's, and `lines` are its lines.
    #[must_use]
    pub fn drifted(
        path: FileName,
        definition: &Definition,
        drift: Drift,
        text: &str,
        lines: &Lines,
    ) -> Self {
        let docstring = definition.docstring.as_ref();
        let verbatim_at = docstring.and_then(|docstring| docstring.verbatim_at);
        let (place, end) = match (drift.at, verbatim_at) {
            (Some(at), Some(start)) => (
                lines.place(text, start + at.start),
                lines.place(text, start + at.end),
            ),
            _ => name_of(definition),
        };
        Self {
            path,
            place,
            end,
            definition: definition.qualified_name.clone(),
            code: drift.code,
            message: drift.message,
        }
    }

    /// A file that is not valid Python.
    #[must_use]
    pub fn syntax(path: FileName, error: &SyntaxError) -> Self {
        Self {
            path,
            place: error.place,
            end: error.place,
            definition: String::new(),
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
        let place = Place { line, column };
        Self {
            path,
            place,
            end: place,
            definition: String::new(),
            code: RuleCode::E902,
            message,
        }
    }

    /// A folder or file that could not be looked at.
    #[must_use]
    pub fn undiscovered(path: FileName, reason: &str) -> Self {
        let place = Place { line: 1, column: 1 };
        Self {
            path,
            place,
            end: place,
            definition: String::new(),
            code: RuleCode::E902,
            message: format!("Cannot be read: {reason}"),
        }
    }

    /// Whether it speaks of a file that docgen could not take in.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        self.code.is_unread()
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
        let mut fields = serializer.serialize_struct("Diagnostic", 8)?;
        fields.serialize_field("path", self.path.as_str())?;
        fields.serialize_field("line", &self.place.line)?;
        fields.serialize_field("column", &self.place.column)?;
        fields.serialize_field("end_line", &self.end.line)?;
        fields.serialize_field("end_column", &self.end.column)?;
        fields.serialize_field("definition", &self.definition)?;
        fields.serialize_field("code", &self.code)?;
        fields.serialize_field("message", &self.message)?;
        fields.end()
    }
}

/// Where the definition's name stands; a module has none, and its start is meant.
fn name_of(definition: &Definition) -> (Place, Place) {
    let length = match definition.kind {
        Kind::Module | Kind::Package => 0,
        _ => definition.name.chars().count(),
    };
    let start = definition.place;
    let end = Place {
        column: start.column + length,
        ..start
    };
    (start, end)
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}
