//! What a parameter is to its function: «the order to ship», «the name of the user».

use super::english::{self, Noun, is_adjective, is_one_of};
use super::phrase::{self, Action};
use super::sketch::{Sketch, class_of, is_vague, without_none};
use crate::docstring::words::words_of;
use crate::python::{DecoratorRole, Form, Parameter, Term};

/// What a parameter is to its function: «the order to ship», «the name of the user».
pub(super) fn by_role(
    sketch: &Sketch<'_>,
    parameter: &Parameter,
    noun: &Noun,
    inner: Option<&str>,
) -> Option<String> {
    let definition = sketch.definition;
    let is_plain_type = inner.is_none_or(|inner| {
        matches!(
            class_of(inner),
            Some("str" | "int" | "float" | "bytes" | "Decimal" | "date" | "datetime")
        )
    });
    let names_its_class = inner.and_then(class_of).is_some_and(|class| {
        class.starts_with(char::is_uppercase)
            && Noun::of(class).is_some_and(|one| {
                let words: Vec<&str> = one.text().split(' ').collect();
                noun.text().split(' ').all(|word| words.contains(&word))
            })
    });
    if definition.name == "__init__" || definition.name == "__new__" {
        let stored = stored_as(sketch, parameter);
        if names_its_class {
            return Some(format!("{} to use", noun.with_the()));
        }
        let instance = sketch.instance_noun()?;
        if stored.is_some()
            && !is_vague(noun.text())
            && !noun.text().contains([' '])
            && !noun.text().contains(&instance)
            && instance != "exception"
        {
            return Some(format!("{} of the {instance}", noun.with_the()));
        }
        let passed_on = sketch.body.calls.iter().any(|call| {
            call.call().is_some_and(|(callee, arguments)| {
                callee.text.starts_with("super(")
                    && arguments
                        .iter()
                        .any(|one| one.value.name() == Some(&parameter.name))
            })
        });
        if passed_on && stored.is_none() && !is_vague(noun.text()) {
            return Some(format!("{}, passed on to the base class", noun.with_the()));
        }
        return None;
    }
    if let Some(acted) = acted_on(sketch, parameter, noun) {
        return Some(acted);
    }
    let action = Action::of(sketch)?;
    let at = action
        .rest
        .iter()
        .position(|word| english::is_preposition(word));
    let object = &action.rest[..at.unwrap_or(action.rest.len())];
    let object = (!object.is_empty()).then(|| Noun::of_words(object));
    // `create_user(name)`: the name of the user.
    if let Some(object) = object
        && (action.creates() || action.verb == "update" || action.verb == "rename")
        && is_plain_type
        && is_trait(&parameter.name)
        && object.text() != noun.text()
        && !object.is_plural()
        && !is_adjective(object.text())
    {
        return Some(format!("{} of the {}", noun.with_the(), object.text()));
    }
    names_its_class
        .then(|| format!("{} to use", noun.with_the()))
        .filter(|_| {
            parameter.default.is_some()
                || sketch.required().position(|one| one.name == parameter.name) != Some(0)
        })
}

/// «the order to ship»: the first thing that a function must be given, if its verb is about it.
pub(super) fn acted_on(sketch: &Sketch<'_>, parameter: &Parameter, noun: &Noun) -> Option<String> {
    if sketch.definition.has_role(DecoratorRole::PropertyAccessor) {
        return Some("the new value".to_owned());
    }
    let action = Action::of(sketch)?;
    let is_variadic = !parameter.kind.stars().is_empty();
    // `update(task_id)`
    if let Some(whose) = noun.text().strip_suffix(" ID")
        && action.rest.is_empty()
        && !action.retrieves()
        && sketch
            .required()
            .next()
            .is_some_and(|first| first.name == parameter.name)
    {
        return Some(format!("the ID of the {whose} to {}", action.verb));
    }
    if sketch.class.is_some() && says_how(&action, parameter) {
        return None;
    }
    let is_first = sketch
        .required()
        .next()
        .is_some_and(|first| first.name == parameter.name)
        || (is_variadic && sketch.required().next().is_none());
    let at = action
        .rest
        .iter()
        .position(|word| english::is_preposition(word));
    let (object, after) = action.rest.split_at(at.unwrap_or(action.rest.len()));
    let object_noun = (!object.is_empty()).then(|| Noun::of_words(object));
    let text = if is_variadic {
        format!("the {}", noun.plural())
    } else {
        noun.with_the()
    };
    let verb = action.verb.as_str();
    if verb.starts_with("try to") || verb.contains(" or ") || verb.contains(" and ") {
        return None;
    }
    let is_about = match &object_noun {
        None => is_first && after.is_empty(),
        Some(object) => {
            let singular = english::singular(object.text());
            noun.text() == object.text()
                || english::singular(noun.text()) == singular
                || (is_first
                    && is_material(&parameter.name)
                    && !action.creates()
                    && !action.retrieves())
        }
    };
    if !is_about || INTRANSITIVE.contains(&verb) {
        return None;
    }
    if action.retrieves() && phrase::is_handle(&parameter.name) {
        return Some(if verb == "look up" || verb == "find" || verb == "search" {
            format!("{text} to look for")
        } else {
            format!("{text} to look up")
        });
    }
    if action.retrieves()
        && object_noun.is_none()
        && !matches!(verb, "read" | "load" | "fetch" | "select")
    {
        return None;
    }
    if is_adjective(noun.text()) {
        return None;
    }
    let verb = if verb == "iterate over" {
        "go through"
    } else {
        verb
    };
    Some(format!("{text} to {verb}"))
}

/// Whether a parameter is an amount that says how far the verb goes: `split(parts: int)`.
fn says_how(action: &Action, parameter: &Parameter) -> bool {
    let is_amount =
        inner_of(parameter).is_some_and(|inner| matches!(inner, "int" | "float" | "bool"));
    action.rest.is_empty()
        && is_amount
        && !action.creates()
        && !matches!(action.verb.as_str(), "set" | "format" | "convert")
}

/// A parameter's type, `None` apart.
pub(super) fn inner_of(parameter: &Parameter) -> Option<&str> {
    parameter
        .annotation
        .as_deref()
        .map(|one| without_none(one).0)
}

/// The attribute that a parameter is stored in as it is.
pub(super) fn stored_as<'a>(sketch: &Sketch<'a>, parameter: &Parameter) -> Option<&'a str> {
    sketch.body.assignments.iter().find_map(|one| {
        let name = one.target.of_self()?;
        let value = one.value.as_ref()?;
        let is_it = |term: &Term| term.name() == Some(&parameter.name);
        let stored = is_it(value)
            || match &value.form {
                Form::Any(parts) => parts.first().is_some_and(is_it),
                Form::Choice {
                    then, otherwise, ..
                } => is_it(then) || is_it(otherwise),
                _ => false,
            };
        stored.then_some(name)
    })
}

/// Names of what things have.
pub(super) fn is_trait(name: &str) -> bool {
    let last = words_of(name).pop().unwrap_or_default();
    is_one_of(
        &last,
        "\
        name id type path title key size status label url email address description price color colour \
        width height length kind code number date version text content amount quantity value prefix \
        suffix style format role priority weight age phone password username currency sku scope slug",
    )
}

/// Names of what is worked on.
pub(super) fn is_material(name: &str) -> bool {
    is_one_of(
        name,
        "\
        text string data content source raw line value body payload input document doc obj object expr \
        expression node tree code message items values lines rows records response request path \
        filename file",
    )
}

pub(super) const INTRANSITIVE: &[&str] = &[
    "run",
    "start",
    "stop",
    "init",
    "initialize",
    "connect",
    "go",
    "wait",
    "sleep",
    "work",
    "fail",
    "exit",
    "quit",
    "set up",
    "get",
    "log in",
    "log out",
    "handle.",
    "configure",
    "communicate",
    "respond",
    "return",
    "sync",
    "retry",
    "compare",
    "match",
    "play",
    "begin",
    "end",
    "continue",
    "happen",
    "navigate",
    "proceed",
    "create",
    "make",
    "build",
    "generate",
    "open",
    "close",
    "greet.",
    "enter",
    "leave",
    "do",
    "test",
    "assert",
    "raise",
    "setup",
    "teardown",
    "mock",
    "use",
    "fit",
    "exist",
];
