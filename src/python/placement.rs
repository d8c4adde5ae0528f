//! Where a docstring goes that is not there yet.
//!
//! Told by tokens, never by searching the text for a colon: annotations, defaults, lambdas and
//! comments may hold one.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Stmt, helpers};
use ruff_text_size::{Ranged, TextSize};

use super::layout::Layout;
use super::{ByteRange, SyntaxTree};

/// Where and how a new docstring is put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement {
    /// On lines of its own, from `at`, the start of a line.
    Lines {
        /// Byte offset of the insertion.
        at: usize,
        /// Indentation of each line.
        indent: String,
        /// Blank lines that formatters want between it and what follows, beyond those there.
        around: Around,
    },
    /// The body stands on the header's line and has to be opened over lines.
    OpenSuite {
        /// The blanks between the header's colon and the first statement; replaced.
        gap: ByteRange,
        /// Indentation of the new lines.
        indent: String,
        /// Blank lines that formatters want between it and the first statement.
        around: Around,
        /// Blank lines that they want behind it now that it is no stub any more.
        behind: Option<BlankLines>,
    },
}

/// Blank lines to be put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlankLines {
    /// Byte offset, the start of a line.
    pub at: usize,
    /// How many.
    pub count: u8,
}

/// Blank lines and line ends that an insertion needs around it to leave a file well formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Around {
    /// The text before the insertion does not end its line.
    pub newline_before: bool,
    /// Blank lines after the docstring.
    pub blank_after: u8,
}

impl Placement {
    /// The indentation of the docstring's lines.
    #[must_use]
    pub fn indent(&self) -> &str {
        match self {
            Self::Lines { indent, .. } | Self::OpenSuite { indent, .. } => indent,
        }
    }
}

/// What kind of body a docstring heads; formatters treat them differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyOf {
    Class,
    Function,
}

/// The placement in the class or function whose header ends at the first colon from `after`.
pub(super) fn of_suite(
    tree: &SyntaxTree,
    text: &str,
    layout: &Layout<'_>,
    header: ByteRange,
    body: &[Stmt],
    body_of: BodyOf,
) -> Option<Placement> {
    let after = TextSize::try_from(header.end).ok()?;
    let colon = tree
        .parsed
        .tokens()
        .after(after)
        .iter()
        .find(|token| token.kind() == TokenKind::Colon)?;
    let colon_end = colon.end().to_usize();
    let first = body.first()?;
    let first_start = first.start().to_usize();
    match rest_of_header(text, colon_end) {
        Rest::Block { line_end } => {
            let indent = layout.indent_at(first_start).to_owned();
            let around = Around {
                newline_before: false,
                blank_after: blank_after(text, line_end, first, body_of),
            };
            Some(Placement::Lines {
                at: line_end,
                indent,
                around,
            })
        }
        Rest::Suite => Some(Placement::OpenSuite {
            gap: colon_end..first_start,
            indent: deeper(layout.indent_at(header.start), layout.unit()),
            around: Around {
                newline_before: false,
                blank_after: u8::from(body_of == BodyOf::Class),
            },
            behind: behind_stub(tree, text, layout.indent_at(header.start), body),
        }),
    }
}

/// The indentation one level below `indent`: no tab after a blank, over which readers quarrel.
fn deeper(indent: &str, unit: &str) -> String {
    let unit = if indent.ends_with(' ') && unit.starts_with('\t') {
        "    "
    } else {
        unit
    };
    format!("{indent}{unit}")
}

/// Formatters let `def f(): ...` stand directly before the next definition, but not once it has a
/// docstring.
fn behind_stub(tree: &SyntaxTree, text: &str, indent: &str, body: &[Stmt]) -> Option<BlankLines> {
    let after = tree.parsed.tokens().after(body.last()?.end());
    let newline = after
        .iter()
        .find(|token| token.kind() == TokenKind::Newline)?;
    let at = newline.end().to_usize();
    let mut next = at;
    let rest = |from: usize| text.get(from..).unwrap_or_default();
    while rest(next)
        .trim_start_matches([' ', '\t', '\x0c'])
        .starts_with('#')
    {
        next = line_end(text, next);
    }
    // What follows may stand further out, at the end of a block.
    let next = rest(next);
    let definition = next.trim_start_matches([' ', '\t']);
    let margin = next.get(..next.len() - definition.len())?;
    let is_definition = indent.starts_with(margin)
        && ["def ", "async ", "class ", "@"]
            .iter()
            .any(|word| definition.starts_with(word));
    let count = if margin.is_empty() { 2 } else { 1 };
    is_definition.then_some(BlankLines { at, count })
}

/// What follows a header's colon on its logical line.
enum Rest {
    /// A block; the offset at which the next physical line starts.
    Block { line_end: usize },
    /// Statements.
    Suite,
}

/// Reads on from the colon: blanks and escaped line ends are skipped; then a comment or a line
/// end means a block, anything else a one-line suite.
fn rest_of_header(text: &str, colon_end: usize) -> Rest {
    let bytes = text.as_bytes();
    let mut at = colon_end;
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\x0c') => at += 1,
            Some(b'\\') => at = line_end(text, at),
            None | Some(b'#' | b'\n' | b'\r') => {
                return Rest::Block {
                    line_end: line_end(text, at),
                };
            }
            Some(_) => return Rest::Suite,
        }
    }
}

/// The offset after the line end at or after `at`, or the text's end.
fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    match rest.find(['\n', '\r']) {
        Some(found) if rest[found..].starts_with("\r\n") => at + found + 2,
        Some(found) => at + found + 1,
        None => text.len(),
    }
}

/// Blank lines that black and ruff put between a new docstring and what comes next: one after a
/// class's docstring, one before a definition; none where one stands already.
fn blank_after(text: &str, at: usize, first: &Stmt, body_of: BodyOf) -> u8 {
    if starts_with_blank_line(text, at) {
        return 0;
    }
    let opens_definition = matches!(first, Stmt::FunctionDef(_) | Stmt::ClassDef(_))
        && !has_blank_line(text, at, first.start().to_usize());
    u8::from(body_of == BodyOf::Class || opens_definition)
}

fn starts_with_blank_line(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    line.len() < rest.len() && line.trim_matches([' ', '\t', '\x0c']).is_empty()
}

fn has_blank_line(text: &str, from: usize, to: usize) -> bool {
    let mut at = from;
    while at < to {
        if starts_with_blank_line(text, at) {
            return true;
        }
        at = line_end(text, at);
    }
    false
}

/// The placement of a module's docstring: after shebang, coding line and the leading comment
/// block (a licence, as a rule), before everything else.
///
/// A comment block that stands directly on a class or function belongs to that, not to the
/// file, and stays with it.
pub(super) fn of_module(text: &str, body: &[Stmt]) -> Placement {
    let mut at = 0;
    let mut block_end = 0;
    while at < text.len() {
        let end = line_end(text, at);
        let line = text
            .get(at..end)
            .unwrap_or_default()
            .trim_matches([' ', '\t', '\x0c', '\r', '\n']);
        if line.starts_with('#') {
            block_end = end;
        } else if !line.is_empty() || block_end > 0 {
            break;
        }
        at = end;
    }
    let first_start = body.first().map(|stmt| stmt.start().to_usize());
    let on_definition = first_start == Some(block_end)
        && body
            .first()
            .is_some_and(|stmt| matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)));
    // Shebang and coding line count on the first lines only (PEP 263), so they must stay there. Python
    // looks for `coding` in the bytes: its `c` may be the second half of another character.
    let block = text.get(..block_end).unwrap_or_default();
    let is_preamble =
        block.starts_with("#!") || block.lines().take(2).any(|line| line.contains("oding"));
    if on_definition && !is_preamble {
        block_end = 0;
    }
    // Where two blank lines follow the comments and one is wanted, the first parts it from these.
    let wanted = wanted_after_module_docstring(text, block_end, body);
    let second = line_end(text, block_end);
    if block_end > 0
        && wanted == 1
        && starts_with_blank_line(text, block_end)
        && starts_with_blank_line(text, second)
    {
        block_end = second;
    }
    Placement::Lines {
        at: block_end,
        indent: String::new(),
        around: Around {
            newline_before: block_end > 0 && !text[..block_end].ends_with(['\n', '\r']),
            blank_after: missing_blank_lines(text, block_end, wanted),
        },
    }
}

/// Blank lines that a module's docstring has behind it: one, two where a definition comes next, none
/// at the end of the file.
fn wanted_after_module_docstring(text: &str, at: usize, body: &[Stmt]) -> u8 {
    let rest = text.get(at..).unwrap_or_default();
    if rest
        .trim_matches([' ', '\t', '\x0c', '\r', '\n'])
        .is_empty()
    {
        return 0;
    }
    let definition_next = body.first().is_some_and(|stmt| {
        let start = stmt.start().to_usize();
        let between = text.get(at..start).unwrap_or_default();
        let mut lines = between.lines().skip_while(|line| line.trim().is_empty());
        matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_))
            && lines.all(|line| !line.trim().is_empty())
    });
    if definition_next { 2 } else { 1 }
}

/// Of the blank lines wanted from `at` on, how many do not stand there.
fn missing_blank_lines(text: &str, at: usize, wanted: u8) -> u8 {
    let mut present = 0;
    let mut position = at;
    while present < wanted && starts_with_blank_line(text, position) {
        present += 1;
        position = line_end(text, position);
    }
    wanted - present
}

/// The docstring expression of a body, if it has one.
pub(super) fn docstring_of(body: &[Stmt]) -> Option<&ruff_python_ast::ExprStringLiteral> {
    let first = body
        .first()
        .filter(|stmt| helpers::is_docstring_stmt(stmt))?;
    first.as_expr_stmt()?.value.as_string_literal_expr()
}
