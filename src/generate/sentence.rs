//! Prose as sentences.

/// Abbreviations whose period ends no sentence.
const ABBREVIATIONS: &[&str] = &["e.g.", "i.e.", "etc.", "vs.", "cf.", "approx.", "no."];

/// The end of the first sentence, if another follows: a period, a blank and a capital. Common
/// abbreviations end none; in other languages than English (`z. B.`, `p. ex.`, `bzw.`) no short
/// word does.
pub(super) fn sentence_end(text: &str, is_english: bool) -> Option<usize> {
    let is_short_word = |before: &str| {
        let last = before.rsplit([' ', '.']).find(|word| !word.is_empty());
        last.is_some_and(|word| word.chars().count() < 4)
    };
    text.match_indices(['.', '!', '?'])
        .map(|(at, _)| at + 1)
        .find(|&end| {
            let before = text[..end].to_lowercase();
            let after = &text[end..];
            let next = after.trim_start_matches([' ', '\n']);
            let begins = next.starts_with(|c: char| c.is_uppercase() || c == '`');
            let is_code = before.matches('`').count() % 2 == 1;
            let is_short = ABBREVIATIONS.iter().any(|short| before.ends_with(short))
                || (!is_english && is_short_word(&before));
            after.starts_with([' ', '\n']) && begins && !is_code && !is_short
        })
}

/// The sentences of a paragraph.
pub(super) fn sentences(paragraph: &str, is_english: bool) -> impl Iterator<Item = &str> {
    let mut rest = paragraph.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (first, more) = rest.split_at(sentence_end(rest, is_english).unwrap_or(rest.len()));
        rest = more.trim_start();
        Some(first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_another_begins() {
        let text = "One, e.g. Two. `three` is code. Is `A. B` one? Yes! 3.5 is. it";
        let found: Vec<&str> = sentences(text, true).collect();
        assert_eq!(
            found,
            [
                "One, e.g. Two.",
                "`three` is code.",
                "Is `A. B` one?",
                "Yes! 3.5 is. it"
            ]
        );
    }
}
