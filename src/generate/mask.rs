//! Secrets in source, taken out before a model is shown it.
//!
//! What is masked is found once a file, in its text as it is; a prompt is put together from the masked
//! text alone. Facts and validation stay those of the real code, and nothing that is written to a
//! file comes from here.

mod patterns;
mod value;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use patterns::PATTERNS;

use crate::python::{self, ByteRange};

/// The places of a text that no prompt may show, in order, without overlaps and without line ends.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Masks(Vec<Mask>);

/// A secret: where it is, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mask {
    range: ByteRange,
    kind: &'static str,
}

/// How often a text is searched at most; in all but made-up texts the second search finds nothing.
const MAX_ROUNDS: usize = 8;

impl Masks {
    /// Finds what looks like a credential in Python source. Text that does not parse is searched
    /// all the same, but for what only literals tell.
    ///
    /// Run it on a thread with [`python::STACK_BYTES`] of stack.
    #[must_use]
    pub fn find(text: &str) -> Self {
        let mut masks = Self(merged(search(text)));
        // Where a secret was taken out, a word begins and ends, so its neighbours may stand out now.
        for _ in 0..MAX_ROUNDS {
            if masks.0.is_empty() {
                break;
            }
            let more = search(&masks.shown(text, 0..text.len()));
            if more.is_empty() {
                break;
            }
            let more = more.into_iter().map(|mask| Mask {
                range: masks.behind(mask.range.start).start..masks.behind(mask.range.end).end,
                ..mask
            });
            masks = Self(merged(masks.0.iter().cloned().chain(more).collect()));
        }
        masks
    }

    /// What stands in the text at a place of the whole text as it is shown: a point, or a secret.
    fn behind(&self, place: usize) -> ByteRange {
        let (mut shown, mut position) = (0, 0);
        for mask in &self.0 {
            let start = shown + (mask.range.start - position);
            if place <= start {
                break;
            }
            let end = start + mask.placeholder().len();
            if place < end {
                return mask.range.clone();
            }
            (shown, position) = (end, mask.range.end);
        }
        let point = position + (place - shown);
        point..point
    }

    /// A stretch of the text that the masks were found in, as a prompt may show it. It has as many
    /// lines as the stretch itself.
    #[must_use]
    pub fn shown<'t>(&self, text: &'t str, range: ByteRange) -> Cow<'t, str> {
        let masks = self.within(&range);
        if masks.is_empty() {
            return Cow::Borrowed(text.get(range).unwrap_or_default());
        }
        let mut shown = String::with_capacity(range.len());
        let mut position = range.start;
        for mask in masks {
            let clear = position..mask.range.start.max(position);
            shown.push_str(text.get(clear).unwrap_or_default());
            shown.push_str(&mask.placeholder());
            position = mask.range.end;
        }
        shown.push_str(text.get(position..range.end).unwrap_or_default());
        Cow::Owned(shown)
    }

    /// Whether nothing looks like a credential.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many secrets of each kind lie in any of these stretches.
    #[must_use]
    pub fn count(&self, ranges: &[ByteRange]) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for mask in &self.0 {
            if ranges.iter().any(|range| touch(&mask.range, range)) {
                *counts.entry(mask.kind).or_default() += 1;
            }
        }
        counts
    }

    fn within(&self, range: &ByteRange) -> &[Mask] {
        let from = self.0.partition_point(|mask| mask.range.end <= range.start);
        let to = self.0.partition_point(|mask| mask.range.start < range.end);
        self.0.get(from..to).unwrap_or_default()
    }
}

impl Mask {
    /// What is shown in its place.
    fn placeholder(&self) -> String {
        format!("<masked: {}>", self.kind)
    }
}

/// Everything in a text that looks like a credential, the most certain first.
fn search(text: &str) -> Vec<Mask> {
    let mut found = Vec::new();
    private_keys(text, &mut found);
    known_forms(text, &mut found);
    assigned_literals(text, &mut found);
    if let Ok(tree) = python::parse(text) {
        let comments = tree.comments(text).map(|comment| comment.range);
        for range in comments {
            said(text, range, &mut found);
        }
        for range in tree.literal_contents(text) {
            let content = text.get(range.clone()).unwrap_or_default();
            if value::is_random(content) {
                found.push(Mask {
                    range: range.clone(),
                    kind: "random string",
                });
            }
            said(text, range, &mut found);
        }
    }
    found
}

fn touch(one: &ByteRange, other: &ByteRange) -> bool {
    one.start < other.end && other.start < one.end
}

/// Overlapping finds made one, under the name of the more certain of them, which was found first.
fn merged(found: Vec<Mask>) -> Vec<Mask> {
    let mut ranked: Vec<(usize, Mask)> = found.into_iter().enumerate().collect();
    ranked.sort_by_key(|(rank, mask)| (mask.range.start, *rank));
    let mut merged: Vec<(usize, Mask)> = Vec::with_capacity(ranked.len());
    for (rank, mask) in ranked {
        match merged.last_mut() {
            Some((best, last)) if last.range.end > mask.range.start => {
                last.range.end = last.range.end.max(mask.range.end);
                if rank < *best {
                    (*best, last.kind) = (rank, mask.kind);
                }
            }
            _ => merged.push((rank, mask)),
        }
    }
    merged.into_iter().map(|(_, mask)| mask).collect()
}

/// Lines of a private key without an end that are masked: a key of 16,384 bits has 200.
const MAX_KEY_LINES: usize = 250;

/// The body of each private key in PEM form (RFC 7468) or `OpenPGP`'s armour, line by line.
fn private_keys(text: &str, found: &mut Vec<Mask>) {
    static BEGIN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new("-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----").ok());
    static RUN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new("<[^>]*>|\\\\[nrt]|[A-Za-z0-9+/=]{3,}").ok());
    let (Some(begin), Some(run)) = (&*BEGIN, &*RUN) else {
        return;
    };
    for begin in begin.find_iter(text) {
        let rest = text.get(begin.end()..).unwrap_or_default();
        let ended = rest.find("-----END").filter(|end| {
            let body = rest.get(..*end).unwrap_or_default();
            !body.contains("-----BEGIN") && body.lines().count() <= MAX_KEY_LINES
        });
        let body = match ended {
            Some(end) => begin.end()..begin.end() + end,
            None => begin.end()..begin.end() + unfinished_key(rest),
        };
        for word in run.find_iter(text.get(body.clone()).unwrap_or_default()) {
            if !word.as_str().starts_with(['\\', '<']) {
                found.push(Mask {
                    range: body.start + word.start()..body.start + word.end(),
                    kind: "private key",
                });
            }
        }
    }
}

/// Length of what still reads as a key whose end is missing: lines of nothing but base64.
fn unfinished_key(rest: &str) -> usize {
    let mut length = 0;
    for line in rest.split_inclusive('\n').take(MAX_KEY_LINES) {
        let words = line.trim().trim_start_matches(['#', ' ', '"', '\'']);
        let words = words.trim_end_matches(['"', '\'', ',', ')']);
        let is_key = words
            .bytes()
            .all(|c| c.is_ascii_alphanumeric() || b"+/=\\".contains(&c));
        if !is_key {
            break;
        }
        length += line.len();
    }
    length
}

/// Credentials whose form tells what they are, anywhere.
fn known_forms(text: &str, found: &mut Vec<Mask>) {
    for pattern in PATTERNS.iter() {
        let mut from = 0;
        while let Some(captures) = pattern.form.captures_at(text, from) {
            let Some(whole) = captures.get(0) else { break };
            if !begins_here(text, whole.start()) {
                from = whole.start() + 1;
                while !text.is_char_boundary(from) {
                    from += 1;
                }
                continue;
            }
            from = whole.end();
            let (secret, is_part) = match captures.get(1) {
                Some(part) => (part, true),
                None => (whole, false),
            };
            let is_placeholder = is_part
                && (value::is_placeholder(secret.as_str())
                    || pattern.kind == "authorization" && !value::looks_random(secret.as_str()));
            if !is_placeholder {
                let end = word_end(text, secret.end());
                from = end;
                found.push(Mask {
                    range: secret.start()..end,
                    kind: pattern.kind,
                });
            }
        }
    }
}

/// Whether no word is cut in two here: `\n` in a literal is the end of a line, not a letter.
fn begins_here(text: &str, start: usize) -> bool {
    let mut before = text.get(..start).unwrap_or_default().bytes().rev();
    match (before.next(), before.next()) {
        (Some(b'n' | b't' | b'r'), Some(b'\\')) | (None, _) => true,
        (Some(last), _) => !last.is_ascii_alphanumeric(),
    }
}

/// Where the word ends that a secret is part of.
fn word_end(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default().bytes();
    end + rest
        .take_while(|c| c.is_ascii_alphanumeric() || b"_-".contains(c))
        .count()
}

/// Literals that are given to a name which says secret: assigned, as a default, compared, in a
/// dictionary, or as the argument after the name.
fn assigned_literals(text: &str, found: &mut Vec<Mask>) {
    static GIVEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let name = "([A-Za-z_][A-Za-z0-9_-]*)";
        let annotation = "(?:[ \\t]*:[ \\t]*[A-Za-z_][A-Za-z0-9_. |]*(?:\\[[^\\]\\r\\n=]{0,60}\\])?[A-Za-z0-9_. |]*)?";
        let given = format!(
            "{name}(?:[\"']?\\]?{annotation}[ \\t]*(?:==|!=|:=|=>|=|:)|[\"'](,))[ \\t]*\
             (?:\\([ \\t]*|[A-Za-z_.]*Secret(?:Str|Bytes)?\\()?[rRbBuUfFtT]{{0,2}}(\"\"\"|'''|\"|')"
        );
        Regex::new(&given).ok()
    });
    let Some(given) = &*GIVEN else { return };
    let mut from = 0;
    while let Some(captures) = given.captures_at(text, from) {
        let (Some(name), Some(quote)) = (captures.get(1), captures.get(3)) else {
            break;
        };
        // The value may itself be the name of the next.
        from = quote.start();
        let Some(name) = value::name(name.as_str()) else {
            continue;
        };
        let rest = text.get(quote.end()..).unwrap_or_default();
        let Some(length) = value_length(rest, quote.as_str()) else {
            continue;
        };
        let literal = &rest[..length];
        // A list of names, too, has a name after a name.
        if captures.get(2).is_some() && !value::looks_random(literal) {
            continue;
        }
        if let Some(kind) = value::named_secret(name, literal) {
            found.push(Mask {
                range: quote.end()..quote.end() + length,
                kind,
            });
        }
    }
}

/// Bytes before the closing quote on the same line.
fn value_length(rest: &str, quote: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            '\n' | '\r' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if rest[at..].starts_with(quote) => return Some(at),
            _ => {}
        }
    }
    None
}

/// What comments and literals say of secrets, as settings files do: `password: …`.
fn said(text: &str, range: ByteRange, found: &mut Vec<Mask>) {
    static SAID: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let name = "([A-Za-z_][A-Za-z0-9_-]*)";
        let value = "([^ \\t\\r\\n\"'`,;<>(){}\\[\\]\\\\]{6,})";
        Regex::new(&format!("{name}[ \\t]*[:=][ \\t]*{value}")).ok()
    });
    let (Some(pattern), Some(words)) = (&*SAID, text.get(range.clone())) else {
        return;
    };
    if !words.contains([':', '=']) {
        return;
    }
    let mut from = 0;
    while let Some(captures) = pattern.captures_at(words, from) {
        let (Some(name), Some(given)) = (captures.get(1), captures.get(2)) else {
            break;
        };
        from = given.start();
        // Code that was commented out calls and indexes.
        let is_called = words[given.end()..].starts_with(['(', '[']);
        let is_secret = |name| {
            let given = given.as_str();
            (!is_called && value::is_no_word(given))
                .then(|| value::named_secret(name, given))
                .flatten()
        };
        if let Some(kind) = value::name(name.as_str()).and_then(is_secret) {
            from = given.end();
            found.push(Mask {
                range: range.start + given.start()..range.start + given.end(),
                kind,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        Masks::find(text).shown(text, 0..text.len()).into_owned()
    }

    #[test]
    fn a_literal_keeps_its_quotes_and_the_code_its_form() {
        let text = "def f(a, password: str = 'tr0ub4dor', *, b=1):  # pwd=tr0ub4dor&3\n    pass\n";
        let shown = "def f(a, password: str = '<masked: password>', *, b=1):  # pwd=<masked: password>\n    pass\n";
        assert_eq!(masked(text), shown);
        assert_eq!(masked(shown), shown);
    }

    #[test]
    fn a_private_key_keeps_its_lines() {
        let key = [
            "-----BEGIN PRIVATE",
            " KEY-----\nMIIEvQ\n\nab+/cd==\n-----END PRIVATE KEY-----\n",
        ]
        .concat();
        let text = format!("x = \"\"\"{key}\"\"\"\ny = 1\n");
        let shown = masked(&text);
        assert_eq!(shown.lines().count(), text.lines().count());
        assert!(
            !shown.contains("MIIEvQ") && !shown.contains("ab+/cd"),
            "{shown}"
        );
        assert!(
            shown.ends_with("-----END PRIVATE KEY-----\n\"\"\"\ny = 1\n"),
            "{shown}"
        );
        assert_eq!(masked(&shown), shown);
        let unfinished = text.split("-----END").next().unwrap_or_default();
        assert!(!masked(&format!("{unfinished}\"\"\"\n")).contains("MIIEvQ"));
    }

    #[test]
    fn what_does_not_parse_is_masked_too() {
        assert_eq!(
            masked("def (:\n    password = 'tr0ub4dor'\n"),
            "def (:\n    password = '<masked: password>'\n"
        );
    }

    #[test]
    fn a_part_of_a_text_shows_no_part_of_a_secret() {
        let text = "password = 'tr0ub4dor'";
        let masks = Masks::find(text);
        for end in 13..text.len() {
            assert!(!masks.shown(text, 0..end).contains("tr"), "{end}");
            assert!(!masks.shown(text, 13..end).contains("tr"), "{end}");
        }
        assert_eq!(masks.shown(text, 0..12), "password = '");
        assert_eq!(masks.count(&[]).len(), 0);
        assert_eq!(masks.count(&[0..14, 2..22])["password"], 1);
    }
}
