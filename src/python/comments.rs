//! Comments that may direct a tool, with what they stand beside.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::Ranged as _;

use super::{SyntaxTree, byte_range};

/// A comment that may hold a directive. Lines count from 1, ends are inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment<'t> {
    /// The text, `#` included.
    pub text: &'t str,
    /// Where it stands.
    pub line: usize,
    /// The first of the physical lines that strings and backslashes join into the one that it ends.
    pub first_joined_line: usize,
    /// The blanks before it when nothing else stands on its line.
    pub own_line_indent: Option<&'t str>,
    /// The statement's own line (a compound one's header): that which it trails, or the next one
    /// when it has a line to itself.
    pub logical_line: (usize, usize),
    /// The last line of the block that it stands in.
    pub block_end: usize,
}

impl SyntaxTree {
    /// The comments that could hold a directive for a linter or for docgen, in the order of the
    /// text; all others are passed over at the cost of a glance.
    #[must_use]
    pub fn directive_comments<'t>(&self, text: &'t str) -> Vec<Comment<'t>> {
        let tokens: &[Token] = self.parsed.tokens();
        let mut found = Vec::new();
        let mut joined: Option<Vec<(usize, usize)>> = None;
        for (index, token) in tokens.iter().enumerate() {
            if token.kind() != TokenKind::Comment {
                continue;
            }
            let range = byte_range(token.range());
            let comment = text.get(range.clone()).unwrap_or_default();
            if !may_direct(comment) {
                continue;
            }
            let joined = joined.get_or_insert_with(|| self.joined_lines(tokens, text));
            let line = self.place(text, range.start).line;
            let line_start = text[..range.start]
                .rfind(['\n', '\r'])
                .map_or(0, |at| at + 1);
            let before = text[line_start..range.start].trim_start_matches('\u{feff}');
            let own_line_indent = before.trim().is_empty().then_some(before);
            let first_joined_line = match joined.binary_search_by_key(&line, |(_, end)| *end) {
                Ok(at) => joined[at].0,
                Err(_) => line,
            };
            found.push(Comment {
                text: comment,
                line,
                first_joined_line,
                own_line_indent,
                logical_line: self.logical_line(tokens, index, own_line_indent.is_some(), text),
                block_end: own_line_indent.map_or(line, |indent| {
                    self.block_end(tokens, index, indent.chars().count(), text)
                }),
            });
        }
        found
    }

    /// Runs of physical lines, first and last, that multi-line strings and escaped line ends join;
    /// sorted, apart from each other.
    fn joined_lines(&self, tokens: &[Token], text: &str) -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        let mut join = |start: usize, end: usize| {
            let (first, last) = (self.place(text, start).line, self.place(text, end).line);
            match runs.last_mut() {
                Some((_, known)) if first <= *known => *known = last.max(*known),
                _ if first < last => runs.push((first, last)),
                _ => {}
            }
        };
        let mut open_strings = Vec::new();
        let mut previous_end = 0;
        for token in tokens {
            let range = byte_range(token.range());
            let gap = text.get(previous_end..range.start).unwrap_or_default();
            if gap.contains('\\') {
                join(previous_end, range.start);
            }
            previous_end = range.end;
            match token.kind() {
                TokenKind::FStringStart | TokenKind::TStringStart => open_strings.push(range.start),
                TokenKind::FStringEnd | TokenKind::TStringEnd => {
                    if let Some(start) = open_strings.pop() {
                        join(start, range.end);
                    }
                }
                TokenKind::String => join(range.start, range.end),
                _ => {}
            }
        }
        runs
    }

    fn logical_line(
        &self,
        tokens: &[Token],
        index: usize,
        is_own_line: bool,
        text: &str,
    ) -> (usize, usize) {
        let is_trivia = |token: &&Token| {
            matches!(
                token.kind(),
                TokenKind::Comment
                    | TokenKind::NonLogicalNewline
                    | TokenKind::Indent
                    | TokenKind::Dedent
            )
        };
        let first = if is_own_line {
            tokens[index..].iter().find(|token| !is_trivia(token))
        } else {
            tokens[..index]
                .iter()
                .rev()
                .take_while(|token| {
                    !matches!(
                        token.kind(),
                        TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent
                    )
                })
                .filter(|token| !is_trivia(token))
                .last()
        };
        let Some(first) = first else {
            let line = self.place(text, tokens[index].start().to_usize()).line;
            return (line, line);
        };
        let from = tokens.partition_point(|token| token.start() < first.start());
        let last = tokens[from..]
            .iter()
            .take_while(|token| token.kind() != TokenKind::Newline)
            .last()
            .unwrap_or(first);
        (
            self.place(text, first.start().to_usize()).line,
            self.place(text, last.end().to_usize()).line,
        )
    }

    /// The last line before one that is indented less than `indent` columns.
    fn block_end(&self, tokens: &[Token], index: usize, indent: usize, text: &str) -> usize {
        let end_of_text = || self.place(text, text.len()).line;
        if indent == 0 {
            return end_of_text();
        }
        let mut begins_line = true;
        for token in &tokens[index..] {
            match token.kind() {
                TokenKind::Newline => begins_line = true,
                TokenKind::Comment
                | TokenKind::NonLogicalNewline
                | TokenKind::Indent
                | TokenKind::Dedent => {}
                _ if begins_line => {
                    let place = self.place(text, token.start().to_usize());
                    if place.column <= indent {
                        return place.line - 1;
                    }
                    begins_line = false;
                }
                _ => {}
            }
        }
        end_of_text()
    }
}

/// Whether the comment holds a word that a directive begins with, in any case.
fn may_direct(comment: &str) -> bool {
    comment.contains("ruff")
        || comment
            .bytes()
            .any(|byte| byte.eq_ignore_ascii_case(&b'q') || byte.eq_ignore_ascii_case(&b'g'))
            && ["noqa", "docgen"].iter().any(|word| {
                let windows = comment.as_bytes().windows(word.len());
                windows
                    .into_iter()
                    .any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
            })
}
