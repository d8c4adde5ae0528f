//! Defaults as docstrings mention them, and whether the signature's says otherwise.

/// Words before a default, the longest of a beginning first.
const LEADS: &[&str] = &[
    "defaults to ",
    "default value is ",
    "default value: ",
    "default is ",
    "default to ",
    "default: ",
    "default=",
    "default = ",
    "default ",
];

/// The value that `text` gives as the default; `None` if it gives none, or tells it in words.
pub(super) fn claimed(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find("default") {
        let at = from + found;
        from = at + "default".len();
        let is_word = !lower[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
        let lead = LEADS.iter().find(|lead| lower[at..].starts_with(**lead));
        if let (true, Some(lead)) = (is_word, lead)
            && let Some(value) = literal(text[at + lead.len()..].trim_start())
        {
            return Some(value);
        }
    }
    None
}

/// The literal at the start of `text`, when nothing but punctuation or a new sentence follows.
fn literal(text: &str) -> Option<&str> {
    let unquoted = text.trim_start_matches('`');
    let backticks = text.len() - unquoted.len();
    let (value, rest) = if backticks > 0 {
        let end = unquoted.find('`')?;
        (&unquoted[..end], unquoted[end..].trim_start_matches('`'))
    } else if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let end = text[1..].find(quote)? + 2;
        text.split_at(end)
    } else {
        let end = text
            .find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ')' | ']' | '}'))
            .unwrap_or(text.len());
        let word = text[..end].trim_end_matches(['.', ':']);
        text.split_at(word.len())
    };
    let rest = rest.trim_start();
    // «Defaults to 5 minutes» and «defaults to None or the current time» tell more than a value.
    let is_whole = rest.is_empty()
        || rest.starts_with(['.', ',', ';', ')', ']', '}'])
        || rest.starts_with("- ")
        || rest.starts_with('(');
    (is_whole && is_literal(value)).then_some(value)
}

/// Numbers, strings, `None`, `True`, `False` and empty containers.
fn is_literal(value: &str) -> bool {
    let number = value.strip_prefix(['-', '+']).unwrap_or(value);
    matches!(
        value,
        "None" | "True" | "False" | "()" | "[]" | "{}" | "\"\"" | "''"
    ) || number.starts_with(|c: char| c.is_ascii_digit())
        || number.starts_with('.')
            && number.len() > 1
            && number[1..].starts_with(|c: char| c.is_ascii_digit())
        || is_string(value)
}

fn is_string(value: &str) -> bool {
    let body = value.trim_start_matches(['b', 'B', 'r', 'R', 'u', 'U']);
    value.len() - body.len() <= 2
        && body.len() >= 2
        && (body.starts_with('"') && body.ends_with('"')
            || body.starts_with('\'') && body.ends_with('\''))
}

/// Whether the two literals are different values. `actual` is the default's text in the signature;
/// anything there but a literal is unknown, and contradicts nothing.
pub(super) fn differs(claimed: &str, actual: &str) -> bool {
    is_literal(actual) && normal(claimed) != normal(actual)
}

/// One spelling for one value.
fn normal(value: &str) -> String {
    if is_string(value) {
        let body = value.trim_start_matches(['r', 'R', 'u', 'U']);
        let (prefix, body) = match body.strip_prefix(['b', 'B']) {
            Some(body) => ("b", body.trim_start_matches(['r', 'R'])),
            None => ("", body),
        };
        // A docstring that is not raw doubles a backslash, and often once more.
        let inner = body[1..body.len() - 1].replace("\\\\", "\\");
        return format!("{prefix}'{inner}'");
    }
    let digits = value.replace('_', "").to_ascii_lowercase();
    let is_based = ["0x", "0o", "0b"].iter().any(|base| digits.contains(base));
    let based = |base: &str, radix| {
        let rest = digits.strip_prefix(base)?;
        i128::from_str_radix(rest, radix).ok()
    };
    if is_based {
        let number = based("0x", 16)
            .or_else(|| based("0o", 8))
            .or_else(|| based("0b", 2));
        return number.map_or(digits, |number| number.to_string());
    }
    // `1.0` and `1` are equal, and so are `1e3` and `1000`.
    match digits.parse::<f64>() {
        Ok(number) if value != "None" && !digits.starts_with(char::is_alphabetic) => {
            number.to_string()
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_and_words_are_not() {
        assert_eq!(claimed("Seconds. Defaults to 5."), Some("5"));
        assert_eq!(claimed("int, default 3"), Some("3"));
        assert_eq!(claimed("int, default: ``None``"), Some("None"));
        assert_eq!(claimed("The mode (default \"r\")."), Some("\"r\""));
        assert_eq!(claimed("Ratio. Default is -0.5, as before"), Some("-0.5"));
        for text in [
            "Defaults to the current time.",
            "Defaults to 5 minutes.",
            "Defaults to None or now.",
            "The default.",
            "Uses DEFAULT 5.",
            "Non-default 5.",
        ] {
            let text = text.replace("DEFAULT", "x_default");
            assert_eq!(claimed(&text), None, "{text}");
        }
    }

    #[test]
    fn one_value_has_many_spellings() {
        assert!(!differs("1000", "1_000"));
        assert!(!differs("'a'", "\"a\""));
        assert!(!differs("1", "1.0"));
        assert!(!differs("255", "0xff"));
        assert!(!differs("5", "TIMEOUT"));
        assert!(differs("5", "6"));
        assert!(differs("None", "5"));
        assert!(differs("'a'", "b'a'"));
        assert!(differs("True", "False"));
    }
}
