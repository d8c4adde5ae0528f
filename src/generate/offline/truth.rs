//! Names, attributes and calls as conditions.

use super::condition::clause;
use super::english::{self, Noun, article, is_adjective, is_plural};
use super::sketch::{Sketch, is_container, is_switch, quotable, without_none};
use crate::docstring::words::words_of;
use crate::python::{Argument, Form, Parameter, Term};

/// `found.get(key)` and `pattern.match(text)`: whether something was found.
pub(super) fn found(sketch: &Sketch<'_>, term: &Term, is_found: bool) -> Option<String> {
    let (callee, arguments) = term.call()?;
    let Form::Attribute(place, method) = &callee.form else {
        return None;
    };
    let first = &arguments.first()?.value;
    if first.is_none() {
        return None;
    }
    match (method.as_str(), arguments.len()) {
        ("get", 1) => {
            let (key, place) = (sketch.told(first)?, sketch.told(place)?);
            let not = if is_found { "" } else { "not " };
            let within = if !place.contains('`') && is_plural(&place) {
                "among"
            } else {
                "in"
            };
            Some(format!("{key} is {not}{within} {place}"))
        }
        ("match" | "fullmatch" | "search", 1) => {
            let text = sketch.told(first)?;
            let pattern = sketch.told(place)?;
            let verb = if is_found {
                "matches"
            } else {
                "does not match"
            };
            Some(format!("{text} {verb} {pattern}"))
        }
        _ => None,
    }
}

/// «there is no user»
pub(super) fn there_is(name: &str, is_there: bool) -> Option<String> {
    let noun = Noun::of(name).filter(|noun| !super::sketch::is_vague(noun.text()))?;
    let is = if noun.is_plural() { "are" } else { "is" };
    Some(if is_there {
        format!("there {is} {}", noun.with_a())
    } else {
        format!("there {is} no {}", noun.text())
    })
}

/// «the order has no lines»
pub(super) fn has(sketch: &Sketch<'_>, attribute: &str, is_there: bool) -> Option<String> {
    let noun = Noun::of(attribute).filter(|noun| !is_adjective(noun.text()))?;
    let instance = sketch.instance();
    Some(if is_there {
        format!("{instance} has {}", noun.with_a())
    } else {
        format!("{instance} has no {}", noun.text())
    })
}

/// A name or attribute as a condition.
pub(super) fn truth(sketch: &Sketch<'_>, term: &Term, holds: bool) -> Option<String> {
    match &term.form {
        Form::Name(name) if sketch.is_local(name) => {
            let origin = sketch.origin(name);
            if let Some(origin) = origin {
                if let Some(said) = found(sketch, origin, holds) {
                    return Some(said);
                }
                if matches!(
                    origin.form,
                    Form::Comparison(..) | Form::Not(_) | Form::All(_) | Form::Any(_)
                ) {
                    return clause(sketch, origin, holds);
                }
            }
            there_is(name, holds)
        }
        Form::Name(name) => {
            let value = match (sketch.parameter(name), holds) {
                (Some(parameter), _) => of_parameter(parameter, holds),
                (None, true) => "is set",
                (None, false) => "is not set",
            };
            Some(format!("`{name}` {value}"))
        }
        Form::Attribute(owner, name) => of_attribute(sketch, (term, owner, name), holds),
        _ => None,
    }
}

/// What it means for a parameter that it counts as true, or as false.
fn of_parameter(parameter: &Parameter, holds: bool) -> &'static str {
    let annotation = parameter.annotation.as_deref().unwrap_or_default();
    let (inner, is_optional) = without_none(annotation);
    if !parameter.kind.stars().is_empty() {
        if holds { "is not empty" } else { "is empty" }
    } else if is_switch(parameter) {
        if holds { "is true" } else { "is false" }
    } else if is_container(inner) {
        match (holds, is_optional) {
            (true, _) => "is not empty",
            (false, false) => "is empty",
            (false, true) => "is empty or `None`",
        }
    } else if is_optional || parameter.default.as_deref() == Some("None") {
        if holds { "is given" } else { "is not given" }
    } else if matches!(inner, "int" | "float") {
        if holds { "is not zero" } else { "is zero" }
    } else if holds {
        "is set"
    } else {
        "is not set"
    }
}

/// `order.is_open` as a condition.
fn of_attribute(
    sketch: &Sketch<'_>,
    (term, owner, name): (&Term, &Term, &str),
    holds: bool,
) -> Option<String> {
    let words = words_of(name);
    let bare: &[String] = match words.split_first() {
        Some((first, rest)) if matches!(first.as_str(), "is" | "was") && !rest.is_empty() => rest,
        _ => &words,
    };
    let text = english::spelled(bare);
    let last = bare.last().map_or("", String::as_str);
    let not = if holds { "" } else { "not " };
    if owner.name() == Some("self") {
        let instance = sketch.instance();
        if is_adjective(last) {
            return Some(format!("{instance} is {not}{text}"));
        }
        return has(sketch, name, holds);
    }
    if let Some(quoted) = sketch.quoted(term) {
        let value = match (is_adjective(last), is_plural(&text), holds) {
            (true, _, true) => "is true",
            (true, _, false) => "is false",
            (_, true, true) => "is not empty",
            (_, true, false) => "is empty",
            (_, _, true) => "is set",
            (_, _, false) => "is not set",
        };
        return Some(format!("{quoted} {value}"));
    }
    let owner = sketch.told(owner).filter(|owner| !owner.contains('`'))?;
    if is_adjective(last) {
        return Some(format!("{owner} is {not}{text}"));
    }
    let noun = Noun::of(name)?;
    Some(if holds {
        format!("{owner} has {}", noun.with_a())
    } else {
        format!("{owner} has no {}", noun.text())
    })
}

/// A call as a condition.
pub(super) fn call(
    sketch: &Sketch<'_>,
    callee: &Term,
    arguments: &[Argument],
    holds: bool,
) -> Option<String> {
    let not = if holds { "" } else { "not " };
    if let Some(name) = callee.name() {
        return of_builtin(sketch, name, arguments, holds);
    }
    let Form::Attribute(place, method) = &callee.form else {
        return None;
    };
    match (method.as_str(), arguments) {
        ("startswith" | "endswith", [start]) => {
            let (text, start) = (sketch.told(place)?, sketch.told(&start.value)?);
            let verb = match (method.as_str(), holds) {
                ("startswith", true) => "starts with",
                ("startswith", false) => "does not start with",
                (_, true) => "ends with",
                (_, false) => "does not end with",
            };
            Some(format!("{text} {verb} {start}"))
        }
        ("strip", []) => Some(format!(
            "{} is {}blank",
            sketch.told(place)?,
            if holds { "not " } else { "" }
        )),
        ("exists", []) => {
            let verb = if holds { "exists" } else { "does not exist" };
            Some(format!("{} {verb}", sketch.told(place)?))
        }
        ("is_file", []) => Some(format!("{} is {not}a file", sketch.told(place)?)),
        ("is_dir", []) => Some(format!("{} is {not}a directory", sketch.told(place)?)),
        ("is_absolute", []) => Some(format!("{} is {not}absolute", sketch.told(place)?)),
        ("isdigit", []) => Some(if holds {
            format!("{} has nothing but digits", sketch.told(place)?)
        } else {
            format!("{} does not consist of digits", sketch.told(place)?)
        }),
        ("exists" | "isfile" | "isdir" | "isabs", [path])
            if callee
                .dotted()
                .is_some_and(|path| path.starts_with("os.path.")) =>
        {
            of_path(&sketch.told(&path.value)?, method, holds)
        }
        ("match" | "fullmatch" | "search", [pattern, text])
            if callee.dotted().is_some_and(|path| path.starts_with("re.")) =>
        {
            let (text, pattern) = (sketch.told(&text.value)?, sketch.told(&pattern.value)?);
            let verb = if holds { "matches" } else { "does not match" };
            Some(format!("{text} {verb} {pattern}"))
        }
        ("match" | "fullmatch" | "search", [_]) => {
            let (text, pattern) = (sketch.told(&arguments.first()?.value)?, sketch.told(place)?);
            let verb = if holds { "matches" } else { "does not match" };
            Some(format!("{text} {verb} {pattern}"))
        }
        _ => of_predicate(sketch, (place, method), arguments, holds),
    }
}

/// `os.path.isfile(path)` and its like.
fn of_path(path: &str, method: &str, holds: bool) -> Option<String> {
    let not = if holds { "" } else { "not " };
    Some(match (method, holds) {
        ("exists", true) => format!("{path} exists"),
        ("exists", false) => format!("{path} does not exist"),
        ("isfile", _) => format!("{path} is {not}a file"),
        ("isdir", _) => format!("{path} is {not}a directory"),
        ("isabs", _) => format!("{path} is {not}absolute"),
        _ => return None,
    })
}

/// Python's own functions that ask something.
fn of_builtin(
    sketch: &Sketch<'_>,
    name: &str,
    arguments: &[Argument],
    holds: bool,
) -> Option<String> {
    let not = if holds { "" } else { "not " };
    let first = sketch.told(&arguments.first()?.value)?;
    match (name, arguments) {
        ("isinstance", [_, types]) => {
            let types: Vec<String> = match &types.value.form {
                Form::Series(_, members) => {
                    members.iter().map(Term::dotted).collect::<Option<_>>()?
                }
                _ => vec![types.value.dotted()?],
            };
            if types.is_empty() || types.len() > 4 {
                return None;
            }
            let told: Vec<String> = types
                .iter()
                .map(|one| format!("{} `{one}`", article(one)))
                .collect();
            Some(match (holds, told.len()) {
                (true, _) => format!("{first} is {}", english::list(&told, "or")),
                (false, 1) => format!("{first} is not {}", told.concat()),
                (false, _) => format!("{first} is neither {}", told.join(" nor ")),
            })
        }
        ("issubclass", [_, class]) => {
            let class = quotable(&class.value.dotted()?)?.to_owned();
            Some(format!("{first} is {not}a subclass of `{class}`"))
        }
        ("callable", [_]) => Some(format!("{first} is {not}callable")),
        ("hasattr", [_, attribute]) => match &attribute.value.form {
            Form::Text(attribute) if quotable(attribute).is_some() => Some(if holds {
                format!("{first} has an attribute `{attribute}`")
            } else {
                format!("{first} has no attribute `{attribute}`")
            }),
            _ => None,
        },
        _ => None,
    }
}

/// `self.is_open()` and `order.can_ship()`
fn of_predicate(
    sketch: &Sketch<'_>,
    (place, method): (&Term, &str),
    arguments: &[Argument],
    holds: bool,
) -> Option<String> {
    let not = if holds { "" } else { "not " };
    let words = words_of(method);
    let (first, rest) = words.split_first()?;
    let whose = match place.name() {
        Some("self") => sketch.instance(),
        _ => sketch.told(place)?,
    };
    if !arguments.is_empty() || rest.is_empty() {
        return None;
    }
    let rest = english::spelled(rest);
    let is_noun = !is_adjective(rest.rsplit(' ').next().unwrap_or_default());
    match first.as_str() {
        "is" if !is_noun => Some(format!("{whose} is {not}{rest}")),
        "has" if is_noun => Some(if holds {
            format!("{whose} has {}", english::with_a(&rest))
        } else {
            format!("{whose} has no {rest}")
        }),
        "can" => Some(if holds {
            format!("{whose} can {rest}")
        } else {
            format!("{whose} cannot {rest}")
        }),
        _ => None,
    }
}
