//! How much a name tells of a summary: models copy one from a neighbour.

use crate::docstring::words::words_of;

/// Words that any name and any summary may have.
const COMMON: &[&str] = &[
    "a", "an", "and", "as", "at", "by", "for", "from", "get", "if", "in", "is", "it", "of", "on",
    "or", "set", "the", "to", "with",
];

/// How many words of a name stand in a summary, those aside that say nothing.
pub(super) fn tells_of(name: &str, summary: &str) -> usize {
    let summary = summary.to_lowercase();
    let said: Vec<&str> = summary
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    // «hosts» tells of `host`, «parsing» of `parse`.
    let is_same = |one: &str, other: &str| {
        let stem = one.len().min(other.len()).saturating_sub(1).max(3);
        let is_plain = |word: &str| word.chars().all(char::is_alphabetic);
        match (one.get(..stem), other.get(..stem)) {
            (Some(start), Some(other_start)) if is_plain(one) && is_plain(other) => {
                start == other_start
            }
            _ => one == other,
        }
    };
    let words = words_of(name).into_iter();
    words
        .filter(|word| !COMMON.contains(&word.as_str()))
        .filter(|word| said.iter().any(|said| is_same(word, said)))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_of_its_own_summary() {
        let summary = "Check if the hostname is an IPv4 address.";
        assert_eq!(tells_of("is_ipv4_hostname", summary), 2);
        assert_eq!(tells_of("is_ipv6_hostname", summary), 1);
        assert_eq!(tells_of("to_bytes", summary), 0);
        assert_eq!(tells_of("URLPattern", "Parse the patterns."), 1);
    }
}
