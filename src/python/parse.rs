//! Text to syntax tree, with errors that name their place.

use ruff_python_ast::{ModModule, PySourceType};
use ruff_python_parser::{Parsed, parse_unchecked_source};
use ruff_source_file::{LineIndex, PositionEncoding};
use ruff_text_size::TextSize;

use super::Place;
use super::nesting::too_deep;

/// Stack that a thread needs to parse, walk and drop any tree that [`parse`] accepts.
pub const STACK_BYTES: usize = 64 * 1024 * 1024;

/// A parsed file: tree, tokens and line starts.
#[derive(Debug)]
pub struct SyntaxTree {
    pub(super) parsed: Parsed<ModModule>,
    lines: Lines,
}

/// Where the lines of a text begin.
#[derive(Debug, Clone)]
pub struct Lines(LineIndex);

impl Lines {
    /// The line and column of a byte offset in `text`, whose lines these are.
    #[must_use]
    pub fn place(&self, text: &str, offset: usize) -> Place {
        place(&self.0, text, offset)
    }
}

/// Text that is not Python.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// Where the fault is.
    pub place: Place,
    /// What is wrong, as the parser says it.
    pub message: String,
}

/// Parses `text`; run it on a thread with [`STACK_BYTES`] of stack.
///
/// Syntax newer than any released Python is accepted: docgen's user runs a Python that takes
/// the file, and which one is not docgen's business.
pub fn parse(text: &str) -> Result<SyntaxTree, SyntaxError> {
    let lines = LineIndex::from_source_text(text);
    if let Some((at, reason)) = too_deep(text) {
        return Err(SyntaxError {
            place: place(&lines, text, at),
            message: reason.to_string(),
        });
    }
    let parsed = parse_unchecked_source(text, PySourceType::Python);
    if let Some(error) = parsed.errors().first() {
        return Err(SyntaxError {
            place: place(&lines, text, error.location.start().to_usize()),
            message: error.error.to_string(),
        });
    }
    Ok(SyntaxTree {
        parsed,
        lines: Lines(lines),
    })
}

impl SyntaxTree {
    /// The line and column of a byte offset.
    #[must_use]
    pub fn place(&self, text: &str, offset: usize) -> Place {
        self.lines.place(text, offset)
    }

    /// Where its lines begin.
    #[must_use]
    pub fn into_lines(self) -> Lines {
        self.lines
    }
}

fn place(lines: &LineIndex, text: &str, offset: usize) -> Place {
    let offset = TextSize::try_from(offset.min(text.len())).unwrap_or_default();
    let location = lines.source_location(offset, text, PositionEncoding::Utf32);
    Place {
        line: location.line.get(),
        column: location.character_offset.get(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_has_a_line_a_column_and_a_reason() {
        let error = parse("x = 1\ndef f(:\n    pass\n").unwrap_err();
        assert_eq!(error.place, Place { line: 2, column: 7 });
        assert!(!error.message.is_empty());
    }
}
