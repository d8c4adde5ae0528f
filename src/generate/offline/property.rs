//! The summary of a property, and of what sets and deletes it.

use super::english::{self, Noun, is_adjective};
use super::predicate::predicate;
use super::sketch::{Sketch, class_of, is_vague};
use super::verbs;
use crate::docstring::words::words_of;
use crate::python::{DecoratorRole, Definition, Form, Term};

/// `@x.setter` and `@x.deleter`
pub(super) fn accessor(definition: &Definition) -> Option<String> {
    let noun = || {
        let noun = Noun::of(&definition.name);
        noun.map_or_else(|| format!("`{}`", definition.name), |noun| noun.with_the())
    };
    let is = |end: &str| {
        definition
            .decorators
            .iter()
            .any(|one| one.role == DecoratorRole::PropertyAccessor && one.text.ends_with(end))
    };
    if is(".setter") {
        Some(format!("set {}", noun()))
    } else if is(".deleter") {
        Some(format!("delete {}", noun()))
    } else {
        None
    }
}

/// The summaries that fit a property, the best first.
pub(super) fn property(sketch: &Sketch<'_>) -> Vec<String> {
    let definition = sketch.definition;
    let mut found = Vec::new();
    let words = words_of(&definition.name);
    let is_bool = sketch.returned_type() == Some("bool");
    if let Some(said) = predicate(sketch) {
        found.push(format!("whether {said}"));
    } else if is_bool && is_adjective(words.last().map_or("", String::as_str)) {
        found.push(format!(
            "whether {} is {}",
            sketch.instance(),
            english::spelled(&words)
        ));
    } else if let Some([first, rest @ ..]) = Some(words.as_slice())
        && is_bool
        && !rest.is_empty()
        && verbs::is_third_person(first)
    {
        let first = english::spelled_word(first);
        found.push(format!(
            "whether {} {first} {}",
            sketch.instance(),
            english::spelled(rest)
        ));
    }
    let Some(noun) = Noun::of(&definition.name) else {
        found.push(format!("the value of `{}`", definition.name));
        return found;
    };
    let source = match sketch.body.returns.as_slice() {
        [only] => only
            .value
            .as_ref()
            .and_then(|value| source_noun(value, &noun)),
        _ => None,
    };
    if let Some(source) = source {
        found.push(source);
    }
    if let Some(instance) = sketch.instance_noun()
        && instance != noun.text()
        && !is_adjective(noun.text())
        && !noun.text().ends_with(&format!(" {instance}"))
    {
        found.push(format!("{} of the {instance}", noun.with_the()));
    }
    if is_adjective(noun.text()) && !is_bool {
        if let Some(class) = sketch.returned_type().and_then(class_of)
            && let Some(class) =
                Noun::of(class).filter(|class| class.text().len() > 3 && !is_vague(class.text()))
        {
            found.push(format!("the {} {}", noun.text(), class.text()));
        }
        if !noun.text().contains(' ') {
            found.push(format!("the {} value", noun.text()));
        }
    }
    found.push(noun.with_the());
    found
}

/// «the net price of the quote», for a property that hands on another object's attribute.
fn source_noun(value: &Term, noun: &Noun) -> Option<String> {
    let Form::Attribute(owner, name) = &value.form else {
        return None;
    };
    let Form::Attribute(whose, owner) = &owner.form else {
        return None;
    };
    let inner = Noun::of(name).filter(|inner| inner.text().contains(noun.text()))?;
    let owner = Noun::of(owner).filter(|owner| !is_vague(owner.text()))?;
    (whose.name() == Some("self") || whose.of_self().is_some())
        .then(|| format!("{} of {}", inner.with_the(), owner.with_the()))
}
