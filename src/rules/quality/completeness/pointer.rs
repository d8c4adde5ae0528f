//! Docstrings that leave it to another to say more.

use crate::rules::quality::Trial;

/// Whether it sends its reader elsewhere, or has its parts put in by a program: «See `other`.»,
/// `%(parameters)s`.
pub(super) fn is_pointer(trial: &Trial<'_>) -> bool {
    /// Ways to point at what says more, in lower case; what follows is a name.
    const WAYS: &[&str] = &[
        "see ",
        "refer to ",
        "same as ",
        "alias for ",
        "alias of ",
        "alias to ",
        "equivalent to ",
        "identical to ",
        "shortcut for ",
        "shorthand for ",
        "wrapper for ",
        "wrapper around ",
        "equals ",
        "docs for ",
        "documentation of ",
        "documentation for ",
        "implements ",
        "like ",
    ];
    let is_put_in = |line: &str| {
        let line = line.trim();
        (line.starts_with("%(") && line.ends_with(")s"))
            || (line.starts_with('{') && line.ends_with('}') && !line.contains([' ', ':']))
    };
    if trial.value.lines().any(is_put_in) {
        return true;
    }
    let points = |text: &str| {
        text.match_indices(['`', ':']).any(|(at, _)| {
            let before = text.get(..at).unwrap_or_default();
            WAYS.iter().any(|way| ends_with(before, way))
        })
    };
    let mut paragraphs = trial.prose.paragraphs.iter();
    paragraphs.any(|paragraph| points(paragraph.text))
}

/// Whether `text` ends with these words, in any case.
fn ends_with(text: &str, words: &str) -> bool {
    let Some(start) = text.len().checked_sub(words.len()) else {
        return false;
    };
    let ending = text.get(start..).unwrap_or_default();
    ending.eq_ignore_ascii_case(words) && !text[..start].ends_with(|c: char| c.is_alphanumeric())
}
