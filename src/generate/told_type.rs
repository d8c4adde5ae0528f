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

/// What is wrong with words about what comes back, if they have `None` come back where the annotation
/// excludes it.
pub(super) fn of_returned(text: &str, annotation: Option<&str>) -> Option<String> {
    let annotation = annotation?;
    meant(annotation)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let comes_back = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| words.get(at).copied());
        let after = words.get(at + 1);
        let after = after.map(|word| word.trim_end_matches(['.', ',', ';']));
        matches!(before, None | Some("or" | "returns" | "return"))
            || before.is_some_and(|word| word.ends_with([';', '.']))
                && matches!(after, Some("if" | "when" | "unless" | "otherwise"))
    };
    let is_none = |word: &str| word.trim_end_matches(['.', ',', ';']).trim_matches('`') == "None";
    let found = (0..words.len()).any(|at| is_none(words[at]) && comes_back(at));
    found.then(|| format!("says that `None` may come back, unlike the annotation `{annotation}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_comes_back_only_where_the_annotation_has_it() {
        for text in [
            "The name, or `None` if there is none.",
            "None if it failed.",
            "The name or None.",
            "The name; `None` otherwise.",
        ] {
            assert!(of_returned(text, Some("str")).is_some(), "{text}");
            for open in [None, Some("str | None"), Some("Optional[str]"), Some("T")] {
                assert_eq!(of_returned(text, open), None, "{text}");
            }
        }
        for text in [
            "The names; those that are `None` are left out.",
            "Whether it is None.",
        ] {
            assert_eq!(of_returned(text, Some("list[str]")), None, "{text}");
        }
    }

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
