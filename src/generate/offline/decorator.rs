//! Functions that decorate others.

use super::english::{self, Noun};
use super::sketch::{Sketch, quotable};
use super::verbs;
use crate::docstring::words::words_of;
use crate::python::{Body, Exit, Term};

/// What stands in for a decorated function: it calls that with what it is given.
pub(super) fn wrapped(sketch: &Sketch<'_>) -> Option<String> {
    let name = sketch.definition.name.trim_start_matches('_');
    if !matches!(
        name,
        "wrapper" | "wrapped" | "inner" | "decorated" | "new_func" | "wrap" | "new"
    ) {
        return None;
    }
    sketch.body.calls.iter().find_map(|call| {
        let (function, arguments) = call.call()?;
        let called = function
            .name()
            .filter(|_| arguments.iter().any(|one| one.is_unpacked))?;
        let called = quotable(called).filter(|called| !sketch.is_local(called))?;
        Some(format!("wrap a call of `{called}`"))
    })
}

/// What a decorator, or what makes one, gives back.
pub(super) fn decorated(sketch: &Sketch<'_>) -> Option<&'static str> {
    let said = decorator(sketch)?;
    let first = sketch.definition.given_parameters().next()?;
    let is_direct = sketch
        .body
        .calls
        .iter()
        .any(|call| call.text.contains(&format!("wraps({})", first.name)));
    let takes_function = matches!(
        first.name.as_str(),
        "f" | "fn" | "func" | "function" | "view" | "method" | "callback" | "wrapped"
    );
    (said.contains("decorate") || said.ends_with("a function")).then_some(
        if is_direct || takes_function {
            "the decorated function"
        } else {
            "the decorator"
        },
    )
}

/// A function that gives back one of its own that calls what it was given.
pub(super) fn decorator(sketch: &Sketch<'_>) -> Option<String> {
    let definition = sketch.definition;
    // Most functions give back no name, and a file has many definitions to look through.
    let gives_name = |exit: &Exit| exit.value.as_ref().and_then(Term::name).is_some();
    if !sketch.body.returns.iter().any(gives_name) {
        return None;
    }
    let own = sketch
        .module
        .definitions
        .iter()
        .position(|one| std::ptr::eq(one, definition))?;
    let inside = |outer: usize| {
        sketch
            .module
            .definitions
            .iter()
            .enumerate()
            .filter(move |(_, one)| one.parent == Some(outer) && one.is_function())
    };
    let given = sketch.definition.given_parameters().next()?;
    let gives_back = |term: &Term, name: &str| term.name() == Some(name);
    let returned: Vec<&Term> = sketch
        .body
        .returns
        .iter()
        .filter_map(|one| one.value.as_ref())
        .collect();
    let (at, wrapper) =
        inside(own).find(|(_, one)| returned.iter().any(|value| gives_back(value, &one.name)))?;
    let body = sketch.bodies.of(wrapper)?;
    let calls = |body: &Body, name: &str| {
        body.calls.iter().any(|call| {
            call.call()
                .is_some_and(|(function, _)| function.name() == Some(name))
        })
    };
    let words = words_of(&definition.name);
    let how = || effect(&words);
    if calls(body, &given.name) {
        let named = words.first().is_some_and(|word| {
            verbs::is_verb(word) && words.len() == 1 && !verbs::is_noun_too(word)
        });
        return Some(if named {
            format!("{} a function", verbs::spelled(&words[0]))
        } else {
            format!("decorate a function {}", how()?)
        });
    }
    // `@app.route("/")` keeps the function as it is.
    let taken = wrapper.given_parameters().next()?;
    let gives_back_its_own = !body.returns.is_empty()
        && body
            .returns
            .iter()
            .all(|exit| exit.value.as_ref().and_then(Term::name) == Some(&taken.name));
    if gives_back_its_own {
        let noun = Noun::of(&definition.name)?;
        let is_thing = words.first().is_some_and(|first| {
            !english::is_preposition(first) && (!verbs::is_verb(first) || verbs::is_noun_too(first))
        });
        return Some(if is_thing {
            format!("decorate a function as {}", noun.with_a())
        } else {
            format!("decorate a function with `{}`", definition.name)
        });
    }
    let (_, innermost) = inside(at).find(|(_, one)| {
        body.returns
            .iter()
            .any(|exit| exit.value.as_ref().and_then(Term::name) == Some(one.name.as_str()))
    })?;
    let decorated = wrapper.given_parameters().next()?;
    let inner_body = sketch.bodies.of(innermost)?;
    calls(inner_body, &decorated.name)
        .then(how)
        .flatten()
        .map(|how| format!("decorate a function {how}"))
}

/// What a decorator of that name does to a function: «so that its calls are logged».
fn effect(words: &[String]) -> Option<String> {
    let (first, rest) = words.split_first()?;
    let said = english::spelled(words);
    Some(if english::is_participle(first) && rest.is_empty() {
        format!("so that its calls are {said}")
    } else if verbs::is_verb(first) && rest.is_empty() {
        format!("so that its calls can {}", verbs::spelled(first))
    } else if verbs::is_verb(first) {
        format!(
            "to {} {}",
            verbs::spelled(first),
            Noun::of_words(rest).with_the()
        )
    } else if english::is_preposition(first) {
        said
    } else {
        format!("with {}", english::with_a(&said))
    })
}
