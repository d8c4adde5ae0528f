//! Types that words tell («a list of names»), against plain annotations.

/// What a word for a type can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Text,
    Bytes,
    Whole,
    Decimal,
    Truth,
    Sequence,
    Mapping,
}

/// The sort that the first noun of the words tells: «A list of …», «The integer …».
fn told(text: &str) -> Option<Sort> {
    let truth = text.trim_start_matches('`');
    if ["True", "False"].iter().any(|one| {
        let rest = truth
            .strip_prefix(one)
            .map(|rest| rest.trim_start_matches('`'));
        rest.is_some_and(|rest| rest.starts_with(" if ") || rest.starts_with(" when "))
    }) {
        return Some(Sort::Truth);
    }
    let mut words = text.split(|c: char| c.is_whitespace());
    let article = words.next()?.to_lowercase();
    if !matches!(article.as_str(), "a" | "an") {
        return None;
    }
    let noun = words.next()?;
    // «A string-like …», «A list's …» tell something else.
    let after = noun.trim_end_matches(['.', ',', ';', ':']);
    let next = words.next().unwrap_or_default();
    // «A string or a list», «an integer index», «a list item»: the noun may not be the whole of it.
    let is_whole = after.len() < noun.len()
        || matches!(
            next,
            "" | "of" | "with" | "containing" | "that" | "holding" | "representing"
        );
    match after {
        _ if !is_whole || first_clause(text).contains(" or ") => None,
        "string" | "str" => Some(Sort::Text),
        "integer" | "int" => Some(Sort::Whole),
        "float" => Some(Sort::Decimal),
        "boolean" | "bool" => Some(Sort::Truth),
        "list" | "tuple" => Some(Sort::Sequence),
        "dictionary" | "dict" | "mapping" => Some(Sort::Mapping),
        _ => None,
    }
}

/// What stands before the first mark.
fn first_clause(text: &str) -> &str {
    text.split(['.', ',', ';', ':']).next().unwrap_or(text)
}

/// The sort of a plain annotation; `None` for whatever may be several.
fn meant(annotation: &str) -> Option<Sort> {
    let text = annotation.trim_matches(['"', '\'']);
    if text.contains(['|', '\n']) {
        return None;
    }
    let name = text.split('[').next().unwrap_or_default();
    match name.rsplit('.').next().unwrap_or_default().trim() {
        "str" => Some(Sort::Text),
        "bytes" => Some(Sort::Bytes),
        "int" => Some(Sort::Whole),
        "float" => Some(Sort::Decimal),
        "bool" => Some(Sort::Truth),
        "list" | "List" | "tuple" | "Tuple" | "set" | "Set" | "frozenset" | "FrozenSet" => {
            Some(Sort::Sequence)
        }
        "dict" | "Dict" => Some(Sort::Mapping),
        _ => None,
    }
}

/// What is wrong with the type that the words tell of something so annotated.
pub(super) fn of_one(text: &str, annotation: Option<&str>) -> Option<String> {
    let annotation = annotation?;
    let (told, meant) = (told(text)?, meant(annotation)?);
    (told != meant).then(|| format!("tells another type than the annotation `{annotation}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_contradictions_count() {
        for (text, annotation) in [
            ("A list of names.", "int"),
            ("A string.", "bool"),
            ("A dictionary of all.", "list[str]"),
            ("An integer, if so.", "'str'"),
            ("`True` if it worked.", "str"),
        ] {
            assert!(of_one(text, Some(annotation)).is_some(), "{text}");
        }
        for (text, annotation) in [
            ("A list of names.", "list[str]"),
            ("A list of names.", "Sequence[str]"),
            ("A list of names.", "tuple[str, ...]"),
            ("A string or a list.", "list[str]"),
            ("A string.", "str | None"),
            ("A list item.", "str"),
            ("The list of names.", "str"),
            ("A comma-separated list of names.", "str"),
        ] {
            assert_eq!(of_one(text, Some(annotation)), None, "{text}");
        }
    }
}
