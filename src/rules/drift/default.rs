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

/// A default as a docstring gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claimed<'t> {
    /// The literal.
    pub(crate) value: &'t str,
    /// A unit follows, in which the code may count otherwise.
    has_unit: bool,
}

impl<'t> Claimed<'t> {
    /// A literal, without a unit; `None` for other code and for words.
    pub(crate) fn of(value: &'t str) -> Option<Self> {
        is_literal(value).then_some(Self {
            value,
            has_unit: false,
        })
    }
}

/// How a text tells a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told<'t> {
    /// As a literal.
    Literal(Claimed<'t>),
    /// As other code, in backticks.
    Code(&'t str),
    /// In words: «Defaults to the current time.»
    Words,
}

/// The value that `text` gives as the default; `None` if it gives none, or tells it in words.
pub(super) fn claimed(text: &str) -> Option<Claimed<'_>> {
    told(text).into_iter().find_map(|(_, told)| match told {
        Told::Literal(claimed) => Some(claimed),
        _ => None,
    })
}

/// Every default that `text` tells, each with the place of the word «default».
pub(crate) fn told(text: &str) -> Vec<(usize, Told<'_>)> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(next) = lower[from..].find("default") {
        let at = from + next;
        from = at + "default".len();
        let is_word = !lower[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
        let lead = LEADS.iter().find(|lead| lower[at..].starts_with(**lead));
        let (true, Some(lead)) = (is_word, lead) else {
            continue;
        };
        let value = text[at + lead.len()..].trim_start();
        // «the default encoding» and «callers default to it» tell no value.
        let tells = !matches!(*lead, "default " | "default to ");
        let code = value.trim_start_matches('`');
        let code = code.split('`').next().filter(|_| value.starts_with('`'));
        found.extend(match (literal(value), code) {
            (Some(literal), _) => Some((at, Told::Literal(literal))),
            (None, Some(code)) if tells => Some((at, Told::Code(code))),
            (None, None) if tells => Some((at, Told::Words)),
            _ => None,
        });
    }
    found
}

/// The literal at the start of `text`, when nothing but punctuation or a new sentence follows.
fn literal(text: &str) -> Option<Claimed<'_>> {
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
    // «Defaults to None or the current time» tells more than a value; «5 minutes» has a unit.
    let is_whole = rest.is_empty()
        || rest.starts_with(['.', ',', ';', ')', ']', '}'])
        || rest.starts_with("- ")
        || rest.starts_with('(');
    let has_unit = !is_whole && is_number(value) && is_unit(rest);
    if !(is_whole || has_unit) || !is_literal(value) {
        return None;
    }
    Some(Claimed { value, has_unit })
}

/// One word up to the end of the sentence, the line or the bracket.
fn is_unit(rest: &str) -> bool {
    let end = rest
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(rest.len());
    let after = &rest[end..];
    end > 0
        && !rest.starts_with("or ")
        && (after.is_empty() || after.starts_with(['.', ',', ';', ')', ']', '\n']))
}

/// Numbers, strings, `None`, `True`, `False` and empty containers.
pub(crate) fn is_literal(value: &str) -> bool {
    matches!(
        value,
        "None" | "True" | "False" | "()" | "[]" | "{}" | "\"\"" | "''"
    ) || is_number(value)
        || is_string(value)
}

fn is_number(value: &str) -> bool {
    let number = value.strip_prefix(['-', '+']).unwrap_or(value);
    let digits = number.strip_prefix('.').unwrap_or(number);
    digits.starts_with(|c: char| c.is_ascii_digit())
}

fn is_string(value: &str) -> bool {
    let body = value.trim_start_matches(['b', 'B', 'r', 'R', 'u', 'U']);
    value.len() - body.len() <= 2
        && body.len() >= 2
        && (body.starts_with('"') && body.ends_with('"')
            || body.starts_with('\'') && body.ends_with('\''))
}

/// What units of time, size and share are multiples of each other by.
const UNIT_FACTORS: &[f64] = &[
    7.0,
    10.0,
    24.0,
    60.0,
    100.0,
    1_000.0,
    1_024.0,
    1_440.0,
    3_600.0,
    60_000.0,
    86_400.0,
    1_000_000.0,
    1_048_576.0,
    1_000_000_000.0,
    1_073_741_824.0,
];

/// Whether the two literals are different values. `actual` is the default's text in the signature;
/// anything there but a literal is unknown, and contradicts nothing.
pub(crate) fn differs(claimed: Claimed<'_>, actual: &str) -> bool {
    if !is_literal(actual) || normal(claimed.value) == normal(actual) {
        return false;
    }
    let number = |text: &str| normal(text).parse::<f64>().ok();
    match (claimed.has_unit, number(claimed.value), number(actual)) {
        (true, Some(claimed), Some(actual)) => {
            let ratio = if claimed.abs() > actual.abs() {
                claimed / actual
            } else {
                actual / claimed
            };
            !UNIT_FACTORS
                .iter()
                .any(|factor| (ratio - factor).abs() < 1e-9 * factor)
        }
        (true, _, _) => false,
        _ => true,
    }
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
        fn value_in(text: &str) -> Option<&str> {
            claimed(text).map(|claimed| claimed.value)
        }
        assert_eq!(value_in("Seconds. Defaults to 5."), Some("5"));
        assert_eq!(value_in("Defaults to 5 minutes."), Some("5"));
        assert_eq!(value_in("int, default 3"), Some("3"));
        assert_eq!(value_in("int, default: ``None``"), Some("None"));
        assert_eq!(value_in("The mode (default \"r\")."), Some("\"r\""));
        assert_eq!(value_in("Ratio. Default is -0.5, as before"), Some("-0.5"));
        for text in [
            "Defaults to the current time.",
            "Defaults to 5 times the size.",
            "Defaults to None or now.",
            "The default.",
            "Uses DEFAULT 5.",
            "Non-default 5.",
        ] {
            let text = text.replace("DEFAULT", "x_default");
            assert_eq!(value_in(&text), None, "{text}");
        }
    }

    #[test]
    fn one_value_has_many_spellings() {
        let differs = |value, actual| {
            let claimed = Claimed {
                value,
                has_unit: false,
            };
            differs(claimed, actual)
        };
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

    #[test]
    fn a_unit_may_be_counted_in_another() {
        let differs = |text, actual| differs(claimed(text).unwrap(), actual);
        assert!(!differs("Defaults to 5 minutes.", "300"));
        assert!(!differs("Defaults to 30 seconds", "30.0"));
        assert!(differs("Defaults to 9 attempts.", "3"));
    }
}
