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
    // Decoding takes the byte order mark off; the parser would take off a second one, which
    // `CPython` refuses.
    if text.starts_with('\u{feff}') {
        return Err(SyntaxError {
            place: place(&lines, text, 0),
            message: "invalid character U+FEFF".to_owned(),
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

    #[test]
    fn a_second_byte_order_mark_is_no_python() {
        assert_eq!(
            parse("\u{feff}x = 1\n").unwrap_err().place,
            Place { line: 1, column: 1 }
        );
    }

    #[test]
    fn the_syntax_of_every_python_is_read() {
        let peps = [
            (448, "print(*a, *b, **c, **d)\nx = [*a, {**b}]\n"),
            (526, "x: int\ny: dict[str, int] = {}\n"),
            (
                530,
                "async def f():\n    return [a async for a in b if await c]\n",
            ),
            (570, "def f(a, /, b, *, c): pass\n"),
            (572, "if (n := len(a)) > 1: pass\n"),
            (
                604,
                "def f(x: int | None = None) -> str | list[int] | None: pass\n",
            ),
            (
                614,
                "@a[0](b).c\ndef f(): pass\n@lambda g: g\ndef h(): pass\n",
            ),
            (617, "with (a as b, c as d,):\n    pass\n"),
            (
                634,
                "match a, b:\n    case [x, *_] | {'k': x, **r} if x: pass\n    case A(b=1, c=-2.5+1j): pass\n    case None | 'a' 'b' | a.B as d: pass\n    case _: pass\n",
            ),
            (
                646,
                "class A(B[*Ts]): pass\ndef f(*a: *Ts): pass\nx = a[*b, c]\n",
            ),
            (654, "try:\n    pass\nexcept* (A, B) as e:\n    pass\n"),
            (
                695,
                "type X[T: int, *Ts, **P] = list[T]\nclass A[T: (int, str)]: pass\nasync def f[**P](): pass\n",
            ),
            (
                696,
                "class A[T = int, *Ts = *tuple[int], **P = [str]]: pass\n",
            ),
            (
                701,
                "x = f'{f'{a['b']!r:>{w}}'}' f'{\n    a  # why: }\n}' f'{'\\n'.join(a)}' f'{a=}'\n",
            ),
            (750, "x = t'{a!r:>{w}}' rt'\\{t'{b}'}'\n"),
            (758, "try:\n    pass\nexcept A, B:\n    pass\n"),
        ];
        for (pep, text) in peps {
            assert_eq!(parse(text).err(), None, "PEP {pep}");
        }
    }
}
