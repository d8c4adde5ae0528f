//! The one class that an annotation names.

/// What an annotation says of a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Annotation<'t> {
    /// An object of a class, by its dotted name.
    Instance(&'t str),
    /// The class itself, or one derived from it.
    Class(&'t str),
}

/// Reads an annotation as far as it names one class: `shop.Store`, `"Store | None"`,
/// `Optional[Store]`, `type[Store]`, `ClassVar[Store]`. `None` for all others.
pub(super) fn annotation(text: &str) -> Option<Annotation<'_>> {
    read(text, MAX_DEPTH)
}

/// Brackets and quotes looked into.
const MAX_DEPTH: usize = 8;

fn read(text: &str, left: usize) -> Option<Annotation<'_>> {
    let left = left.checked_sub(1)?;
    let text = unquoted(text.trim());
    let choices = split(text, '|');
    if choices.len() > 1 {
        return only(&choices).and_then(|one| read(one, left));
    }
    let Some((head, inner)) = text.split_once('[') else {
        return is_dotted(text).then_some(Annotation::Instance(text));
    };
    let (head, inner) = (head.trim_end(), inner.strip_suffix(']')?);
    if !is_dotted(head) {
        return None;
    }
    match head.rsplit('.').next()? {
        "Optional" | "ClassVar" | "Final" | "Required" | "NotRequired" | "ReadOnly" => {
            read(inner, left)
        }
        "Union" => only(&split(inner, ',')).and_then(|one| read(one, left)),
        "Annotated" => split(inner, ',').first().and_then(|one| read(one, left)),
        "type" | "Type" => match read(inner, left)? {
            Annotation::Instance(name) => Some(Annotation::Class(name)),
            Annotation::Class(_) => None,
        },
        _ => Some(Annotation::Instance(head)),
    }
}

/// The one choice that is not `None`.
fn only<'t>(choices: &[&'t str]) -> Option<&'t str> {
    let mut named = choices
        .iter()
        .map(|choice| choice.trim())
        .filter(|choice| !choice.is_empty() && *choice != "None");
    let one = named.next()?;
    named.next().is_none().then_some(one)
}

fn unquoted(text: &str) -> &str {
    for quote in ['"', '\''] {
        let inner = text
            .strip_prefix(quote)
            .and_then(|text| text.strip_suffix(quote));
        if let Some(inner) = inner
            && !inner.contains(quote)
        {
            return inner.trim();
        }
    }
    text
}

/// The parts of a text between separators that stand in no bracket.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            c if c == separator && depth == 0 => {
                parts.push(text.get(start..at).unwrap_or_default());
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

fn is_dotted(text: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    text.split('.').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_class_is_named_or_none() {
        let instance = |text| match annotation(text) {
            Some(Annotation::Instance(name)) => name,
            Some(Annotation::Class(_)) => "a class",
            None => "",
        };
        let cases = [
            ("Store", "Store"),
            ("\"shop.Store\"", "shop.Store"),
            ("Store | None", "Store"),
            ("'Store | None'", "Store"),
            ("Optional['Store']", "Store"),
            ("t.Union[None, Store]", "Store"),
            ("Annotated[Store, Depends(get_store)]", "Store"),
            ("ClassVar[Store[int]]", "Store"),
            ("type[Store]", "a class"),
            ("list[Store]", "list"),
            ("Store | Shelf", ""),
            ("Union[Store, Shelf]", ""),
            ("None | None", ""),
            ("Literal['a'] | None", "Literal"),
            ("lambda: 0", ""),
            ("\"", ""),
            ("[[[[[[[[[[", ""),
        ];
        for (text, name) in cases {
            assert_eq!(instance(text), name, "{text}");
        }
    }
}
