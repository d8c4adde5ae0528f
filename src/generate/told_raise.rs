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
        Some((start, end)).filter(|_| is_class(inner[..end].trim_end_matches('.')))
    };
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let Some((start, end)) = name(word) else {
            continue;
        };
        let mut before = words[..at].iter().rev();
        let verb = before.find(|word| !matches!(**word, "a" | "an" | "the"));
        let name = word[start..start + end].trim_end_matches('.');
        let is_code = word[..start].ends_with('`');
        // Behind the verb it can only be an exception, if it is a name at all.
        let follows = verb.is_some_and(|verb| is_raising(verb))
            && (is_code || is_exception(name) || is_compound(name));
        let is_passive = is_exception(name)
            && matches!(
                (words.get(at + 1), words.get(at + 2)),
                (Some(&"is"), Some(next)) if next.starts_with("raised")
            );
        if follows || is_passive {
            found.push(name);
        }
    }
    found
}

fn is_raising(verb: &str) -> bool {
    let verb = verb.trim_matches(|c: char| !c.is_alphabetic());
    ["raise", "raises", "raising"]
        .iter()
        .any(|one| verb.eq_ignore_ascii_case(one))
}

fn is_class(name: &str) -> bool {
    last(name).starts_with(|c: char| c.is_uppercase())
}

/// `StreamClosed`, but neither `Price` nor `HTTP`.
fn is_compound(name: &str) -> bool {
    let chars: Vec<char> = last(name).chars().collect();
    chars
        .windows(2)
        .any(|pair| pair[0].is_lowercase() && pair[1].is_uppercase())
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default()
}

fn is_exception(name: &str) -> bool {
    const ENDINGS: [&str; 6] = [
        "Error",
        "Exception",
        "Warning",
        "Exit",
        "Interrupt",
        "StopIteration",
    ];
    is_class(name) && ENDINGS.iter().any(|ending| last(name).ends_with(ending))
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
        assert_eq!(told("Raising `Gone` is left to it."), ["Gone"]);
        assert_eq!(told("It may raise StreamClosed."), ["StreamClosed"]);
        for text in [
            "Catches `KeyError`.",
            "Raise the price.",
            "Raise HTTP errors.",
            "Raise Price.",
            "A ValueError was there.",
        ] {
            assert_eq!(told(text), [""; 0], "{text}");
        }
    }
}
