//! Words that carry no meaning of their own, and words that repeat a name.

use super::prose::Token;
use crate::docstring::words::words_of;

/// Docstrings that stand where one is still to be written, in lower case and without punctuation:
/// what editors and generators insert.
const PLACEHOLDERS: &[&str] = &[
    "",
    "todo",
    "tbd",
    "fixme",
    "xxx",
    "wip",
    "docstring",
    "doc string",
    "documentation",
    "summary",
    "description",
    "placeholder",
    "undocumented",
    "not documented",
    "missing docstring",
    "no docstring",
    "add docstring",
    "todo docstring",
    "todo add docstring",
    "todo document",
    "todo document this",
    "todo write docstring",
    "docstring goes here",
    "insert docstring here",
    "summary line",
    "one line summary",
];

/// Words that say nothing of one function rather than of another.
const EMPTY_WORDS: &str = "\
    a an the of to for and or in on with by from as at is are be was this that these those it its \
    if when into given which return returns returned get gets set sets do does self cls class \
    function method module object objects instance instances value values result results whether flag parameter argument param arg helper \
    helpers utility utilities util utils routine procedure simple implementation implements \
    represents represent representation current new some any use used using";

/// Whether a docstring says nothing at all.
pub(super) fn is_placeholder(value: &str) -> bool {
    /// The longest of the list, punctuation included.
    const MAX_LENGTH: usize = 60;
    if value.len() > MAX_LENGTH {
        return false;
    }
    let words = value
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let squashed = words.collect::<Vec<_>>().join(" ").to_lowercase();
    PLACEHOLDERS.contains(&squashed.as_str())
}

/// Whether `word`, in lower case, says nothing of one function rather than of another.
pub(super) fn is_empty_word(word: &str) -> bool {
    EMPTY_WORDS.split(' ').any(|empty| empty == word)
}

/// The words of `tokens` that neither repeat `name` nor are empty, each once: what a text says beyond
/// the name (D. Steidl, B. Hummel, E. Juergens, «Quality analysis of source code comments», ICPC 2013,
/// compare a comment's words with those of the method's name in the same way).
pub(super) fn beyond_name(tokens: &[Token<'_>], name: &str) -> usize {
    let parts: Vec<String> = words_of(name).iter().map(|part| stem(part)).collect();
    let squashed: String = words_of(name).concat();
    let mut new: Vec<String> = Vec::new();
    for word in tokens.iter().flat_map(|token| said(*token)) {
        let stem = stem(&word);
        let repeats = (stem.len() > 2 && squashed.contains(&stem))
            || parts.iter().any(|part| is_alike(part, &stem));
        if !is_empty_word(&word) && !repeats && !new.contains(&stem) {
            new.push(stem);
        }
    }
    new.len()
}

/// The words of a token, in lower case.
fn said(token: Token<'_>) -> Vec<String> {
    let parts = token
        .text()
        .split(|c: char| !(c.is_alphanumeric() || c == '_'));
    parts.flat_map(words_of).collect()
}

/// One is the other, or begins with it.
fn is_alike(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    one == other || (short.len() > 3 && long.starts_with(short))
}

/// A word without the ending that grammar gives it.
fn stem(word: &str) -> String {
    let endings = ["ing", "ed", "es", "s", "e"];
    let stem = endings
        .into_iter()
        .filter_map(|ending| word.strip_suffix(ending))
        .find(|stem| stem.chars().count() > 2);
    stem.unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::prose::Prose;
    use super::*;

    #[test]
    fn placeholders_say_nothing() {
        for value in [
            "",
            "...",
            "TODO",
            "_summary_",
            "Docstring.",
            "TODO: Add docstring.",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["Do.", "TODO list of a user.", "Summary of the order."] {
            assert!(!is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn words_count_when_the_name_does_not_have_them() {
        let beyond = |text: &str, name: &str| {
            beyond_name(Prose::read(text).paragraphs[0].first_sentence(), name)
        };
        assert_eq!(beyond("Get the user.", "get_user"), 0);
        assert_eq!(beyond("Returns the parsed files.", "parse_file"), 0);
        assert_eq!(beyond("Get item.", "getitem"), 0);
        assert_eq!(beyond("Initialize the instance.", "__init__"), 0);
        assert_eq!(beyond("Close the file.", "close"), 1);
        assert_eq!(beyond("Fetch the user from the `cache`.", "get_user"), 2);
    }
}
