//! What an expression is whose value comes back, in words.

use super::english::{self, Noun};
use super::sketch::{Sketch, is_vague};
use crate::docstring::words::words_of;
use crate::python::{Container, Exit, Form, Term};

/// Whether it is the object itself that comes back.
pub(super) fn is_self(exit: &Exit) -> bool {
    exit.value.as_ref().and_then(Term::name) == Some("self")
}

/// The class whose call a term is.
pub(super) fn made_class(term: &Term) -> Option<&str> {
    let (callee, _) = term.call()?;
    let name = match &callee.form {
        Form::Name(name) | Form::Attribute(_, name) => name.as_str(),
        _ => return None,
    };
    let is_class =
        name.len() > 2 && name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
    is_class.then_some(name)
}

/// What one expression is, as far as it says more than the function's name.
pub(super) fn of_term(sketch: &Sketch<'_>, term: &Term) -> Option<String> {
    if term
        .call()
        .is_some_and(|(callee, _)| callee.name() == Some("cls"))
    {
        return sketch.instance_noun().map(|noun| format!("the new {noun}"));
    }
    match &term.form {
        Form::Series(Container::Tuple, parts) if (2..=4).contains(&parts.len()) => {
            let told: Option<Vec<String>> =
                parts.iter().map(|part| part_words(sketch, part)).collect();
            let told = told?;
            let is_repeated = told
                .iter()
                .enumerate()
                .any(|(at, one)| told[..at].contains(one));
            (!is_repeated).then(|| format!("a tuple of {}", english::list(&told, "and")))
        }
        Form::Comprehension { .. } => of_comprehension(sketch, term),
        Form::Name(name) if sketch.is_local(name) => of_local(sketch, name),
        Form::Name(name) => {
            let parameter = sketch.parameter(name)?;
            let noun = Noun::of(&parameter.name)?;
            Some(
                if noun.text() == english::spelled(&words_of(name))
                    && sketch.body.assignments_to(name) == 0
                {
                    format!("{} as it was given", noun.with_the())
                } else {
                    noun.with_the()
                },
            )
        }
        Form::Attribute(owner, name) if owner.name() == Some("self") => {
            let noun = Noun::of(name).filter(|noun| !is_vague(noun.text()))?;
            Some(match sketch.instance_noun() {
                Some(instance) if instance != noun.text() && !noun.text().contains(" of ") => {
                    format!("{} of the {instance}", noun.with_the())
                }
                _ => noun.with_the(),
            })
        }
        _ => {
            let class = made_class(term)?;
            let noun = Noun::of(class)?;
            if noun.text().len() < 4 {
                return None;
            }
            let is_own = sketch
                .module
                .definitions
                .iter()
                .any(|one| one.name == class);
            Some(if is_own || noun.text().contains(' ') {
                format!("{} `{class}`", english::article(class))
            } else {
                format!("the new {}", noun.text())
            })
        }
    }
}

/// What a comprehension makes: «a list of titles, from the products».
fn of_comprehension(sketch: &Sketch<'_>, term: &Term) -> Option<String> {
    let Form::Comprehension {
        container,
        element,
        key,
        over,
        target,
        ..
    } = &term.form
    else {
        return None;
    };
    let over_words = told_source(sketch, over)?;
    let element_words = comprehension_element(element, target)?;
    match (container, key) {
        (Container::Dictionary, Some(key)) => {
            let key = comprehension_element(key, target)?;
            Some(format!(
                "a dictionary of {element_words} by {key}, from {over_words}"
            ))
        }
        (Container::List, _) => Some(format!(
            "a list of {}, from {over_words}",
            english::plural(&element_words)
        )),
        (Container::Set, _) => Some(format!(
            "a set of {}, from {over_words}",
            english::plural(&element_words)
        )),
        _ => None,
    }
}

/// A local name that is returned, by its words.
fn of_local(sketch: &Sketch<'_>, name: &str) -> Option<String> {
    let noun = Noun::of(name).filter(|noun| !is_vague(noun.text()) && noun.text().len() > 3)?;
    if let Some(origin) = sketch.origin(name)
        && let Some(class) = made_class(origin)
    {
        let class_noun = Noun::of(class)?;
        return Some(
            if class_noun.text().contains(noun.text()) || noun.text().contains(class_noun.text()) {
                format!("the new {}", class_noun.text())
            } else {
                format!("the {}, {} `{class}`", noun.text(), english::article(class))
            },
        );
    }
    Some(noun.with_the())
}

/// A part of a tuple that is returned.
pub(super) fn part_words(sketch: &Sketch<'_>, term: &Term) -> Option<String> {
    match &term.form {
        Form::Name(name) => {
            let noun = Noun::of(name)?;
            (!is_vague(noun.text())).then(|| noun.with_the())
        }
        Form::Attribute(_, name) => Noun::of(name)
            .filter(|noun| !is_vague(noun.text()))
            .map(|noun| noun.with_the()),
        Form::None | Form::Truth(_) | Form::Number => sketch.quoted(term),
        Form::Await(value) => part_words(sketch, value),
        _ => None,
    }
}

/// Where a comprehension takes its elements from.
fn told_source(sketch: &Sketch<'_>, over: &Term) -> Option<String> {
    match &over.form {
        Form::Name(name) if sketch.is_local(name) => Noun::of(name).map(|noun| noun.with_the()),
        _ => sketch.told(over),
    }
}

/// What a comprehension makes of each turn: «line», «line total».
fn comprehension_element(element: &Term, target: &Term) -> Option<String> {
    let noun = |name: &str| Noun::of(name).filter(|noun| !is_vague(noun.text()));
    match &element.form {
        Form::Name(name) => noun(name).map(|noun| noun.text().to_owned()),
        Form::Attribute(owner, name) if owner.name().is_some() && owner.name() == target.name() => {
            let inner = noun(name)?;
            Some(match owner.name().and_then(noun) {
                Some(owner) => format!("{} {}", owner.text(), inner.text()),
                None => inner.text().to_owned(),
            })
        }
        Form::Call(..) => made_class(element)
            .and_then(noun)
            .map(|noun| noun.text().to_owned()),
        _ => None,
    }
}
