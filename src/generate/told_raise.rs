//! Exceptions that prose says are raised.

/// The exceptions that the words say are raised: «Raises `KeyError` if …», «… is raised».
pub(super) fn told(text: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    let name = |word: &&'_ str| {
        let start = word.find(is_part)?;
        let inner = &word[start..];
        let end = inner.find(|c| !is_part(c)).unwrap_or(inner.len());
        Some((start, end)).filter(|_| is_exception(inner[..end].trim_end_matches('.')))
    };
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let Some((start, end)) = name(word) else {
            continue;
        };
        let mut before = words[..at].iter().rev();
        let verb = before.find(|word| !matches!(**word, "a" | "an" | "the"));
        let follows = matches!(
            verb.copied(),
            Some("raise" | "raises" | "Raise" | "Raises" | "raising")
        );
        let is_passive = matches!(
            (words.get(at + 1), words.get(at + 2)),
            (Some(&"is"), Some(next)) if next.starts_with("raised")
        );
        if follows || is_passive {
            found.push(word[start..start + end].trim_end_matches('.'));
        }
    }
    found
}

fn is_exception(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_class = last.starts_with(|c: char| c.is_uppercase());
    is_class
        && [
            "Error",
            "Exception",
            "Warning",
            "Exit",
            "Interrupt",
            "StopIteration",
        ]
        .iter()
        .any(|ending| last.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_to_be_raised_is_found() {
        assert_eq!(told("Raises `KeyError` if it is gone."), ["KeyError"]);
        assert_eq!(
            told("Do it, or raise a errors.GoneError."),
            ["errors.GoneError"]
        );
        assert_eq!(told("A `ValueError` is raised then."), ["ValueError"]);
        for text in [
            "Catches `KeyError`.",
            "Raise the price.",
            "A ValueError was there.",
        ] {
            assert_eq!(told(text), [""; 0], "{text}");
        }
    }
}
