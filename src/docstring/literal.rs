//! A docstring's text as a Python string literal.

use std::fmt::Write as _;

/// The literal that puts `text` at a place: triple double quotes, a raw string where backslashes
/// can stand as they are, escapes otherwise. Lines after the first begin with `indent`, and end
/// with `newline`. `can_encode` tells which characters the file can hold; the others become
/// escapes. Python's `inspect.cleandoc` of the literal's value is `text`.
#[must_use]
pub fn to_literal(
    text: &str,
    indent: &str,
    newline: &str,
    can_encode: impl Fn(char) -> bool,
) -> String {
    let is_multiline = text.contains('\n');
    let needs_escapes = text.contains("\"\"\"")
        || text.starts_with('"')
        || (!is_multiline && text.ends_with(['"', '\\']))
        || text.chars().any(|c| !can_encode(c));
    let is_raw = text.contains('\\') && !needs_escapes;
    let body = if is_raw {
        text.to_owned()
    } else {
        escaped(text, is_multiline, can_encode)
    };
    let mut literal = String::with_capacity(body.len() + 16);
    literal.push_str(if is_raw { "r\"\"\"" } else { "\"\"\"" });
    for (index, line) in body.split('\n').enumerate() {
        if index > 0 {
            literal.push_str(newline);
            if !line.is_empty() {
                literal.push_str(indent);
            }
        }
        literal.push_str(line);
    }
    if is_multiline {
        literal.push_str(newline);
        literal.push_str(indent);
    }
    literal.push_str("\"\"\"");
    literal
}

fn escaped(text: &str, is_multiline: bool, can_encode: impl Fn(char) -> bool) -> String {
    let mut body = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        // Quotes are escaped by the run: ruff's D301 lets `\"\"\"` pass and no other escape of one.
        let run = rest.len() - rest.trim_start_matches('"').len();
        if run > 0 {
            let at_edge = rest.len() == text.len() || (!is_multiline && run == rest.len());
            let quote = if run >= 3 || at_edge { "\\\"" } else { "\"" };
            body.push_str(&quote.repeat(run));
            rest = &rest[run..];
            continue;
        }
        let code = u32::from(c);
        match c {
            '\\' => body.push_str("\\\\"),
            c if can_encode(c) => body.push(c),
            _ if code <= 0xff => _ = write!(body, "\\x{code:02x}"),
            _ if code <= 0xffff => _ = write!(body, "\\u{code:04x}"),
            _ => _ = write!(body, "\\U{code:08x}"),
        }
        rest = &rest[c.len_utf8()..];
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascii(text: &str) -> String {
        to_literal(text, "    ", "\n", |c| c.is_ascii())
    }

    #[test]
    fn plain_text_stays_plain() {
        assert_eq!(ascii("Do it."), r#""""Do it.""""#);
        assert_eq!(ascii("Do.\n\nMore."), "\"\"\"Do.\n\n    More.\n    \"\"\"");
    }

    #[test]
    fn backslashes_make_it_raw_where_that_is_possible() {
        assert_eq!(ascii(r"Match \d."), r#"r"""Match \d.""""#);
        assert_eq!(ascii(r"Ends \"), r#""""Ends \\""""#);
        assert_eq!(ascii("Ends \\\nx"), "r\"\"\"Ends \\\n    x\n    \"\"\"");
        assert_eq!(ascii(r"\d é"), r#""""\\d \xe9""""#);
    }

    #[test]
    fn quotes_cannot_end_it() {
        assert_eq!(
            ascii(r#"Say """hi""" now."#),
            r#""""Say \"\"\"hi\"\"\" now.""""#
        );
        assert_eq!(ascii(r#""Yes", he said."#), r#""""\"Yes", he said.""""#);
        assert_eq!(ascii(r#"He said "yes""#), r#""""He said "yes\"""""#);
    }
}
