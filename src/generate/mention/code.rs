//! The names in a piece of code that prose quotes, and its string literals.

use super::identifier::is_word;

/// A name with attributes in a piece of code: its parts, and whether a dot goes before the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::generate) struct Path<'t> {
    pub(in crate::generate) parts: Vec<&'t str>,
    pub(in crate::generate) is_attribute: bool,
}

/// The names in a piece of code, and the contents of its string literals.
pub(in crate::generate) fn names_in(code: &str) -> (Vec<Path<'_>>, Vec<&str>) {
    let (mut paths, mut literals) = (Vec::new(), Vec::new());
    let mut rest = code;
    let mut after_dot = false;
    while let Some(c) = rest.chars().next() {
        if is_word(c) {
            let (path, length) = path(rest);
            let quote = rest[length..].chars().next();
            let is_prefix = matches!(quote, Some('"' | '\''))
                && length <= 2
                && rest[..length].chars().all(|c| "rRbBuUfFtT".contains(c))
                && literal(&rest[length..]).is_some();
            if !c.is_numeric() && !is_prefix {
                paths.push(Path {
                    parts: path,
                    is_attribute: after_dot,
                });
            }
            after_dot = false;
            rest = &rest[length..];
        } else if let Some(content) = literal(rest) {
            literals.push(content);
            rest = &rest[content.len() + 2..];
            after_dot = false;
        } else {
            // An ellipsis is no access to an attribute.
            after_dot = c == '.'
                && !rest.starts_with("..")
                && !code[..code.len() - rest.len()].ends_with('.');
            rest = &rest[c.len_utf8()..];
        }
    }
    (paths, literals)
}

/// The dotted name at the start of `text`, and its length.
fn path(text: &str) -> (Vec<&str>, usize) {
    let mut length = 0;
    loop {
        let part = &text[length..];
        length += part.find(|c| !is_word(c)).unwrap_or(part.len());
        let rest = &text[length..];
        let goes_on = rest
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == '_'));
        if !goes_on {
            return (text[..length].split('.').collect(), length);
        }
        length += 1;
    }
}

/// The contents of the string literal that `text` begins with; an apostrophe begins none.
fn literal(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = &text[1..];
    let end = inner.find(quote)?;
    Some(&inner[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_has_names_and_literals() {
        let (paths, literals) = names_in("f(x.y, k='utf-8') or rb\"a\" + 10ms.z().w");
        let paths: Vec<String> = paths
            .iter()
            .map(|path| {
                format!(
                    "{}{}",
                    if path.is_attribute { "." } else { "" },
                    path.parts.join(".")
                )
            })
            .collect();
        assert_eq!(paths, ["f", "x.y", "k", "or", ".w"]);
        assert_eq!(literals, ["utf-8", "a"]);
    }
}
