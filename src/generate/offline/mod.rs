//! Drafts from the code alone: no model, no network. They say what names, signature and body show,
//! pass the same validation as a model's, and stand in where a model left a fact without words.

mod answer;
mod attribute;
mod by_name;
mod classes;
mod condition;
mod convention;
mod decorator;
mod dunder;
mod english;
mod expression;
mod from_body;
mod inherited;
mod lexicon;
mod modules;
mod object;
mod parameters;
mod phrase;
mod predicate;
mod property;
mod raises;
mod role;
mod sketch;
mod stand_in;
mod summary;
mod switch;
#[cfg(test)]
mod tests;
mod truth;
mod values;
mod verbs;
mod yields;

use std::borrow::Cow;

use self::inherited::Inherited;
use self::sketch::{Sketch, quotable};
use super::frame::Frame;
use super::reply::{Draft, NamedText, RaiseText};
use super::validate::validate;
use crate::docstring::words::{capitalized, words_of};
use crate::python::{Body, Definition, Kind, Module};

/// The draft for a definition of `module`.
#[must_use]
pub(super) fn draft(module: &Module, definition: &Definition, frame: &Frame<'_>) -> Draft {
    let bodies = module.bodies(frame.source);
    let body = bodies
        .of(definition)
        .map_or_else(|| Cow::Owned(Body::default()), Cow::Borrowed);
    let sketch = Sketch::new(module, definition, bodies, &body);
    let inherited = Inherited::of(definition, frame);
    let candidates = match definition.kind {
        Kind::Module | Kind::Package => modules::candidates(module, definition, bodies),
        Kind::Class | Kind::NestedClass => classes::candidates(module, definition, bodies),
        Kind::Function | Kind::NestedFunction | Kind::Method => {
            let from_base = inherited.iter().map(Inherited::summary);
            from_base.chain(summary::candidates(&sketch)).collect()
        }
    };
    let mut summaries = candidates
        .iter()
        .filter_map(|words| sentence(words, frame.summary_width()));
    let facts = frame.facts(definition);
    let mut draft = Draft {
        id: definition.qualified_name.clone(),
        summary: summaries
            .next()
            .unwrap_or_else(|| plain_summary(definition)),
        args: definition
            .documented_parameters()
            .map(|parameter| {
                let words = inherited
                    .as_ref()
                    .and_then(|base| base.parameter(&parameter.name));
                let words = words.unwrap_or_else(|| parameters::parameter_text(&sketch, parameter));
                named(&parameter.name, words)
            })
            .collect(),
        returns: definition.returns_value().then(|| {
            let words = inherited.as_ref().and_then(Inherited::returns);
            words.unwrap_or_else(|| values::returns_text(&sketch))
        }),
        yields: definition.yields().then(|| {
            let words = inherited.as_ref().and_then(Inherited::yields);
            words.unwrap_or_else(|| yields::yields_text(&sketch))
        }),
        raises: facts
            .raises
            .iter()
            .map(|raise| RaiseText {
                exception: raise.exception.to_owned(),
                description: match raise.raised_by {
                    Some(called) => frame.raised_by_words(called),
                    None => raises::raise_text(&sketch, raise.exception),
                },
            })
            .collect(),
        attributes: facts
            .attributes
            .iter()
            .map(|one| {
                named(
                    &one.name,
                    attribute::attribute_text(module, definition, one, bodies),
                )
            })
            .collect(),
        ..Draft::default()
    };
    settle(&mut draft, definition, frame, || {
        summaries
            .next()
            .unwrap_or_else(|| plain_summary(definition))
    });
    draft
}

/// Puts more plainly what the checks find fault with: names can be anything, so words made of them can
/// be what no docstring may hold.
fn settle(
    draft: &mut Draft,
    definition: &Definition,
    frame: &Frame<'_>,
    mut next_summary: impl FnMut() -> String,
) {
    while let Err(faults) = validate(draft, definition, frame) {
        let mut is_changed = false;
        for fault in faults {
            tracing::debug!(
                definition = definition.qualified_name,
                %fault,
                "an offline draft is put more plainly"
            );
            is_changed |= match fault.path.as_str() {
                "summary" => replace(&mut draft.summary, next_summary()),
                path => put_plainly(draft, path),
            };
        }
        if !is_changed {
            break;
        }
    }
}

fn named(name: &str, description: String) -> NamedText {
    NamedText {
        name: name.to_owned(),
        description,
    }
}

/// The words as a sentence, if they fit the width.
fn sentence(words: &str, width: usize) -> Option<String> {
    let words = words.trim().trim_end_matches('.');
    let text = format!("{}.", capitalized(words));
    (!words.is_empty() && text.chars().count() <= width).then_some(text)
}

/// A summary that nothing can be held against.
fn plain_summary(definition: &Definition) -> String {
    match definition.kind {
        Kind::Module => "Provide a module.",
        Kind::Package => "Provide a package.",
        Kind::Class | Kind::NestedClass => "Represent a value.",
        _ if definition.is_property() => "The value.",
        _ => "Run this step.",
    }
    .to_owned()
}

/// Whether `place` was something else.
fn replace(place: &mut String, text: String) -> bool {
    let is_new = *place != text;
    *place = text;
    is_new
}

/// Puts the part of a draft that a fault names as plainly as can be; whether that changed it.
fn put_plainly(draft: &mut Draft, path: &str) -> bool {
    let index = || -> Option<usize> { path.split_once('[')?.1.split_once(']')?.0.parse().ok() };
    let of_name = |name: &str| {
        let words = words_of(name).join(" ");
        match quotable(name) {
            Some(name) if words.is_empty() => format!("The value `{name}`."),
            _ => format!("The {words} value."),
        }
    };
    let plain = |list: &mut Vec<NamedText>| {
        index().and_then(|at| list.get_mut(at)).is_some_and(|one| {
            let first = of_name(&one.name);
            let text = if one.description == first {
                "The value given.".to_owned()
            } else {
                first
            };
            one.description != "The value given." && replace(&mut one.description, text)
        })
    };
    if path.starts_with("args") {
        plain(&mut draft.args)
    } else if path.starts_with("attributes") {
        plain(&mut draft.attributes)
    } else if path.starts_with("raises") {
        let one = index().and_then(|at| draft.raises.get_mut(at));
        one.is_some_and(|one| {
            replace(
                &mut one.description,
                "If the call cannot succeed.".to_owned(),
            )
        })
    } else if path.starts_with("returns") {
        let text = draft.returns.as_mut();
        text.is_some_and(|text| replace(text, "The result.".to_owned()))
    } else if path.starts_with("yields") {
        let text = draft.yields.as_mut();
        text.is_some_and(|text| replace(text, "The next item.".to_owned()))
    } else {
        false
    }
}
