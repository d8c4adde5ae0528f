//! The summary of a function by what its body does, where the name says nothing.

use super::condition::clause;
use super::english;
use super::sketch::{Sketch, quotable};
use crate::python::{Container, Form};

/// What a function that gives nothing back hands on to.
pub(super) fn delegated(sketch: &Sketch<'_>) -> Option<String> {
    let only = sketch.body.only_expression.as_ref()?;
    let (function, _) = only.call()?;
    let called = sketch.quoted(function)?;
    (sketch.body.statements == 1).then(|| format!("call {called}"))
}

/// What the body does.
pub(super) fn from_body(sketch: &Sketch<'_>) -> Option<String> {
    if let [only] = sketch.body.yields.as_slice()
        && let Some(value) = only.value.as_ref().and_then(|value| sketch.quoted(value))
    {
        return Some(format!("yield {value}"));
    }
    let [only] = sketch.body.returns.as_slice() else {
        return last_call(sketch);
    };
    let value = only.value.as_ref()?;
    match &value.form {
        Form::Comparison(..) | Form::Any(_) | Form::All(_) | Form::Not(_)
            if matches!(value.form, Form::Comparison(..) | Form::Not(_))
                || sketch.returned_type() == Some("bool") =>
        {
            if let Some(said) = clause(sketch, value, true) {
                return Some(format!("tell whether {said}"));
            }
        }
        Form::Comprehension {
            container, over, ..
        } => {
            if let Some(over) = sketch.told(over) {
                let made = match container {
                    Container::Set => "a set",
                    Container::Dictionary => "a dictionary",
                    _ => "a list",
                };
                return Some(format!("build {made} from {over}"));
            }
        }
        Form::Call(callee, _) => {
            if let Some(path) = callee.dotted()
                && let Some(class) = path
                    .rsplit('.')
                    .next()
                    .filter(|class| class.len() > 1 && class.starts_with(char::is_uppercase))
                && class.contains(char::is_lowercase)
            {
                return Some(format!("build {} `{class}`", english::article(class)));
            }
            if callee.name() == Some("cls") {
                return sketch
                    .instance_noun()
                    .map(|noun| format!("create {}", english::with_a(&noun)));
            }
            if let Some(called) = sketch.quoted(callee) {
                return Some(format!("return what {called} returns"));
            }
        }
        Form::Name(name)
            if sketch
                .module
                .definitions
                .iter()
                .any(|one| one.name == *name) =>
        {
            return None;
        }
        _ => {}
    }
    sketch
        .quoted(value)
        .map(|quoted| format!("return {quoted}"))
}

fn last_call(sketch: &Sketch<'_>) -> Option<String> {
    if sketch.definition.returns_value() {
        return None;
    }
    let only = sketch.body.only_expression.as_ref()?;
    let (function, _) = only.call()?;
    let called = function
        .dotted()
        .as_deref()
        .and_then(quotable)
        .map(|called| format!("`{called}`"))?;
    Some(format!("call {called}"))
}
