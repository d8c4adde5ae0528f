//! The summary of a function.

use super::convention::by_convention;
use super::decorator::wrapped;
use super::dunder;
use super::english::{self, Noun, is_adjective};
use super::from_body::{delegated, from_body};
use super::phrase::Action;
use super::predicate::{predicate, question};
use super::property::{accessor, property};
use super::sketch::{Sketch, is_vague};
use super::verbs;
use crate::docstring::words::words_of;
use crate::python::{DecoratorRole, Term};

/// The summaries that fit a function, the best first, without capital and period.
pub(super) fn candidates(sketch: &Sketch<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let definition = sketch.definition;
    if definition.is_magic() {
        found.extend(dunder::summary(sketch));
        found.extend(from_body(sketch));
        found.push("implement a special method".to_owned());
        return found;
    }
    if definition.is_property() {
        return property(sketch);
    }
    if let Some(accessor) = accessor(definition) {
        found.push(accessor);
        return found;
    }
    found.extend(by_convention(sketch));
    if let Some(said) = predicate(sketch) {
        found.push(format!("tell whether {said}"));
    }
    if let Some(said) = question(sketch) {
        found.push(format!("tell whether {said}"));
    }
    if let Some(said) = conversion(sketch) {
        found.push(said);
    }
    found.extend(wrapped(sketch));
    if let Some(action) = Action::of(sketch) {
        let phrase = action.phrase(sketch);
        if phrase.contains(' ') || sketch.body.statements == 0 {
            found.push(phrase);
        } else {
            found.extend(from_body(sketch));
            found.push(phrase);
        }
    }
    found.extend(thing(sketch));
    if definition.yields() {
        let said = super::yields::yields_text(sketch);
        let each = said
            .strip_prefix("Each ")
            .and_then(|rest| rest.strip_suffix('.'));
        found.extend(each.map(|each| format!("yield each {each}")));
    }
    found.extend(from_body(sketch));
    if definition.returns_value() {
        found.push("return the result".to_owned());
    } else if let Some(noun) = Noun::of(&definition.name).filter(|noun| noun.text().contains(' ')) {
        found.push(format!("carry out {}", noun.with_the()));
    }
    found.push("run this step".to_owned());
    found
}

/// `to_dict`, `from_json`, `celsius_to_fahrenheit`
fn conversion(sketch: &Sketch<'_>) -> Option<String> {
    let words = words_of(&sketch.definition.name);
    let (first, rest) = words.split_first()?;
    let form = |words: &[String]| {
        let noun = Noun::of_words(words);
        let last = words.last().map_or("", String::as_str);
        if is_adjective(last) {
            noun.text().to_owned()
        } else {
            noun.with_a()
        }
    };
    let given = sketch.required().next().and_then(|one| Noun::of(&one.name));
    match first.as_str() {
        "to" | "as" if !rest.is_empty() => {
            let what = match (sketch.class.is_some(), given) {
                (true, _) => sketch.instance(),
                (false, Some(noun)) if noun.text() != english::spelled(rest) => noun.with_the(),
                _ => "a value".to_owned(),
            };
            if verbs::is_verb(&rest[0])
                && !verbs::is_noun_too(&rest[0])
                && first == "to"
                && rest.len() > 1
            {
                return None;
            }
            Some(match first.as_str() {
                "to" => format!("convert {what} to {}", form(rest)),
                _ => format!("return {what} as {}", form(rest)),
            })
        }
        "from" if !rest.is_empty() => {
            let is_made = sketch.class.is_none()
                || sketch.definition.has_role(DecoratorRole::ClassMethod)
                || sketch.definition.has_role(DecoratorRole::StaticMethod);
            if !is_made {
                return Some(format!("update {} from {}", sketch.instance(), form(rest)));
            }
            let what = match sketch.instance_noun() {
                Some(noun) => english::with_a(&noun),
                None => super::phrase::returned_noun(sketch)
                    .map_or_else(|| "a value".to_owned(), |noun| english::with_a(&noun)),
            };
            Some(format!("create {what} from {}", form(rest)))
        }
        _ => {
            let at = words.iter().position(|word| word == "to" || word == "2")?;
            let (from, to) = (words.get(..at)?, words.get(at + 1..)?);
            let is_action = verbs::is_verb(first) && (from.len() > 1 || !verbs::is_noun_too(first));
            (!from.is_empty() && !to.is_empty() && !is_action && sketch.definition.returns_value())
                .then(|| format!("convert {} to {}", form(from), form(to)))
        }
    }
}

/// A name without a verb names what comes back.
fn thing(sketch: &Sketch<'_>) -> Option<String> {
    let definition = sketch.definition;
    let words = super::phrase::name_words(sketch);
    let last = words.last().map_or("", String::as_str);
    let noun = Noun::of(&definition.name)?;
    let first_given = sketch.required().next().and_then(|one| Noun::of(&one.name));
    if english::is_preposition(last) && !definition.yields() {
        // `url_for(endpoint)`
        let given = first_given.filter(|_| words.len() > 1 && definition.returns_value())?;
        return Some(format!("return {} {}", noun.with_the(), given.with_the()));
    }
    if words
        .first()
        .is_some_and(|word| english::is_preposition(word))
    {
        let after = super::phrase::after_preposition(sketch, &words).filter(|_| words.len() > 1)?;
        return (definition.returns_value() && sketch.class.is_some())
            .then(|| format!("return {} {after}", sketch.instance()));
    }
    if words
        .first()
        .is_some_and(|word| english::with_the(word) == *word)
    {
        return None;
    }
    if definition.yields() {
        let noun = if is_adjective(last) {
            format!("{} items", noun.text())
        } else {
            noun.plural()
        };
        return Some(format!("yield the {noun}"));
    }
    if !definition.returns_value() {
        return delegated(sketch);
    }
    if sketch.returned_type() == Some("bool") {
        return Some(asked(sketch, &words, &noun));
    }
    if is_adjective(last) || is_vague(noun.text()) && words.len() == 1 {
        let makes = sketch.body.returns.iter().any(|exit| {
            exit.value
                .as_ref()
                .and_then(Term::call)
                .is_some_and(|(callee, _)| callee.name() == Some("cls"))
        });
        let instance = sketch.instance_noun().filter(|_| makes)?;
        return Some(format!(
            "create {}",
            english::with_a(&format!("{} {instance}", noun.text()))
        ));
    }
    let whose = match (
        sketch.required().collect::<Vec<_>>().as_slice(),
        sketch.instance_noun(),
    ) {
        ([], Some(instance)) if instance != noun.text() => Some(format!("the {instance}")),
        ([only], None) => Noun::of(&only.name)
            .filter(|given| !noun.text().contains(given.text()) && !is_vague(given.text()))
            .map(|noun| noun.with_the()),
        _ => None,
    };
    Some(match whose {
        Some(whose) if !noun.text().contains(" of ") => {
            format!("return {} of {whose}", noun.with_the())
        }
        _ => format!("return {}", noun.with_the()),
    })
}

/// A name without a verb of a function that says yes or no.
fn asked(sketch: &Sketch<'_>, words: &[String], noun: &Noun) -> String {
    let first = words.first().map_or("", String::as_str);
    let last = words.last().map_or("", String::as_str);
    let given = sketch.required().next().and_then(|one| Noun::of(&one.name));
    let subject = match (&sketch.class, &given) {
        (Some(_), _) => sketch.instance(),
        (None, Some(noun)) => noun.with_the(),
        (None, None) => "it".to_owned(),
    };
    if verbs::is_third_person(first) {
        let rest = english::spelled(words.get(1..).unwrap_or_default());
        let object = given.filter(|_| rest.is_empty() && sketch.class.is_some());
        let rest = object.map_or(rest, |noun| noun.with_the());
        return format!("tell whether {subject} {first} {rest}")
            .trim_end()
            .to_owned();
    }
    if is_adjective(last) {
        return format!("tell whether {subject} is {}", noun.text());
    }
    format!("check for {}", noun.with_the())
}
