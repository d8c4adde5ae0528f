//! A docstring's literal as it stands in the source, character by character: where each part of its
//! value is written, and how the literal reads once the value has been edited.

use std::fmt::Write as _;
use std::ops::Range;

use super::{Edited, Piece};

/// A string literal read by Python's rules (language reference, 2.4.1), with a place in the source
/// for each byte of its value.
#[derive(Debug)]
pub struct Written<'s> {
    literal: &'s str,
    /// Where what is between the quotes stands in the literal.
    body: Range<usize>,
    is_raw: bool,
    quote: &'s str,
    value: String,
    /// For each byte of the value, and for its end, where in the literal it is written.
    places: Vec<usize>,
}

impl<'s> Written<'s> {
    /// Reads one string literal, prefix and quotes included; `None` for anything else.
    #[must_use]
    pub fn read(literal: &'s str) -> Option<Self> {
        let prefix = literal.find(['"', '\''])?;
        let is_raw = match literal.get(..prefix)?.to_ascii_lowercase().as_str() {
            "r" => true,
            "" | "u" => false,
            _ => return None,
        };
        let quoted = literal.get(prefix..)?;
        let quote = ["\"\"\"", "'''", "\"", "'"]
            .into_iter()
            .find_map(|quote| quoted.strip_prefix(quote).map(|_| &quoted[..quote.len()]))?;
        let end = literal.len().checked_sub(quote.len())?;
        let body = prefix + quote.len()..end;
        if literal.get(end..)? != quote {
            return None;
        }
        let mut written = Self {
            literal,
            is_raw,
            quote,
            value: String::with_capacity(body.len()),
            places: Vec::with_capacity(body.len() + 1),
            body: body.clone(),
        };
        written.read_body(literal.get(body)?)?;
        Some(written)
    }

    /// What Python reads, line ends as `\n`.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    fn read_body(&mut self, body: &str) -> Option<()> {
        let mut rest = body;
        let mut at = self.body.start;
        while let Some(c) = rest.chars().next() {
            let is_line_end = matches!(c, '\n' | '\r');
            // The closing quotes may begin within what would be the body.
            let ends = self.literal.get(at..)?.starts_with(self.quote);
            if ends || is_line_end && self.quote.len() == 1 {
                return None;
            }
            // In a raw string a backslash keeps the quote behind it, and stays itself.
            if c == '\\' && self.is_raw {
                let kept = rest.get(1..).and_then(|rest| rest.chars().next())?;
                if !matches!(kept, '\n' | '\r') {
                    for (c, at) in [(c, at), (kept, at + 1)] {
                        self.value.push(c);
                        self.places.resize(self.value.len(), at);
                    }
                    at += 1 + kept.len_utf8();
                    rest = rest.get(1 + kept.len_utf8()..)?;
                    continue;
                }
            }
            let (read, length) = match c {
                '\r' => (Some('\n'), if rest.starts_with("\r\n") { 2 } else { 1 }),
                '\\' if !self.is_raw => escape(rest)?,
                c => (Some(c), c.len_utf8()),
            };
            if let Some(read) = read {
                self.value.push(read);
                self.places.resize(self.value.len(), at);
            }
            at += length;
            rest = rest.get(length..)?;
        }
        self.places.push(self.body.end);
        Some(())
    }

    /// The literal for an edited value: what was kept as it is written, new words escaped where they
    /// have to be. `newline` ends their lines, and `can_encode` tells which characters the file can
    /// hold. `None` if this literal cannot hold them.
    #[must_use]
    pub fn rewritten(
        &self,
        edited: &Edited,
        newline: &str,
        can_encode: impl Fn(char) -> bool,
    ) -> Option<String> {
        let mut literal = self.literal.get(..self.body.start)?.to_owned();
        for piece in &edited.pieces {
            match piece {
                Piece::Kept(range) => {
                    // A continuation behind the opening quotes has no place in the value.
                    let from = match range.start {
                        0 => self.body.start,
                        start => *self.places.get(start)?,
                    };
                    let to = *self.places.get(range.end)?;
                    literal.push_str(self.literal.get(from..to)?);
                }
                Piece::New(words) => {
                    literal.push_str(&self.escaped(words, newline, &can_encode)?);
                }
            }
        }
        literal.push_str(self.quote);
        let is_read_back = Written::read(&literal).is_some_and(|read| read.value == edited.text);
        is_read_back.then_some(literal)
    }

    fn escaped(
        &self,
        words: &str,
        newline: &str,
        can_encode: impl Fn(char) -> bool,
    ) -> Option<String> {
        let mut escaped = String::with_capacity(words.len());
        for c in words.chars() {
            let code = u32::from(c);
            match c {
                '\n' if self.quote.len() == 3 => escaped.push_str(newline),
                '\n' => return None,
                '\\' if !self.is_raw => escaped.push_str("\\\\"),
                c if can_encode(c) => escaped.push(c),
                _ if self.is_raw => return None,
                _ if code <= 0xff => _ = write!(escaped, "\\x{code:02x}"),
                _ if code <= 0xffff => _ = write!(escaped, "\\u{code:04x}"),
                _ => _ = write!(escaped, "\\U{code:08x}"),
            }
        }
        Some(escaped)
    }
}

/// What the escape at the start of `rest` stands for, and how many bytes it takes. A backslash that
/// begins none stands for itself.
fn escape(rest: &str) -> Option<(Option<char>, usize)> {
    let after = rest.get(1..)?;
    let first = after.chars().next()?;
    let hexadecimal = |digits: usize| {
        let code = u32::from_str_radix(after.get(1..=digits)?, 16).ok()?;
        Some((Some(char::from_u32(code)?), 2 + digits))
    };
    Some(match first {
        '\r' if after.starts_with("\r\n") => (None, 3),
        '\n' | '\r' => (None, 2),
        '\\' | '\'' | '"' => (Some(first), 2),
        'a' => (Some('\x07'), 2),
        'b' => (Some('\x08'), 2),
        'f' => (Some('\x0c'), 2),
        'n' => (Some('\n'), 2),
        'r' => (Some('\r'), 2),
        't' => (Some('\t'), 2),
        'v' => (Some('\x0b'), 2),
        'x' => hexadecimal(2)?,
        'u' => hexadecimal(4)?,
        'U' => hexadecimal(8)?,
        // The names of Unicode's characters are not at hand.
        'N' => return None,
        '0'..='7' => {
            let digits = after
                .bytes()
                .take(3)
                .take_while(|byte| matches!(byte, b'0'..=b'7'))
                .count();
            let code = u32::from_str_radix(after.get(..digits)?, 8).ok()?;
            (Some(char::from_u32(code)?), 1 + digits)
        }
        _ => (Some('\\'), 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(literal: &str, range: Range<usize>, words: &str) -> Option<String> {
        let written = Written::read(literal)?;
        let mut edited = Edited::new(written.value());
        edited.replace(range, words);
        written.rewritten(&edited, "\r\n", |c| c.is_ascii())
    }

    #[test]
    fn what_is_kept_stays_as_it_is_written() {
        let literal = r#""""A\tb\x41 \u00e9 \
c\d "x" end""""#;
        let written = Written::read(literal).unwrap();
        assert_eq!(written.value(), "A\tbA é c\\d \"x\" end");
        assert_eq!(edited(literal, 0..0, "").unwrap(), literal);
        assert_eq!(
            edited(literal, 3..4, "Z\\é\n").unwrap(),
            literal.replace(r"\x41", "Z\\\\\\xe9\r\n")
        );
        assert_eq!(edited("'''a\r\nb'''", 2..3, "c").unwrap(), "'''a\r\nc'''");
        assert_eq!(edited(r#"R"a\d""#, 0..1, r"\w").unwrap(), r#"R"\w\d""#);
    }

    #[test]
    fn what_the_literal_cannot_hold_is_refused() {
        assert_eq!(edited("'a'", 0..1, "b\n"), None);
        assert_eq!(edited("r'''a'''", 0..1, "é"), None);
        assert_eq!(edited(r"'''\N{DASH}'''", 0..1, "e"), None);
        assert_eq!(edited("'''a'''", 0..1, "b''' + '''"), None);
        assert_eq!(edited("'''a'''", 1..1, "'"), None);
        assert_eq!(edited(r"'''\1x'''", 1..2, "2"), None);
        assert_eq!(edited(r"r'''a'''", 1..1, "\\"), None);
        assert_eq!(Written::read("b'a'").map(|written| written.value), None);
    }
}
