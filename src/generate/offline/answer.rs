//! Answers: functions that return yes or no.

use super::condition::clause;
use super::english::{self, Noun};
use super::phrase::Action;
use super::predicate::{predicate, question};
use super::raises::circumstances;
use super::sketch::{Sketch, class_of};
use super::verbs;
use crate::docstring::words::{capitalized, words_of};
use crate::python::{Circumstance, Exit, Form, Term};

/// Whether yes or no comes back.
pub(super) fn is_answer(sketch: &Sketch<'_>, values: &[&Exit]) -> bool {
    let annotation = sketch
        .returned_type()
        .map(|one| class_of(one).unwrap_or(one));
    if let Some(annotation) = annotation {
        return matches!(annotation, "bool" | "TypeGuard" | "TypeIs");
    }
    !values.is_empty()
        && values.iter().all(|exit| {
            let is_bool = |term: &Term| match &term.form {
                Form::Truth(_) | Form::Comparison(..) | Form::Not(_) => true,
                Form::Call(callee, _) => matches!(
                    callee.name(),
                    Some(
                        "isinstance"
                            | "issubclass"
                            | "callable"
                            | "hasattr"
                            | "any"
                            | "all"
                            | "bool"
                    )
                ),
                _ => false,
            };
            exit.value.as_ref().is_some_and(|term| match &term.form {
                Form::All(parts) | Form::Any(parts) => parts.iter().all(is_bool),
                _ => is_bool(term),
            })
        })
}

/// «`True` if …, `False` otherwise.»
pub(super) fn answer(sketch: &Sketch<'_>, values: &[&Exit]) -> String {
    let truth = |said: String| format!("`True` if {said}, `False` otherwise.");
    if let [only] = values
        && sketch.body.returns.len() == 1
        && let Some(value) = &only.value
        && let Some(said) = clause(sketch, value, true)
        && !said.ends_with("` is true")
    {
        return truth(said);
    }
    let is = |exit: &&Exit, wanted: bool| {
        exit.value
            .as_ref()
            .is_some_and(|value| value.form == Form::Truth(wanted))
    };
    // One guarded `return True` before the `return False` at the end, or the other way round.
    if let [first, last] = values
        && last
            .circumstances
            .iter()
            .all(|one| matches!(one, Circumstance::Left(_)))
        && first
            .circumstances
            .iter()
            .all(|one| matches!(one, Circumstance::Holds(_)))
        && let Some(said) = circumstances(sketch, &first.circumstances)
    {
        if is(first, true) && is(last, false) {
            return format!("`True` {said}, `False` otherwise.");
        }
        if is(first, false) && is(last, true) {
            return format!("`False` {said}, `True` otherwise.");
        }
    }
    if let Some(said) = predicate(sketch) {
        return truth(said);
    }
    if let Some(said) = question(sketch) {
        return capitalized(&format!("whether {said}."));
    }
    let words = words_of(&sketch.definition.name);
    if let [first] = words.as_slice()
        && verbs::is_third_person(first)
        && sketch.class.is_none()
        && let Some(noun) = sketch.required().next().and_then(|one| Noun::of(&one.name))
    {
        return truth(format!("{} {first}", noun.with_the()));
    }
    if let Some((first, rest)) = words.split_first()
        && verbs::is_third_person(first)
        && sketch.class.is_some()
    {
        let object = if rest.is_empty() {
            sketch
                .required()
                .next()
                .and_then(|one| Noun::of(&one.name))
                .map(|noun| noun.with_the())
        } else {
            Some(english::spelled(rest))
        };
        if let Some(object) = object {
            return truth(format!("{} {first} {object}", sketch.instance()));
        }
    }
    if Action::of(sketch).is_some() {
        return "The outcome, `True` or `False`.".to_owned();
    }
    "The answer, `True` or `False`.".to_owned()
}
