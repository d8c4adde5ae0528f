//! What a function returns.

use super::answer::{answer, is_answer};
use super::by_name::by_name;
use super::dunder;
use super::english::{self, Noun};
use super::expression::{is_self, made_class, of_term};
use super::raises::circumstances;
use super::sketch::{Sketch, arguments_of, class_of, type_words, without_none, without_quotes};
use crate::docstring::words::capitalized;
use crate::python::{Exit, Form, Term};

/// The text of `Returns`.
pub(super) fn returns_text(sketch: &Sketch<'_>) -> String {
    let values: Vec<&Exit> = sketch
        .body
        .returns
        .iter()
        .filter(|exit| exit.value.as_ref().is_some_and(|value| !value.is_none()))
        .collect();
    if let Some(text) = dunder::returned(sketch, &values) {
        return text;
    }
    if let Some(what) = super::decorator::decorated(sketch) {
        return format!("{}.", capitalized(what));
    }
    if is_answer(sketch, &values) {
        return answer(sketch, &values);
    }
    let what = value_words(sketch, &values);
    let text = match when_none(sketch, &values) {
        Some(none) => format!("{what}, or {none}"),
        None => what,
    };
    format!("{}.", capitalized(&text))
}

/// What comes back, in words, without «or `None`».
fn value_words(sketch: &Sketch<'_>, values: &[&Exit]) -> String {
    let instance = sketch.instance();
    let is_status = matches!(sketch.returned_type(), Some("int") | None);
    if sketch.definition.name == "main" && sketch.class.is_none() && is_status {
        return "the exit status".to_owned();
    }
    if !values.is_empty() && values.iter().all(|one| is_self(one)) {
        return if matches!(sketch.definition.name.as_str(), "run" | "execute") {
            format!("{instance} itself")
        } else {
            format!("{instance} itself, so that calls can be chained")
        };
    }
    let by_value = match values {
        [only] => only.value.as_ref().and_then(|value| of_term(sketch, value)),
        _ => None,
    };
    if let Some(said) = by_value {
        return said;
    }
    if let Some(said) = by_name(sketch) {
        return said;
    }
    // All branches build the same class.
    let made: Vec<Option<&str>> = values
        .iter()
        .map(|exit| exit.value.as_ref().and_then(made_class))
        .collect();
    if let [Some(first), rest @ ..] = made.as_slice()
        && rest.iter().all(|one| *one == Some(*first))
    {
        return format!("{} `{first}`", english::article(first));
    }
    let typed = sketch
        .returned_type()
        .and_then(|annotation| typed(sketch, annotation));
    // «an integer» says less than the expression does.
    let is_vague = typed
        .as_ref()
        .is_none_or(|said| said.starts_with('a') && !said.contains(['`', 'f']));
    if let Some(said) = &typed
        && !is_vague
    {
        return said.clone();
    }
    if let [only] = values
        && let Some(value) = &only.value
    {
        if let Some((callee, _)) = value.call()
            && let Some(called) = sketch.quoted(callee)
        {
            return format!("what {called} returns");
        }
        if let Some(quoted) = sketch.quoted(value) {
            return match value.name() {
                Some(_) => format!("{quoted} as it was given"),
                None => format!("the value of {quoted}"),
            };
        }
    }
    typed.unwrap_or_else(|| "the result".to_owned())
}

/// A value by its annotation.
fn typed(sketch: &Sketch<'_>, annotation: &str) -> Option<String> {
    let (annotation, _) = without_none(annotation);
    let class = class_of(annotation)?;
    let arguments = arguments_of(annotation);
    let noun_of = |annotation: &str| {
        let class = class_of(without_quotes(annotation))?;
        let is_own = class.starts_with(char::is_uppercase) && class.len() > 2 && class != "Any";
        Noun::of(class).filter(|_| is_own)
    };
    match (class, arguments.as_slice()) {
        ("Self", _) => return Some(sketch.instance()),
        (
            "list" | "List" | "Sequence" | "Iterable" | "tuple" | "Tuple" | "set" | "frozenset"
            | "Collection",
            [item, ..],
        ) => {
            if let Some(noun) = noun_of(item) {
                return Some(format!("the {}", noun.plural()));
            }
            let item = match *item {
                "str" => "strings",
                "int" => "integers",
                "float" => "numbers",
                _ => return type_words(annotation),
            };
            if class.eq_ignore_ascii_case("tuple") && !arguments.contains(&"...") {
                return Some("a tuple".to_owned());
            }
            let list = type_words(annotation)?;
            return Some(format!("{list} of {item}"));
        }
        ("dict" | "Dict" | "Mapping", [_, value]) => {
            if let Some(noun) = noun_of(value) {
                return Some(format!("a dictionary of {}", noun.plural()));
            }
        }
        ("Callable", _) => return Some("a function".to_owned()),
        _ => {}
    }
    if let Some(said) =
        type_words(annotation).filter(|said| !said.contains('`') && said.contains(' '))
    {
        return Some(said);
    }
    if let Some(noun) = noun_of(annotation)
        && !matches!(class, "Any" | "Union" | "Optional" | "Literal")
        && arguments.is_empty()
    {
        return Some(noun.with_the());
    }
    type_words(annotation)
}

/// When `None` comes back: «`None` if the user is unknown».
fn when_none(sketch: &Sketch<'_>, values: &[&Exit]) -> Option<String> {
    let is_optional = sketch
        .returned_type()
        .is_some_and(|annotation| without_none(annotation).1);
    let nones: Vec<&Exit> = sketch
        .body
        .returns
        .iter()
        .filter(|exit| exit.value.as_ref().is_none_or(Term::is_none))
        .collect();
    if let [only] = nones.as_slice()
        && !sketch.body.falls_off
        && let Some(said) = circumstances(sketch, &only.circumstances)
    {
        return Some(format!("`None` {said}"));
    }
    if !nones.is_empty() || (is_optional && sketch.body.falls_off) {
        return Some("`None`".to_owned());
    }
    if is_optional
        && let [only] = values
        && let Some(value) = &only.value
        && let Some((callee, arguments)) = value.call()
        && let Form::Attribute(place, method) = &callee.form
        && method == "get"
        && let [key] = arguments
        && let (Some(key), Some(place)) = (sketch.told(&key.value), sketch.told(place))
    {
        return Some(format!("`None` if {key} is not in {place}"));
    }
    is_optional.then(|| "`None`".to_owned())
}
