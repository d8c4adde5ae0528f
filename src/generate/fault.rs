//! What is wrong with a reply: where, of which kind, and in words that a model can act on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A fault of a reply: where in it, and what is wrong there, in words that the model can act on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("`{path}`: {message}")]
pub struct Fault {
    /// Where: `docstrings[2].args[0].name`.
    pub path: String,
    /// Of which kind it is, for statistics.
    pub kind: FaultKind,
    /// What is wrong.
    pub message: String,
}

/// Kinds of faults, as a run's report counts them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The reply is no JSON of the schema, or the second one never came.
    Unreadable,
    /// The reply has no entry for the definition.
    NoEntry,
    /// A text that must be there is empty.
    Empty,
    /// An argument that the signature does not have, or one that is not described.
    Arguments,
    /// The same for a class's attributes.
    Attributes,
    /// A return value told where there is none, or left out where there is one.
    Returns,
    /// The same for yielded values.
    Yields,
    /// The same for exceptions, in their section or in prose.
    Raises,
    /// A name that does not exist.
    UnknownName,
    /// A default that is not the parameter's.
    Default,
    /// A unit that the code contradicts or does not show.
    Unit,
    /// A type that the annotation contradicts.
    Type,
    /// An example that is no Python, or does not use the code as it is.
    Example,
    /// A summary or line that does not fit its room.
    TooLong,
    /// A summary that begins with filler, or says no more than the name or type.
    SaysNothing,
    /// Text that readers of docstrings would take for a section, field, list or fence.
    Structure,
    /// A placeholder, an apology, an error message, or words of the prompt's own example.
    NotWords,
}

impl FaultKind {
    /// The kind in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable reply",
            Self::NoEntry => "definition left out",
            Self::Empty => "empty text",
            Self::Arguments => "arguments not the signature's",
            Self::Attributes => "attributes not the class's",
            Self::Returns => "return value that is not there, or not told",
            Self::Yields => "yielded value that is not there, or not told",
            Self::Raises => "exception that is not raised, or not told",
            Self::UnknownName => "name that does not exist",
            Self::Default => "wrong default",
            Self::Unit => "unit that the code does not show",
            Self::Type => "type that the annotation contradicts",
            Self::Example => "example that does not fit the code",
            Self::TooLong => "text too long for its place",
            Self::SaysNothing => "words that say nothing",
            Self::Structure => "markup or structure in prose",
            Self::NotWords => "placeholder, apology or copied words",
        }
    }
}
