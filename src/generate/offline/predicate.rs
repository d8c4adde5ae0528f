//! Names that ask: what they say of what.

use super::english::{self, Noun, is_adjective, is_participle, is_preposition};
use super::phrase::verb_and_object;
use super::sketch::Sketch;
use super::verbs;
use crate::docstring::words::words_of;
use crate::python::Parameter;

/// What a predicate says of what: «the order is valid»; `None` for names that ask nothing.
pub(super) fn predicate(sketch: &Sketch<'_>) -> Option<String> {
    let words = words_of(&sketch.definition.name);
    let (first, rest) = words.split_first()?;
    if rest.is_empty() {
        return None;
    }
    let required: Vec<&Parameter> = sketch.required().collect();
    let given = required
        .first()
        .and_then(|one| Noun::of(&one.name))
        .filter(|noun| !is_variadic_noun(noun));
    match first.as_str() {
        "is" | "are" | "was" => Some(being(sketch, rest, given.as_ref())),
        "has" | "have" | "had" => Some(having(sketch, rest, given.as_ref())),
        "can" | "may" if sketch.class.is_some() => Some(format!(
            "{} {first} {}",
            sketch.instance(),
            verb_and_object(sketch, rest)
        )),
        _ => None,
    }
}

/// «the order is valid»
fn being(sketch: &Sketch<'_>, rest: &[String], given: Option<&Noun>) -> String {
    let last = rest.last().map_or("", String::as_str);
    let spelled = english::spelled(rest);
    let letter = sketch
        .required()
        .next()
        .filter(|one| Noun::of(&one.name).is_none());
    let subject = match (given, letter) {
        (Some(noun), _) => noun.with_the(),
        (None, Some(letter)) => format!("`{}`", letter.name),
        (None, None) if sketch.class.is_some() => sketch.instance(),
        (None, None) => "it".to_owned(),
    };
    let verb = if english::is_plural(&subject) {
        "are"
    } else {
        "is"
    };
    // `is_safe_url(url)`: whether the URL is safe.
    let head = format!(" {}", given.map_or("", |noun| noun.text()));
    if let Some(adjective) = spelled.strip_suffix(&head)
        && is_adjective(rest.first().map_or("", String::as_str))
        && given.is_some()
    {
        return format!("{subject} {verb} {adjective}");
    }
    let begins_adjective = rest.first().is_some_and(|word| {
        is_preposition(word)
            || (is_adjective(word)
                && (rest.len() == 1 || rest.iter().skip(1).any(|word| is_preposition(word))))
    });
    let is_bare = begins_adjective
        || is_adjective(last)
        || rest.first().is_some_and(|word| {
            matches!(
                word.as_str(),
                "not" | "a" | "an" | "the" | "all" | "in" | "on"
            )
        })
        || (rest.len() == 1 && last.ends_with("ing") && last.len() > 5)
        || english::is_plural(&spelled)
        || (rest.first().is_some_and(|word| is_participle(word)) && is_preposition(last));
    if is_bare {
        format!("{subject} {verb} {spelled}")
    } else {
        format!("{subject} {verb} {}", english::with_a(&spelled))
    }
}

/// «the order has lines»
fn having(sketch: &Sketch<'_>, rest: &[String], given: Option<&Noun>) -> String {
    let last = rest.last().map_or("", String::as_str);
    let spelled = english::spelled(rest);
    let subject = match (given, sketch.class.is_some()) {
        (_, true) => sketch.instance(),
        (Some(noun), false) => noun.with_the(),
        (None, false) => "it".to_owned(),
    };
    if rest.len() == 1 && is_participle(last) {
        format!(
            "{subject} has {}{spelled}",
            if last.ends_with("ed") { "" } else { "been " }
        )
    } else if given.is_some_and(|noun| noun.text() == spelled) && sketch.class.is_some() {
        format!("{subject} has the {spelled}")
    } else {
        format!("{subject} has {}", english::with_a(&spelled))
    }
}

/// «tell whether …» in the case of names that ask whether to do something.
pub(super) fn question(sketch: &Sketch<'_>) -> Option<String> {
    let words = words_of(&sketch.definition.name);
    let (first, rest) = words.split_first()?;
    let is_verb = rest.first().is_some_and(|word| verbs::is_verb(word));
    (matches!(first.as_str(), "should" | "must") && is_verb)
        .then(|| format!("to {}", verb_and_object(sketch, rest)))
}

pub(super) fn is_variadic_noun(noun: &Noun) -> bool {
    matches!(noun.text(), "arguments" | "keyword arguments")
}
