//! Annotations as a docstring shows them.

/// The annotation on one line, without comments, and without the quotes around all of it; `None` for
/// one with a colon or backslash in it, which readers of docstrings would cut in two.
pub(super) fn shown_type(annotation: &str) -> Option<String> {
    let plain = on_one_line(annotation);
    let shown = unquoted(&plain).unwrap_or(&plain).trim();
    let is_readable = !shown.is_empty() && !shown.contains([':', '\\', '`', '\u{7f}']);
    (is_readable && !shown.contains(char::is_control)).then(|| shown.to_owned())
}

/// The type of what a generator yields, by its return annotation: the first argument of
/// `Iterator[...]`, `Generator[...]` and their like.
pub(super) fn yielded_type(annotation: &str) -> Option<String> {
    let plain = on_one_line(annotation);
    let plain = unquoted(&plain).unwrap_or(&plain);
    let (name, arguments) = plain.strip_suffix(']')?.split_once('[')?;
    let name = name.trim().rsplit('.').next()?;
    let is_generator = matches!(
        name,
        "Iterator"
            | "Iterable"
            | "Generator"
            | "AsyncIterator"
            | "AsyncIterable"
            | "AsyncGenerator"
    );
    let mut depth = 0_usize;
    let end = arguments.find(|c| {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    let first = arguments.get(..end.unwrap_or(arguments.len()))?;
    is_generator.then(|| shown_type(first)).flatten()
}

/// Without comments, escaped line ends and the blanks of lines that were broken within brackets.
fn on_one_line(annotation: &str) -> String {
    let mut line = String::with_capacity(annotation.len());
    let mut quote = None;
    let mut in_comment = false;
    for c in annotation.chars() {
        match (quote, c) {
            _ if in_comment => in_comment = !matches!(c, '\n' | '\r'),
            (Some(end), _) => {
                line.push(c);
                if c == end {
                    quote = None;
                }
            }
            (None, '#') => in_comment = true,
            (None, '\'' | '"') => {
                quote = Some(c);
                line.push(c);
            }
            (None, '\n' | '\r' | '\t' | '\u{c}' | '\\') => line.push(' '),
            (None, c) => line.push(c),
        }
    }
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
    let mut line = words.join(" ");
    for (broken, whole) in [
        ("[ ", "["),
        ("( ", "("),
        (", ]", "]"),
        (" ]", "]"),
        (", )", ")"),
        (" )", ")"),
        (",]", "]"),
    ] {
        line = line.replace(broken, whole);
    }
    line
}

fn unquoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains(quote)).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_annotation_is_made_whole() {
        let written = "dict[\n    str,  # the name\n    int,\n]";
        assert_eq!(shown_type(written).unwrap(), "dict[str, int]");
        assert_eq!(shown_type("'Money | None'").unwrap(), "Money | None");
        assert_eq!(
            shown_type("Literal['a', '#']").unwrap(),
            "Literal['a', '#']"
        );
        assert_eq!(shown_type("Annotated[int, 'in: cents']"), None);
    }

    #[test]
    fn a_generator_yields_its_first_argument() {
        let yielded = |text| yielded_type(text).unwrap_or_default();
        assert_eq!(yielded("Iterator[dict[str, int]]"), "dict[str, int]");
        assert_eq!(yielded("'t.Generator[int, None, str]'"), "int");
        assert_eq!(yielded("list[int]"), "");
        assert_eq!(yielded("Iterator"), "");
    }
}
