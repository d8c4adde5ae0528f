//! What a docstring claims of the code it stands in: the arguments, return value, yielded values
//! and exceptions that it describes, in Google, NumPy or Sphinx style, also mixed.
//!
//! It keeps slices of the text and their places, and judges nothing: text that has no structure
//! claims nothing.

pub(super) mod google;
pub(super) mod heading;
pub(super) mod line;
pub(super) mod numpy;
pub(super) mod sphinx;

use std::ops::Range;

use heading::Heading;
use line::Line;

/// Whether `title` is one that heads a section in Google or NumPy style, in any case.
pub(crate) fn is_heading(title: &str) -> bool {
    heading::of_title(title).is_some()
}

/// What a docstring claims.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims<'t> {
    /// Sections that describe arguments; a docstring may have several (`Args`, `Keyword Args`).
    pub arguments: Vec<ArgumentClaims<'t>>,
    /// The section about the return value.
    pub returns: Option<ValueClaim<'t>>,
    /// The section about yielded values.
    pub yields: Option<ValueClaim<'t>>,
    /// The section about exceptions.
    pub raises: Option<RaisesClaim<'t>>,
    /// Prose that speaks of the return value: a summary that begins with «Return», or a line
    /// `Returns: text`.
    pub tells_return: bool,
    /// The same for «Yield».
    pub tells_yield: bool,
}

/// One section that describes arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArgumentClaims<'t> {
    /// Where its header stands.
    pub at: Range<usize>,
    /// It describes keywords beyond the named parameters (`Keyword Args`, `Other Parameters`).
    pub is_keywords: bool,
    /// In the order of the text.
    pub arguments: Vec<ArgumentClaim<'t>>,
}

/// An argument that is described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentClaim<'t> {
    /// The name, without stars.
    pub name: &'t str,
    /// Where the name stands.
    pub at: Range<usize>,
    /// The type given for it.
    pub annotation: Option<&'t str>,
    /// The words about it, further lines included.
    pub text: &'t str,
}

/// The section about a return value, or about yielded ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValueClaim<'t> {
    /// Where its header stands.
    pub at: Range<usize>,
    /// The type given for it, when there is one value.
    pub annotation: Option<&'t str>,
    /// The words about it.
    pub text: &'t str,
}

/// The section about exceptions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RaisesClaim<'t> {
    /// Where its header stands.
    pub at: Range<usize>,
    /// The exceptions, each with its place.
    pub exceptions: Vec<(&'t str, Range<usize>)>,
}

impl<'t> Claims<'t> {
    /// Reads what the value of a docstring claims; its line ends are `\n`.
    #[must_use]
    pub fn read(text: &'t str) -> Self {
        let mut claims = Self::default();
        let first = text.trim_start().split([' ', '\n']).next();
        let first = first.unwrap_or_default().trim_end_matches([':', ',']);
        claims.tells_return = matches!(first, "Return" | "Returns");
        claims.tells_yield = matches!(first, "Yield" | "Yields");
        // Every structure has a colon or an underline.
        if !text.contains(':') && !text.contains("---") {
            return claims;
        }
        let lines = Line::all(text);
        let mut at = 0;
        while at < lines.len() {
            at = claims.take(text, &lines, at);
        }
        claims
    }

    /// Whether it describes anything in a section: then it has begun to be complete.
    #[must_use]
    pub fn has_sections(&self) -> bool {
        !self.arguments.is_empty()
            || self.returns.is_some()
            || self.yields.is_some()
            || self.raises.is_some()
    }

    /// Every argument that is described.
    pub fn described(&self) -> impl Iterator<Item = &ArgumentClaim<'t>> {
        self.arguments.iter().flat_map(|section| &section.arguments)
    }

    /// Reads what begins at line `at`; gives the line to go on with.
    fn take(&mut self, text: &'t str, lines: &[Line<'t>], at: usize) -> usize {
        let Some(line) = lines.get(at) else {
            return lines.len();
        };
        if let Some(next) = sphinx::take(self, text, lines, at) {
            return next;
        }
        if let Some(heading) = numpy::heading(lines, at) {
            let body = numpy::body(lines, at);
            numpy::take(self, text, heading, line, &lines[body.clone()]);
            return body.end;
        }
        if let Some(heading) = google::heading(lines, at) {
            let body = google::body(lines, at);
            google::take(self, text, heading, line, &lines[body.clone()]);
            return body.end;
        }
        if at > 0 {
            self.tells_return |= line.says("Returns:") || line.says("Return:");
            self.tells_yield |= line.says("Yields:") || line.says("Yield:");
        }
        at + 1
    }

    fn add_arguments(&mut self, claims: ArgumentClaims<'t>) {
        self.arguments.push(claims);
    }

    fn add_exceptions(&mut self, at: Range<usize>, exceptions: Vec<(&'t str, Range<usize>)>) {
        let raises = self.raises.get_or_insert_with(|| RaisesClaim {
            at,
            exceptions: Vec::new(),
        });
        raises.exceptions.extend(exceptions);
    }

    fn add_value(&mut self, heading: Heading, value: ValueClaim<'t>) {
        match heading {
            Heading::Yields => self.yields = Some(value),
            _ => self.returns = Some(value),
        }
    }
}

/// A parameter's name as docstrings write it, stripped to the name itself, with its offset in
/// `written`; `None` for anything that is no name.
fn bare_name(written: &str) -> Option<(&str, usize)> {
    let inner = written.trim_matches(['`', ' ']);
    let name = inner.trim_start_matches(['*', '\\']);
    let is_name = name
        .chars()
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let start = name.as_ptr().addr() - written.as_ptr().addr();
    is_name.then_some((name, start))
}

/// An exception's name: a dotted one, roles and backticks taken off.
fn exception_name(written: &str) -> Option<&str> {
    let inner = written.trim();
    // `:class:`Name``, `:exc:`~errors.Name``
    let inner = match inner.strip_prefix(':') {
        Some(role) => role.split_once('`').map(|(_, rest)| rest)?,
        None => inner,
    };
    let name = inner.trim_matches(['`', '~', '!', '*', ' ']);
    let is_name = !name.is_empty()
        && name.split('.').all(|part| {
            part.chars()
                .next()
                .is_some_and(|first| first.is_alphabetic() || first == '_')
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        });
    is_name.then_some(name)
}

/// The exceptions in `written`, divided by commas, slashes or «or»; `offset` is where it begins.
fn exception_names<'t>(written: &'t str, text: &'t str) -> Vec<(&'t str, Range<usize>)> {
    written
        .split([',', '|', '/'])
        .flat_map(|part| part.split(" or "))
        .filter_map(exception_name)
        .map(|name| (name, place_of(name, text)))
        .collect()
}

/// Where `part`, a slice of `text`, stands in it.
fn place_of(part: &str, text: &str) -> Range<usize> {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
}

/// The first colon outside of brackets and backticks.
fn top_level_colon(line: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut is_quoted = false;
    line.bytes().enumerate().find_map(|(at, byte)| {
        match byte {
            b'`' => is_quoted = !is_quoted,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b':' if depth == 0 && !is_quoted => return Some(at),
            _ => {}
        }
        None
    })
}

/// The text from the end of `head` to the end of the last of `more`, or what follows in its line.
fn text_through<'t>(text: &'t str, from: usize, more: &[Line<'t>], line: &Line<'t>) -> &'t str {
    let end = more.last().unwrap_or(line).end();
    text.get(from..end).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<'t>(claims: &Claims<'t>) -> Vec<(&'t str, Option<&'t str>, &'t str)> {
        let described = claims.described();
        described
            .map(|one| (one.name, one.annotation, one.text))
            .collect()
    }

    #[test]
    fn google_sections_are_read() {
        let text = "Fetch.\n\n    Note: prose.\n\n    Args:\n        table (Table[str, int]): The table: open.\n            More.\n        *keys: Keys.\n        a, b: Both.\n        not a name: prose\n        bare\n\n    Returns:\n        dict[str, int]: A mapping.\n\n    Raises:\n        OSError, errors.Gone: If it fails.\n    After all.\n    ";
        let claims = Claims::read(text);
        assert_eq!(
            names(&claims),
            [
                (
                    "table",
                    Some("Table[str, int]"),
                    "The table: open.\n            More."
                ),
                ("keys", None, "Keys."),
                ("a", None, "Both."),
                ("b", None, "Both."),
                ("bare", None, ""),
            ]
        );
        assert_eq!(&text[claims.arguments[0].arguments[1].at.clone()], "keys");
        let returns = claims.returns.unwrap();
        assert_eq!(
            (returns.annotation, returns.text),
            (Some("dict[str, int]"), "A mapping.")
        );
        let raises: Vec<&str> = claims
            .raises
            .unwrap()
            .exceptions
            .iter()
            .map(|one| one.0)
            .collect();
        assert_eq!(raises, ["OSError", "errors.Gone"]);
    }

    #[test]
    fn numpy_sections_are_read() {
        let text = "Fetch.\n\n    Parameters\n    ----------\n    x, y : int, optional\n        Words.\n    *args\n        Rest.\n\n    Returns\n    -------\n    out : ndarray\n        Words: more.\n\n    Raises\n    ------\n    ValueError\n        If.\n\n    Notes\n    -----\n    x : no parameter\n    ";
        let claims = Claims::read(text);
        assert_eq!(
            names(&claims),
            [
                ("x", Some("int, optional"), "Words."),
                ("y", Some("int, optional"), "Words."),
                ("args", None, "Rest."),
            ]
        );
        assert_eq!(claims.returns.unwrap().annotation, Some("ndarray"));
        assert_eq!(claims.raises.unwrap().exceptions[0].0, "ValueError");
    }

    #[test]
    fn sphinx_fields_are_read() {
        let text = "Fetch.\n\n    :param x: The x\n        and more.\n    :type x: int\n    :param list[str] y: The y.\n    :keyword z: The z.\n    :returns: Words.\n    :rtype: dict[str, int]\n    :raises errors.Gone: If.\n    :raises: KeyError: If not.\n    ";
        let claims = Claims::read(text);
        assert_eq!(
            names(&claims),
            [
                ("x", Some("int"), "The x\n        and more."),
                ("y", Some("list[str]"), "The y."),
                ("z", None, "The z."),
            ]
        );
        assert!(claims.arguments[1].is_keywords);
        let returns = claims.returns.unwrap();
        assert_eq!(
            (returns.annotation, returns.text),
            (Some("dict[str, int]"), "Words.")
        );
        let raises: Vec<&str> = claims
            .raises
            .unwrap()
            .exceptions
            .iter()
            .map(|one| one.0)
            .collect();
        assert_eq!(raises, ["errors.Gone", "KeyError"]);
    }

    #[test]
    fn prose_claims_nothing() {
        for text in [
            "",
            "Do.",
            "Do it: now.\n\n    Args: none of them.\n    Note::\n\n        code: x\n    ",
            "Title\n-----\n\nText: more.",
            "Do.\n\n    Args:\n    not indented: text\n    ",
            ":mod:`thing` does it.",
        ] {
            assert!(!Claims::read(text).has_sections(), "{text}");
        }
        assert!(Claims::read("Return the thing.").tells_return);
        assert!(Claims::read("Do.\n\nReturns: the thing.").tells_return);
    }
}
