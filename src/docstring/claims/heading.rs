//! Section headers that matter to claims, as Napoleon and numpydoc know them.

/// What a section header announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::docstring) enum Heading {
    Arguments,
    Keywords,
    Returns,
    Yields,
    Raises,
    /// A section that claims nothing docgen can hold against the code.
    Other,
}

/// The heading that `title` is, in any case.
pub(super) fn of_title(title: &str) -> Option<Heading> {
    /// The longest title below.
    const MAX_LENGTH: usize = 20;
    if title.is_empty() || title.len() > MAX_LENGTH {
        return None;
    }
    let is_one_of = |titles: &[&str]| titles.iter().any(|one| title.eq_ignore_ascii_case(one));
    if is_one_of(&["args", "arguments", "parameters", "params"]) {
        Some(Heading::Arguments)
    } else if is_one_of(&[
        "keyword args",
        "keyword arguments",
        "other parameters",
        "other args",
        "other arguments",
        "other params",
    ]) {
        Some(Heading::Keywords)
    } else if is_one_of(&["returns", "return"]) {
        Some(Heading::Returns)
    } else if is_one_of(&["yields", "yield"]) {
        Some(Heading::Yields)
    } else if is_one_of(&["raises", "raise", "exceptions", "except"]) {
        Some(Heading::Raises)
    } else if is_one_of(&[
        "attention",
        "attributes",
        "caution",
        "danger",
        "error",
        "example",
        "examples",
        "hint",
        "important",
        "methods",
        "note",
        "notes",
        "receives",
        "references",
        "see also",
        "tip",
        "todo",
        "warning",
        "warnings",
        "warns",
    ]) {
        Some(Heading::Other)
    } else {
        None
    }
}
