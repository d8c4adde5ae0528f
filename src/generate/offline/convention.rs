//! Names and decorators that have a meaning of their own: entry points, tests, events, fixtures.

use super::decorator::decorator;
use super::english::{self, Noun, is_adjective, is_plural};
use super::sketch::Sketch;
use super::verbs;
use crate::docstring::words::{imperative, words_of};
use crate::python::DecoratorRole;

/// The summary of a function by such a name or decorator.
pub(super) fn by_convention(sketch: &Sketch<'_>) -> Option<String> {
    let definition = sketch.definition;
    let name = definition.name.as_str();
    let words = words_of(name);
    let in_class = sketch.class.is_some();
    match name {
        "main" if !in_class => {
            let parses = sketch.body.calls.iter().any(|call| {
                call.call()
                    .and_then(|(callee, _)| callee.dotted())
                    .is_some_and(|path| {
                        path.contains("ArgumentParser") || path.ends_with("parse_args")
                    })
            });
            return Some(if parses {
                "run the command line interface".to_owned()
            } else {
                "run the program".to_owned()
            });
        }
        _ => {}
    }
    if let Some(said) = test_frame(name, in_class) {
        return Some(said.to_owned());
    }
    let rest = words.get(1..).unwrap_or_default();
    match words.first().map(String::as_str) {
        Some("test") if !rest.is_empty() => {
            let is_statement = rest
                .iter()
                .skip(1)
                .any(|word| verbs::is_third_person(word) && !is_noun_like(word));
            let said = english::spelled(rest);
            return Some(if is_statement && !english::is_preposition(&rest[0]) {
                format!("test that {said}")
            } else {
                format!("test {said}")
            });
        }
        Some("on") if !rest.is_empty() && !definition.returns_value() => {
            return Some(format!("handle the {} event", english::spelled(rest)));
        }
        Some("handle") if rest.last().is_some_and(|word| word == "event") => {}
        Some("iter") if !rest.is_empty() => {
            let noun = Noun::of_words(rest);
            return Some(format!("iterate over the {}", noun.plural()));
        }
        _ => {}
    }
    let noun = Noun::of(name);
    if definition.has_role(DecoratorRole::Fixture) {
        let noun = noun.filter(|_| {
            !words
                .first()
                .is_some_and(|first| verbs::is_verb(first) && !verbs::is_noun_too(first))
        })?;
        return Some(format!("provide {} for tests", noun.with_a()));
    }
    if definition.has_role(DecoratorRole::ContextManager) {
        let is_action = words.first().is_some_and(|first| {
            verbs::is_verb(first) && (words.len() > 1 || !verbs::is_noun_too(first))
        });
        let noun = noun.filter(|_| !is_action)?;
        return Some(if is_adjective(noun.text()) {
            format!("run a block of code {}", noun.text())
        } else {
            format!("provide {} for a `with` block", noun.with_a())
        });
    }
    decorator(sketch)
}

/// What frames tests, by the names that unittest and pytest call.
fn test_frame(name: &str, in_class: bool) -> Option<&'static str> {
    Some(match name {
        "setUp" | "setup_method" | "asyncSetUp" if in_class => "prepare each test",
        "tearDown" | "teardown_method" | "asyncTearDown" if in_class => "clean up after each test",
        "setUpClass" | "setup_class" | "setUpTestData" if in_class => {
            "prepare what the tests of the class share"
        }
        "tearDownClass" | "teardown_class" if in_class => "clean up after all tests of the class",
        "setUpModule" | "setup_module" => "prepare what the tests of the module share",
        "tearDownModule" | "teardown_module" => "clean up after all tests of the module",
        _ => return None,
    })
}

/// Whether a word that could be a verb is the plural of a noun as well.
fn is_noun_like(word: &str) -> bool {
    is_plural(word) && verbs::is_noun_too(imperative(word).as_deref().unwrap_or(word))
}
