//! What a generator yields.

use super::english::{self, Noun};
use super::expression::{made_class, part_words};
use super::sketch::{Sketch, arguments_of, class_of, is_vague, quotable, without_quotes};
use super::verbs;
use crate::docstring::words::{capitalized, words_of};
use crate::python::{Circumstance, Container, DecoratorRole, Form, Term};

/// The text of `Yields`.
pub(super) fn yields_text(sketch: &Sketch<'_>) -> String {
    let definition = sketch.definition;
    let values: Vec<&Term> = sketch
        .body
        .yields
        .iter()
        .filter_map(|exit| exit.value.as_ref())
        .collect();
    let is_with = definition.has_role(DecoratorRole::ContextManager);
    let annotation = sketch.returned_type().map(arguments_of).unwrap_or_default();
    let item = annotation.first().copied().map(without_quotes);
    if is_with || definition.has_role(DecoratorRole::Fixture) {
        return for_block(sketch, &values, item);
    }
    if !definition.facts.yields_value {
        return "Nothing; it only gives way to the caller.".to_owned();
    }
    if let [only] = values.as_slice()
        && let Some(said) = each(sketch, only)
    {
        return said;
    }
    if let Some(item) = item
        && let Some(class) = class_of(item)
        && class.starts_with(char::is_uppercase)
        && class != "Any"
        && let Some(noun) = Noun::of(class)
    {
        let is_counted = noun.plural() != noun.text();
        return if is_counted {
            format!("Each {}.", noun.text())
        } else {
            format!("Each `{class}`.")
        };
    }
    // `yield from` something.
    let from = sketch
        .body
        .yields
        .iter()
        .find_map(|exit| match exit.circumstances.last() {
            Some(Circumstance::Loop(Some(over))) if exit.value.is_none() => sketch.quoted(over),
            _ => None,
        });
    if let (Some(from), true) = (from, values.is_empty()) {
        return format!("Each item of {from}.");
    }
    let words = words_of(&definition.name);
    let rest = match words.split_first() {
        Some((first, rest)) if verbs::is_verb(first) || first == "iter" => rest,
        _ => &words,
    };
    let noun = (!rest.is_empty())
        .then(|| Noun::of_words(rest))
        .filter(|noun| !is_vague(noun.text()));
    match noun {
        Some(noun) if !definition.is_magic() && noun.is_plural() => {
            format!("Each {}.", english::singular(noun.text()))
        }
        _ => match item.and_then(quotable) {
            Some("str") => "Each string.".to_owned(),
            Some("int") => "Each integer.".to_owned(),
            Some("bytes") => "Each piece of bytes.".to_owned(),
            _ => "The next item.".to_owned(),
        },
    }
}

/// What a context manager or fixture gives to the block or test it is for.
fn for_block(sketch: &Sketch<'_>, values: &[&Term], item: Option<&str>) -> String {
    let definition = sketch.definition;
    let is_with = definition.has_role(DecoratorRole::ContextManager);
    if !definition.facts.yields_value {
        return if is_with {
            "Nothing; the `with` block runs meanwhile.".to_owned()
        } else {
            "Nothing; the test runs meanwhile.".to_owned()
        };
    }
    if let [only] = values {
        if only.name() == Some("self") {
            return capitalized(&format!("{} itself.", sketch.instance()));
        }
        let said = part_words(sketch, only).or_else(|| {
            made_class(only).map(|class| format!("{} `{class}`", english::article(class)))
        });
        if let Some(said) = said {
            return format!("{}.", capitalized(&said));
        }
    }
    let noun = item.and_then(class_of).and_then(|class| {
        class
            .starts_with(char::is_uppercase)
            .then(|| Noun::of(class))
            .flatten()
    });
    match noun {
        Some(noun) => format!("{}.", capitalized(&noun.with_the())),
        None if is_with => "The value that the `with` statement binds.".to_owned(),
        None => "The value that the test is given.".to_owned(),
    }
}

/// The only thing that is yielded, as far as its expression tells.
fn each(sketch: &Sketch<'_>, only: &Term) -> Option<String> {
    if let Some(name) = only
        .name()
        .and_then(Noun::of)
        .filter(|noun| !is_vague(noun.text()))
    {
        return Some(format!("Each {}.", english::singular(name.text())));
    }
    if let Form::Series(Container::Tuple, parts) = &only.form {
        let told: Option<Vec<String>> = parts.iter().map(|part| part_words(sketch, part)).collect();
        if let Some(told) = told.filter(|told| told.len() > 1) {
            return Some(format!("Tuples of {}.", english::list(&told, "and")));
        }
    }
    if let Form::Attribute(_, name) = &only.form
        && let Some(noun) = Noun::of(name).filter(|noun| !is_vague(noun.text()))
    {
        return Some(format!("{}.", capitalized(&noun.with_the())));
    }
    if let Some(class) = made_class(only) {
        return Some(format!(
            "{} `{class}` each time.",
            capitalized(english::article(class))
        ));
    }
    None
}
