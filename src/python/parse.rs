//! Text to syntax tree, with errors that name their place.

use ruff_python_ast::{ModModule, PySourceType};
use ruff_python_parser::{Parsed, parse_unchecked_source};
use ruff_source_file::{LineIndex, PositionEncoding};
use ruff_text_size::TextSize;

use super::Place;

/// Stack that a thread needs to parse, walk and drop any tree that [`parse`] accepts.
pub const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Brackets open at once beyond which a file is refused; `CPython` itself stops at 200.
const MAX_OPEN_BRACKETS: usize = 1_000;

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
    if let Some(at) = too_deep(text) {
        return Err(SyntaxError {
            place: place(&lines, text, at),
            message: format!("more than {MAX_OPEN_BRACKETS} brackets are open at once"),
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

/// The offset at which more brackets are open than any real program has.
///
/// A count over raw bytes first, which takes brackets in strings and comments for brackets; only
/// a file that fails it is lexed. The parser's own stack guard makes this a bound on time and
/// memory, not on correctness.
fn too_deep(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => {
                open += 1;
                if open > MAX_OPEN_BRACKETS {
                    return confirmed_too_deep(text).then_some(at);
                }
            }
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Whether the lexer agrees that the brackets are brackets, not text in strings.
fn confirmed_too_deep(text: &str) -> bool {
    use ruff_python_ast::token::TokenKind;
    use ruff_python_parser::{Mode, lexer};
    let mut open = 0_usize;
    let mut lexer = lexer::lex(text, Mode::Module);
    loop {
        match lexer.next_token() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => open = open.saturating_sub(1),
            TokenKind::EndOfFile => return false,
            _ => {}
        }
        if open > MAX_OPEN_BRACKETS {
            return true;
        }
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

    #[test]
    fn nesting_is_bounded_and_brackets_in_strings_are_not_nesting() {
        let deep = format!("x = {}1{}\n", "(".repeat(1_500), ")".repeat(1_500));
        assert!(parse(&deep).unwrap_err().message.contains("brackets"));
        let text = format!("x = '{}'\n", "(".repeat(1_500));
        assert!(parse(&text).is_ok());
    }
}
