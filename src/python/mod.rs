//! Python text to definitions: what can carry a docstring, and the facts it may state.
//!
//! The only room that names the parser crate. It reads text and gives plain data; it never
//! touches a file and never decides what needs a docstring.

mod body;
mod canonical;
mod cognitive;
mod comments;
mod compare;
mod definition;
mod elide;
mod example;
mod exceptions;
mod exports;
mod extract;
mod facts;
mod implied;
mod imports;
mod layout;
mod literals;
mod nesting;
mod parse;
mod placement;
mod project;
mod raises;
mod roles;
mod scope;
mod signature;
mod standard_library;
mod term;
mod typing_names;

pub use body::{Assignment, Bodies, Body, Circumstance, Exit};
pub use canonical::{CanonicalCode, canonical_header};
pub use comments::{BlockMark, Comment};
pub use definition::{
    Attribute, BodyFacts, Complexity, Decorator, DecoratorRole, Definition, ExistingDocstring,
    Kind, Module, Parameter, ParameterKind, Raise, Signature, Visibility,
};
pub use elide::{Piece, elide};
pub use example::{ExampleCall, ExampleCode, ExampleStatement, read_example};
pub use exceptions::derives_from;
pub use extract::{FileRole, analyze};
pub use implied::Implied;
pub use parse::{Lines, STACK_BYTES, SyntaxError, SyntaxTree, parse};
pub use placement::{Around, BlankLines, Placement};
pub use project::{CalledRaise, DefinitionId, ModuleFacts, Project, ProjectEntry};
pub use raises::Guard;
pub use scope::{Binding, Bound, CallSite, Scope};
pub use standard_library::StandardLibrary;
pub use term::{Argument, Container, Form, Relation, Term};

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A range of bytes in a decoded text.
pub type ByteRange = Range<usize>;

/// A place as people count: both from 1, columns in characters.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

fn byte_range(range: ruff_text_size::TextRange) -> ByteRange {
    range.start().to_usize()..range.end().to_usize()
}
