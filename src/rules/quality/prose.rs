//! The prose of a docstring: what is left for a reader of words when code, examples, tables, fields
//! and the entries of sections are taken out.

use std::collections::HashSet;

use super::layout::{Shape, Walk, list_marker};
use crate::docstring::is_heading;

/// What a docstring says in words.
#[derive(Debug, Default)]
pub(super) struct Prose<'t> {
    /// Running text: the summary first, if there is one, then the description and notes.
    pub(super) paragraphs: Vec<Paragraph<'t>>,
    /// The docstring begins with running text, not with a section or field.
    pub(super) has_summary: bool,
    /// It begins with an underlined title.
    pub(super) is_titled: bool,
    /// Titles of sections, in the order of the text.
    pub(super) sections: Vec<SectionTitle<'t>>,
    /// Text that may name arguments, exceptions and attributes: everything but examples.
    told: Vec<&'t str>,
}

/// A section's title and whether something stands below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SectionTitle<'t> {
    pub(super) title: &'t str,
    pub(super) is_empty: bool,
}

/// Lines of running text that belong together.
#[derive(Debug)]
pub(super) struct Paragraph<'t> {
    /// As written, line ends and indentation included.
    pub(super) text: &'t str,
    tokens: Vec<Token<'t>>,
    /// Where sentences end: positions in `tokens`, the last one its length.
    ends: Vec<usize>,
}

/// A word, or a piece of code or a link among words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Without the punctuation around it.
    Word(&'t str),
    /// Text in backticks without them, an identifier, a path, an address.
    Code(&'t str),
}

impl<'t> Token<'t> {
    pub(super) fn text(self) -> &'t str {
        match self {
            Self::Word(text) | Self::Code(text) => text,
        }
    }
}

impl<'t> Prose<'t> {
    /// Reads a docstring as `inspect.cleandoc` gives it.
    pub(super) fn read(text: &'t str) -> Self {
        let mut prose = Self::default();
        let mut walk = Walk::new(text);
        let mut open: Option<(usize, usize)> = None;
        let mut is_first = true;
        while let Some((line, shape)) = walk.step() {
            let is_prose = matches!(shape, Shape::Prose | Shape::Item);
            if !is_prose || shape == Shape::Item {
                prose.close(text, &mut open);
            }
            match shape {
                Shape::Prose | Shape::Item => {
                    let start = line.start + list_marker(line.content);
                    open = Some((open.map_or(start, |(first, _)| first), line.end()));
                    prose.has_summary |= is_first;
                }
                Shape::Entry => prose.told.push(line.content),
                Shape::Title(title) => prose.sections.push(SectionTitle {
                    title,
                    is_empty: is_heading(title) && !walk.has_content_below(),
                }),
                // A line across the page may stand above a title.
                Shape::Blank | Shape::Skipped => continue,
            }
            is_first = false;
        }
        prose.close(text, &mut open);
        prose.is_titled = walk.is_titled;
        prose
    }

    fn close(&mut self, text: &'t str, open: &mut Option<(usize, usize)>) {
        if let Some(part) = open.take().and_then(|(start, end)| text.get(start..end)) {
            self.told.push(part);
            self.paragraphs.push(Paragraph::read(part));
        }
    }

    /// The running text that it begins with.
    pub(super) fn summary(&self) -> Option<&Paragraph<'t>> {
        self.paragraphs.first().filter(|_| self.has_summary)
    }

    /// Every identifier that stands in running text.
    pub(super) fn names(&self) -> HashSet<&'t str> {
        names_in(self.paragraphs.iter().map(|paragraph| paragraph.text))
    }

    /// Every identifier that stands in running text or an entry.
    pub(super) fn names_and_entries(&self) -> HashSet<&'t str> {
        names_in(self.told.iter().copied())
    }
}

fn names_in<'t>(parts: impl Iterator<Item = &'t str>) -> HashSet<&'t str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    parts
        .flat_map(|part| part.split(move |c| !is_name(c)))
        .filter(|name| !name.is_empty())
        .collect()
}

impl<'t> Paragraph<'t> {
    fn read(text: &'t str) -> Self {
        let mut paragraph = Self {
            text,
            tokens: Vec::new(),
            ends: Vec::new(),
        };
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            rest = paragraph.take(rest).trim_start();
        }
        if paragraph.ends.last() != Some(&paragraph.tokens.len()) {
            paragraph.ends.push(paragraph.tokens.len());
        }
        paragraph
    }

    /// The tokens of each sentence.
    pub(super) fn sentences(&self) -> impl Iterator<Item = &[Token<'t>]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .filter_map(|(start, &end)| self.tokens.get(start..end))
            .filter(|sentence| !sentence.is_empty())
    }

    /// Every token.
    pub(super) fn tokens(&self) -> &[Token<'t>] {
        &self.tokens
    }

    /// The tokens of the first sentence.
    pub(super) fn first_sentence(&self) -> &[Token<'t>] {
        self.sentences().next().unwrap_or_default()
    }

    /// Takes what `rest` begins with; gives what follows.
    fn take(&mut self, rest: &'t str) -> &'t str {
        let rest = role(rest).unwrap_or(rest);
        if let Some((code, after)) = quoted(rest) {
            self.tokens.push(Token::Code(code));
            return after;
        }
        // A backtick that nothing closes is no more than a character.
        let is_end =
            |(at, c): (usize, char)| (c.is_whitespace() || (c == '`' && at > 0)).then_some(at);
        let length = rest.char_indices().find_map(is_end).unwrap_or(rest.len());
        let (chunk, after) = rest.split_at(length);
        let core = chunk
            .trim_start_matches(['(', '[', '{', '"', '\'', '*', '`', '—', '–', '“', '«'])
            .trim_end_matches(|c: char| {
                c.is_ascii_punctuation() || matches!(c, '—' | '–' | '…' | '”' | '»' | '。')
            });
        if core.contains(char::is_alphanumeric) {
            self.tokens
                .push(if chunk.starts_with("--") || is_code(core) {
                    Token::Code(core)
                } else {
                    Token::Word(core)
                });
        }
        if ends_sentence(chunk, core) && begins_sentence(after.trim_start()) {
            self.ends.push(self.tokens.len());
        }
        after
    }
}

/// `` :role:`text` `` without the role.
fn role(text: &str) -> Option<&str> {
    let inner = text.trim_start_matches(['(', '[']).strip_prefix(':')?;
    let is_part =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_' | b'.');
    let length = inner.bytes().take_while(is_part).count();
    let (name, rest) = inner.split_at(length);
    (name.ends_with(':') && rest.starts_with('`')).then_some(rest)
}

/// What stands in the backticks that `text` begins with, and what follows them.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let marks = text.bytes().take_while(|&byte| byte == b'`').count();
    if marks == 0 {
        return None;
    }
    let (mark, inner) = text.split_at(marks);
    let (code, after) = inner.split_once(mark)?;
    // A quotation that runs on has lost its mark.
    let is_whole = code.len() <= 200 && !code.contains("\n\n");
    is_whole.then(|| (code.trim(), after.trim_start_matches('_')))
}

/// Whether a chunk without the punctuation around it is code, or a link, and no word.
fn is_code(core: &str) -> bool {
    let mut before = ' ';
    let mut has_digit = false;
    let mut has_letter = false;
    for (at, c) in core.char_indices() {
        let is_mark = matches!(
            c,
            '_' | '/'
                | '\\'
                | '='
                | '<'
                | '>'
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '@'
                | '#'
                | '$'
                | '%'
                | '^'
                | '&'
                | '|'
                | '~'
                | '*'
                | '+'
                | '`'
                | ':'
                | '"'
        );
        if is_mark || (before.is_lowercase() && c.is_uppercase()) {
            return true;
        }
        // `np.array`, not `e.g` and `U.S`.
        if c == '.' && at > 1 && core.len() > at + 2 {
            return true;
        }
        has_digit |= c.is_ascii_digit();
        has_letter |= c.is_alphabetic();
        before = c;
    }
    has_digit && has_letter
}

/// Whether a chunk can be the last of a sentence.
fn ends_sentence(chunk: &str, core: &str) -> bool {
    let bare = chunk.trim_end_matches([')', ']', '"', '\'', '*', '”', '»']);
    if !bare.ends_with(['.', '!', '?', '。']) {
        return false;
    }
    let is_abbreviation =
        core.contains('.') && core.split('.').all(|part| part.chars().count() == 1);
    let is_known = ABBREVIATIONS
        .iter()
        .any(|known| core.eq_ignore_ascii_case(known));
    !(is_abbreviation || is_known)
}

/// Words that a period follows inside of a sentence; `etc` may well be its end.
const ABBREVIATIONS: &[&str] = &[
    "vs", "cf", "fig", "eq", "ref", "no", "dr", "approx", "resp", "al", "sec",
];

fn begins_sentence(rest: &str) -> bool {
    rest.chars()
        .next()
        .is_none_or(|c| !c.is_lowercase() && !matches!(c, ',' | ';' | ')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<String> {
        let prose = Prose::read(text);
        let mut found = Vec::new();
        for sentence in prose.paragraphs.iter().flat_map(Paragraph::sentences) {
            let words: Vec<String> = sentence
                .iter()
                .map(|token| match token {
                    Token::Word(word) => (*word).to_owned(),
                    Token::Code(code) => format!("<{code}>"),
                })
                .collect();
            found.push(words.join(" "));
        }
        found
    }

    #[test]
    fn code_and_links_are_no_words() {
        assert_eq!(
            sentences(
                "Call `f(x)` or :meth:`~a.B.c`, see https://a.b/c. Use np.array (e.g. twice), not fooBar."
            ),
            [
                "Call <f(x)> or <~a.B.c> see <https://a.b/c>",
                "Use <np.array> e.g twice not <fooBar>"
            ]
        );
        assert_eq!(
            sentences("Don't use a stray ` here."),
            ["Don't use a stray here"]
        );
    }

    #[test]
    fn sentences_end_at_periods_paragraphs_and_items() {
        assert_eq!(
            sentences("One. Two? `three` is. Four, etc. and so on\n\n- five\n- six, i.e. Seven"),
            [
                "One",
                "Two",
                "<three> is",
                "Four etc and so on",
                "five",
                "six i.e Seven"
            ]
        );
        assert_eq!(sentences("Of the U.S. Office."), ["Of the U.S Office"]);
    }

    #[test]
    fn entries_examples_and_tables_are_no_running_text() {
        let text = "Fetch it.\n\nMore of it::\n\n    code here\n\nWords.\n\nArgs:\n    key: The `key`.\n        More.\n\nReturns:\n    A thing.\n\nExample:\n    >>> fetch(1)\n    2\n\nNote:\n    Be careful.\n";
        assert_eq!(
            sentences(text),
            ["Fetch it", "More of it", "Words", "Be careful"]
        );
        let text = "Fetch it.\n\nParameters\n----------\nkey : int\n    The key.\n\nNotes\n-----\nSlow.\n\n>>> a\n1\n\n=====  ====\na      b\n=====  ====\n1      2\n=====  ====\n\n.. math::\n\n    x = 1\n\n.. note::\n\n    Mind this.\n\nEnd.\n\nReferences\n----------\n.. [1] Some book.\n";
        assert_eq!(sentences(text), ["Fetch it", "Slow", "Mind this", "End"]);
        let text = "Fetch it.\n\n:param key: The key\n    goes on\n:returns: It.\n\nAfter all.";
        assert_eq!(sentences(text), ["Fetch it", "After all"]);
    }

    #[test]
    fn names_are_those_outside_of_examples() {
        let text = "Fetch `key`.\n\nArgs:\n    limit: Up to ``most``.\n\n>>> fetch(other)\n";
        let prose = Prose::read(text);
        let names = prose.names_and_entries();
        assert!(
            ["key", "limit", "most"]
                .iter()
                .all(|name| names.contains(name))
        );
        assert!(!names.contains("other"));
        assert_eq!(prose.names().len(), 2);
        let titles: Vec<_> = prose.sections.iter().map(|one| one.title).collect();
        assert_eq!(titles, ["Args"]);
    }
}
