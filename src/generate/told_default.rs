//! Defaults that words tell, against those that the code has.

use super::frame::Frame;
use crate::python::{Attribute, Parameter};
use crate::rules::default::{Claimed, Told, differs, is_literal, told};

/// Something with a name that may have a default.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'d> {
    pub(super) name: &'d str,
    pub(super) annotation: Option<&'d str>,
    /// As it is written.
    pub(super) default: Option<&'d str>,
    /// `*args` and `**kwargs`: what is in them has defaults elsewhere.
    pub(super) is_open: bool,
}

impl<'d> From<&'d Parameter> for Named<'d> {
    fn from(parameter: &'d Parameter) -> Self {
        Self {
            name: &parameter.name,
            annotation: parameter.annotation.as_deref(),
            default: parameter.default.as_deref(),
            is_open: !parameter.kind.stars().is_empty(),
        }
    }
}

impl<'d> From<&'d Attribute> for Named<'d> {
    fn from(attribute: &'d Attribute) -> Self {
        Self {
            name: &attribute.name,
            annotation: attribute.annotation.as_deref(),
            default: attribute.value.as_deref(),
            // What is set on the instance may come from anywhere in the class.
            is_open: false,
        }
    }
}

/// What is wrong with the defaults that a text about one parameter or attribute tells.
pub(super) fn of_one(text: &str, named: Named<'_>, frame: &Frame<'_>) -> Option<String> {
    all_told(text).into_iter().find_map(|(_, told)| {
        let name = named.name;
        if named.is_open {
            return is_nowhere(told, frame)
                .then(|| format!("tells a default that `{name}` does not have"));
        }
        let Some(default) = named.default else {
            return Some(format!(
                "tells a default, but `{name}` has none; leave the default out"
            ));
        };
        (!holds(told, default, frame))
            .then(|| format!("tells another default than `{name}` has, which is `{default}`"))
    })
}

/// What is wrong with the defaults that prose tells, which may be those of any parameter: of the one
/// that its sentence names, if it names any.
pub(super) fn of_any(text: &str, all: &[Named<'_>], frame: &Frame<'_>) -> Option<String> {
    all_told(text).into_iter().find_map(|(at, told)| {
        let before = text[..at].rfind(". ").map_or(0, |end| end + 2);
        let after = text[at..].find(". ").map_or(text.len(), |end| at + end);
        let sentence = &text[before..after];
        let is_named = |one: &&Named<'_>| {
            sentence
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| word == one.name)
        };
        let named: Vec<&Named<'_>> = all.iter().filter(is_named).collect();
        let fits = |one: &&Named<'_>| match one.default {
            Some(default) => holds(told, default, frame),
            None => one.is_open && !is_nowhere(told, frame),
        };
        let is_true = if named.is_empty() {
            // Words of a default that is nobody's may be about anything.
            matches!(told, Told::Words)
                || all.iter().any(|one| fits(&one))
                || !is_nowhere(told, frame)
        } else {
            named.iter().any(fits)
        };
        (!is_true).then(|| "tells a default that no parameter has".to_owned())
    })
}

/// Every default that the text tells: as rules read it, and «7 by default», «defaulting to 7».
fn all_told(text: &str) -> Vec<(usize, Told<'_>)> {
    let mut found = told(text);
    // «Defaults to "utf-8" encoding.» and «default=7 at most» tell a value, whatever follows.
    for (at, one) in &mut found {
        let rest = text.get(*at..).unwrap_or_default();
        let value = after_lead(rest).filter(|value| !value.starts_with(char::is_alphabetic));
        if let (Told::Words, Some(value)) = (&*one, value.and_then(value_at)) {
            *one = value;
        }
    }
    let lower = text.to_ascii_lowercase();
    for (at, lead) in lower.match_indices("by default") {
        let before = text.get(..at).unwrap_or_default().trim_end();
        let before = ["is used", "are used", "is", "are"]
            .iter()
            .find_map(|verb| before.strip_suffix(verb))
            .unwrap_or(before)
            .trim_end_matches([' ', ',', '(']);
        let after = text.get(at + lead.len()..).unwrap_or_default();
        let after = after.trim_start_matches([' ', ',', ':']);
        let told = match before.strip_suffix('`') {
            Some(inner) => inner.rsplit('`').find(|part| !part.is_empty()).map(code),
            None => before
                .rsplit([' ', '\n', '('])
                .next()
                .and_then(Claimed::of)
                .map(Told::Literal),
        };
        found.extend(told.or_else(|| value_at(after)).map(|told| (at, told)));
    }
    for (at, lead) in lower.match_indices("defaulting to ") {
        let rest = text.get(at + lead.len()..).unwrap_or_default().trim_start();
        let code = rest
            .strip_prefix('`')
            .and_then(|rest| rest.split('`').find(|one| !one.is_empty()));
        let word = rest.split([' ', ',', ';', ')', '\n']).next();
        let word = code.or(word).map(|word| word.trim_end_matches(['.', ':']));
        let told = match (word.and_then(Claimed::of), code) {
            (Some(value), _) => Told::Literal(value),
            (None, Some(code)) => Told::Code(code),
            (None, None) => Told::Words,
        };
        found.push((at, told));
    }
    found
}

/// What follows «Defaults to», «default value is:», «default=» and the like.
fn after_lead(text: &str) -> Option<&str> {
    let mut rest = text.get("default".len()..)?;
    for word in [
        "ing", "ed", "s", " ", "values", "value", " ", "to", "is", "are", "of",
    ] {
        rest = match rest.get(..word.len()) {
            Some(start) if start.eq_ignore_ascii_case(word) => rest.get(word.len()..)?,
            _ => rest,
        };
    }
    Some(rest.trim_start_matches([' ', ':', '=']))
}

/// The value that a text begins with: code in backticks, a string, a number or another literal.
fn value_at(text: &str) -> Option<Told<'_>> {
    if let Some(inner) = text.strip_prefix('`') {
        return inner.trim_start_matches('`').split('`').next().map(code);
    }
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let end = match quote {
        Some(quote) => text.get(1..)?.find(quote)? + 2,
        None => text.find([' ', ',', ';', ')', '\n']).unwrap_or(text.len()),
    };
    let word = text.get(..end)?.trim_end_matches(['.', ':']);
    Claimed::of(word).map(Told::Literal)
}

fn code(code: &str) -> Told<'_> {
    Claimed::of(code).map_or(Told::Code(code), Told::Literal)
}

/// Whether what is told as a default is this one.
fn holds(told: Told<'_>, default: &str, frame: &Frame<'_>) -> bool {
    let resolved = frame.constant(default);
    match told {
        Told::Words => true,
        Told::Literal(claimed) => {
            let is_one = |actual: &str| is_literal(actual) && !differs(claimed, actual);
            is_one(default)
                || resolved.is_some_and(is_one)
                || !is_literal(default) && resolved.is_none() && default.contains(claimed.value)
                || is_filled_in(claimed, default, resolved, frame)
        }
        Told::Code(code) => {
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            let same = |text: &str| squeezed(text) == squeezed(code);
            same(default)
                || resolved.is_some_and(same)
                || frame.constant(code).is_some_and(same_as(default))
                || default == "None" && frame.own.contains(code)
        }
    }
}

fn same_as(default: &str) -> impl Fn(&str) -> bool {
    move |value| value == default
}

/// Whether the default only marks that nothing was given, and the body has the literal to use then.
fn is_filled_in(
    claimed: Claimed<'_>,
    default: &str,
    resolved: Option<&str>,
    frame: &Frame<'_>,
) -> bool {
    let is_mark = default == "None" || default == "..." || !is_literal(default);
    let is_in_body = claimed.value != "None" && frame.has_place(claimed.value);
    is_mark && resolved.is_none_or(|value| !is_literal(value)) && is_in_body
}

/// Whether the definition's code does not hold what is told as a default.
fn is_nowhere(told: Told<'_>, frame: &Frame<'_>) -> bool {
    match told {
        Told::Literal(claimed) => !frame.has_place(claimed.value),
        Told::Code(code) => !frame.has_place(code),
        Told::Words => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_told_as_defaults_are_found() {
        let literals = |text| -> Vec<&str> {
            let told = all_told(text).into_iter();
            told.filter_map(|(_, told)| match told {
                Told::Literal(claimed) => Some(claimed.value),
                Told::Code(code) => Some(code),
                Told::Words => None,
            })
            .collect()
        };
        for (text, value) in [
            ("Defaults to 7.", "7"),
            ("default=7 What is to be handled.", "7"),
            ("Defaults to \"quasar\" seconds.", "\"quasar\""),
            ("By default `[7]`.", "[7]"),
            ("A value, `[7]` by default.", "[7]"),
            ("Default value: -1.", "-1"),
            ("If omitted, 'x' is used by default.", "'x'"),
        ] {
            assert_eq!(literals(text), [value], "{text}");
        }
        for text in [
            "Defaults to the current time.",
            "The default encoding.",
            "What is used by default.",
            "By default it waits.",
        ] {
            assert_eq!(literals(text), [""; 0], "{text}");
        }
    }
}
