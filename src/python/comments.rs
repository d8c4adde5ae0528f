//! Comments, and the lines and blocks around them that a comment may speak for.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextSize};

use super::{ByteRange, SyntaxTree, byte_range};

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment<'t> {
    /// From its `#` to the end of the line.
    pub text: &'t str,
    /// Where it stands.
    pub range: ByteRange,
}

/// What the tokens say of blocks and the comments in them, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockMark<'t> {
    /// A block begins, with this indentation.
    Opens(&'t str),
    /// A block ends; the next statement begins here.
    Closes(usize),
    /// A comment.
    Comment {
        /// Where it begins.
        start: usize,
        /// A block begins or ends before the next statement.
        at_edge: bool,
    },
}

impl SyntaxTree {
    /// The comments, in the order of the text.
    pub fn comments<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Comment<'t>> {
        let tokens = self.parsed.tokens().iter();
        let comments = tokens.filter(|token| token.kind() == TokenKind::Comment);
        comments.map(|token| {
            let range = byte_range(token.range());
            Comment {
                text: text.get(range.clone()).unwrap_or_default(),
                range,
            }
        })
    }

    /// Stretches of lines that a linter takes for one, so that a comment after the last of them
    /// speaks for all: strings over several lines, lines continued by a backslash, and a shebang
    /// with the line after it. Each reaches from the start of its first line into its last.
    #[must_use]
    pub fn joined_lines(&self, text: &str) -> Vec<ByteRange> {
        let tokens = self.parsed.tokens();
        let mut joined = Vec::new();
        if let Some(first) = tokens.first()
            && first.kind() == TokenKind::Comment
            && text
                .get(byte_range(first.range()))
                .is_some_and(|comment| comment.starts_with("#!"))
        {
            let end = first.end().to_usize();
            joined.push(first.start().to_usize()..after_line_end(text, end));
        }
        let mut interpolations = Vec::new();
        let mut before = 0;
        for token in tokens {
            let range = byte_range(token.range());
            continued_lines(text, before..range.start, &mut joined);
            before = range.end;
            match token.kind() {
                TokenKind::String if token.is_triple_quoted_string() => {
                    join_if_broken(text, range, &mut joined);
                }
                TokenKind::FStringStart | TokenKind::TStringStart => {
                    interpolations.push(range.start);
                }
                TokenKind::FStringEnd | TokenKind::TStringEnd => {
                    if let Some(start) = interpolations.pop() {
                        join_if_broken(text, start..range.end, &mut joined);
                    }
                }
                _ => {}
            }
        }
        merged(joined)
    }

    /// What a comment that begins at `start` speaks for if it stands behind code: from the first
    /// token of its line to the line's end.
    #[must_use]
    pub fn line_of_comment(&self, text: &str, start: usize) -> ByteRange {
        let (before, _) = self.around(start);
        let first = before
            .iter()
            .rev()
            .take_while(|token| !is_line_end(token.kind()))
            .last();
        first.map_or(start, |token| token.start().to_usize())..line_end(text, start)
    }

    /// What a comment that begins at `start` speaks for if it has its line to itself: the
    /// statement or header below it, or, inside one, the next line of that. A shebang directly
    /// above it counts too.
    #[must_use]
    pub fn lines_below_comment(&self, text: &str, start: usize) -> ByteRange {
        let (before, after) = self.around(start);
        let preceding = before
            .iter()
            .rev()
            .map(Token::kind)
            .find(|kind| !matches!(kind, TokenKind::NonLogicalNewline | TokenKind::Comment));
        let is_inside = preceding.is_some_and(|kind| kind != TokenKind::Newline);
        let mut end = start;
        let (mut has_code, mut has_ended_line) = (false, false);
        for token in after {
            match token.kind() {
                TokenKind::Newline => {
                    end = token.start().to_usize();
                    break;
                }
                TokenKind::Comment => {}
                TokenKind::NonLogicalNewline if is_inside => {
                    end = token.start().to_usize();
                    if has_ended_line && has_code {
                        break;
                    }
                    (has_ended_line, has_code) = (true, false);
                }
                _ => {
                    has_code = true;
                    end = token.end().to_usize();
                }
            }
        }
        let is_below_shebang =
            text.starts_with("#!") && line_start(text, start) == after_line_end(text, 0);
        let start = if is_below_shebang { 0 } else { start };
        start..end
    }

    /// The blocks of the file and the comments in them.
    #[must_use]
    pub fn block_marks<'t>(&self, text: &'t str) -> Vec<BlockMark<'t>> {
        let mut marks = Vec::new();
        // Where the comments begin that no code has followed yet.
        let mut waiting = 0;
        for token in self.parsed.tokens() {
            let mark = match token.kind() {
                TokenKind::Comment => BlockMark::Comment {
                    start: token.start().to_usize(),
                    at_edge: false,
                },
                kind if kind.is_trivia() => continue,
                kind => {
                    let is_edge = matches!(kind, TokenKind::Indent | TokenKind::Dedent);
                    for mark in marks.iter_mut().skip(waiting) {
                        if let BlockMark::Comment { at_edge, .. } = mark {
                            *at_edge = is_edge;
                        }
                    }
                    waiting = marks.len() + usize::from(is_edge);
                    match kind {
                        TokenKind::Indent => BlockMark::Opens(
                            text.get(byte_range(token.range())).unwrap_or_default(),
                        ),
                        TokenKind::Dedent => BlockMark::Closes(token.end().to_usize()),
                        _ => continue,
                    }
                }
            };
            marks.push(mark);
        }
        marks
    }

    /// The tokens before `offset`, and those from it on.
    fn around(&self, offset: usize) -> (&[Token], &[Token]) {
        let tokens: &[Token] = self.parsed.tokens();
        let offset = TextSize::try_from(offset).unwrap_or_default();
        tokens.split_at(tokens.partition_point(|token| token.start() < offset))
    }
}

fn is_line_end(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Newline | TokenKind::NonLogicalNewline)
}

/// Each line end between two tokens has a backslash before it; its line is joined to the next.
fn continued_lines(text: &str, gap: ByteRange, joined: &mut Vec<ByteRange>) {
    let Some(blanks) = text.get(gap.clone()) else {
        return;
    };
    let mut from = 0;
    while let Some(at) = blanks.get(from..).and_then(|rest| rest.find(['\n', '\r'])) {
        let end = gap.start + from + at;
        let next = after_line_end(text, end);
        joined.push(line_start(text, end)..next);
        from = next - gap.start;
    }
}

fn join_if_broken(text: &str, range: ByteRange, joined: &mut Vec<ByteRange>) {
    if text
        .get(range.clone())
        .is_some_and(|literal| literal.contains(['\n', '\r']))
    {
        joined.push(line_start(text, range.start)..range.end);
    }
}

/// The ranges in order, those that overlap or touch made one.
fn merged(mut ranges: Vec<ByteRange>) -> Vec<ByteRange> {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut merged: Vec<ByteRange> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

fn line_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    before.rfind(['\n', '\r']).map_or(0, |at| at + 1)
}

fn line_end(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or_default();
    offset + rest.find(['\n', '\r']).unwrap_or(rest.len())
}

/// The start of the line after the one that `offset` is in.
fn after_line_end(text: &str, offset: usize) -> usize {
    let end = line_end(text, offset);
    let rest = text.get(end..).unwrap_or_default();
    let length = if rest.starts_with("\r\n") {
        2
    } else {
        usize::from(!rest.is_empty())
    };
    end + length
}

#[cfg(test)]
mod tests {
    use crate::python::parse;

    #[test]
    fn lines_that_read_as_one_are_joined() {
        let text = "#!x\ny = '''a\n'''\nz = 1 + \\\n  2 + \\\n  3\nw = f'''\n{f'''\n'''}'''\n";
        let tree = parse(text).unwrap();
        let joined: Vec<_> = tree
            .joined_lines(text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(
            joined,
            [
                "#!x\ny = '''a\n'''",
                "z = 1 + \\\n  2 + \\\n",
                "w = f'''\n{f'''\n'''}'''"
            ]
        );
    }

    #[test]
    fn a_comment_speaks_for_the_statement_below_it() {
        let text = "# one\n\ndef f(\n    # two\n    a,\n    b,\n):  # three\n    pass\n";
        let tree = parse(text).unwrap();
        let below = |comment| &text[tree.lines_below_comment(text, text.find(comment).unwrap())];
        assert_eq!(below("# one"), &text[..text.find("\n    pass").unwrap()]);
        assert_eq!(below("# two"), "# two\n    a,");
        let last = text.find("# three").unwrap();
        assert_eq!(&text[tree.line_of_comment(text, last)], "):  # three");
    }
}
