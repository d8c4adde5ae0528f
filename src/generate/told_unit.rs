//! Units that words tell, against what the code shows of them.

mod units;

use super::frame::Frame;
use super::told_default::Named;
use units::{UNITS, Unit};

/// Words after a unit with which it measures: «seconds to wait», «bytes per request».
const MEASURING: &[&str] = &[
    "to", "before", "after", "between", "until", "since", "per", "that",
];

/// The unit that the words tell.
fn told(text: &str) -> Option<&'static Unit> {
    let said: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" x ");
    let words: Vec<&str> = said
        .split(|c: char| c.is_whitespace() || "(),;.:[]".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let lower = word.to_lowercase();
        let unit = UNITS.iter().find(|unit| unit.is(word, &lower))?;
        let before = |back: usize| at.checked_sub(back).and_then(|at| words.get(at)).copied();
        let after = words.get(at + 1).copied();
        let is_sign = !lower.starts_with(unit.word);
        let follows_in = matches!(before(1), Some("in" | "In"));
        let is_counted = matches!(
            (before(2), before(1)),
            (Some("number" | "Number"), Some("of"))
        );
        let measures = at == 0 && after.is_some_and(|after| MEASURING.contains(&after));
        let in_brackets =
            said.contains(&format!("({word})")) || said.contains(&format!("[{word}]"));
        // «in minutes» and «in days» also say how soon; «in degrees» how far.
        let is_loose = matches!(
            unit.word,
            "minute" | "day" | "hour" | "week" | "month" | "year" | "bit" | "foot"
        ) && after.is_some()
            && ![".", ",", ")"]
                .iter()
                .any(|end| said.contains(&format!("{word}{end}")));
        let is_told = follows_in && !is_loose || in_brackets;
        (is_told || !is_sign && (is_counted || measures)).then_some(unit)
    })
}

/// What is wrong with the unit that a text about one parameter, attribute or result tells.
pub(super) fn of_one(text: &str, named: Named<'_>, frame: &Frame<'_>) -> Option<String> {
    let unit = told(text)?;
    let name = named.name;
    let constant = named
        .default
        .filter(|_| named.default.is_some_and(is_constant));
    let shown = [Some(name), constant].into_iter().flatten();
    for shown in shown {
        let meant = UNITS.iter().find(|unit| unit.is_in_name(shown));
        if let Some(meant) = meant {
            let message = format!("tells {}s, but `{shown}` is in {}s", unit.word, meant.word);
            return (meant.word != unit.word).then_some(message);
        }
    }
    let annotation = named
        .annotation
        .unwrap_or_default()
        .trim_matches(['"', '\'']);
    let bare = annotation
        .strip_suffix("| None")
        .unwrap_or(annotation)
        .trim();
    if bare.ends_with("timedelta") {
        return Some(format!(
            "tells {}s, but `{annotation}` has no unit",
            unit.word
        ));
    }
    of_any(text, frame).filter(|_| !unit.is_shown(name))
}

/// What is wrong with the unit that prose tells.
pub(super) fn of_any(text: &str, frame: &Frame<'_>) -> Option<String> {
    let unit = told(text)?;
    let is_shown = unit.is_shown(&frame.without_docstrings());
    (!is_shown).then(|| format!("tells {}s, which the code does not show", unit.word))
}

fn is_constant(default: &str) -> bool {
    default.contains(|c: char| c.is_alphabetic())
        && default
            .chars()
            .all(|c| c.is_ascii_uppercase() || "_.0123456789".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_and_words_are_not() {
        let told = |text| told(text).map(|unit| unit.word);
        for (text, unit) in [
            ("How long to wait, in seconds.", "second"),
            ("Milliseconds to wait.", "millisecond"),
            ("The number of bytes.", "byte"),
            ("The timeout (ms).", "millisecond"),
            ("The angle in degrees.", "degree"),
            ("The share in percent.", "percent"),
            ("Measured in weeks. It is so.", "week"),
        ] {
            assert_eq!(told(text), Some(unit), "{text}");
        }
        for text in [
            "The second one.",
            "Takes 5 minutes.",
            "In `seconds`.",
            "The bytes to write.",
            "A day of the week.",
            "Done in minutes after it began.",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
