//! Conditions of the code in words: `rate < 0` gives «`rate` is negative».

use super::english::{self, Noun, article, is_adjective, is_plural};
use super::sketch::{Sketch, is_container, is_switch, quotable, without_none};
use crate::docstring::words::words_of;
use crate::python::{Argument, Form, Relation, Term};

/// Parts of a condition that are still said in one breath.
const MAX_PARTS: usize = 3;

/// A longer clause is not read to its end.
const MAX_CLAUSE_CHARS: usize = 110;

/// What it means that a term holds, or (`holds` is `false`) that it does not; `None` if that cannot be
/// said.
pub(super) fn clause(sketch: &Sketch<'_>, term: &Term, holds: bool) -> Option<String> {
    let said = match &term.form {
        Form::Not(inner) => return clause(sketch, inner, !holds),
        Form::All(parts) => joined(sketch, parts, holds, if holds { "and" } else { "or" }),
        Form::Any(parts) => joined(sketch, parts, holds, if holds { "or" } else { "and" }),
        Form::Comparison(first, rest) => comparison(sketch, first, rest, holds),
        Form::Call(callee, arguments) => call(sketch, callee, arguments, holds),
        Form::Await(inner) => return clause(sketch, inner, holds),
        Form::Name(_) | Form::Attribute(..) => truth(sketch, term, holds),
        _ => None,
    };
    let said = said.or_else(|| {
        let is_value = matches!(
            term.form,
            Form::Comparison(..) | Form::All(_) | Form::Any(_) | Form::Call(..) | Form::Item(..)
        );
        let quoted = sketch.quoted(term).filter(|_| is_value)?;
        Some(match (&term.form, holds) {
            (Form::Comparison(..) | Form::All(_) | Form::Any(_), true) => quoted,
            (Form::Comparison(..) | Form::All(_) | Form::Any(_), false) => {
                format!("{quoted} does not hold")
            }
            (_, true) => format!("{quoted} is true"),
            (_, false) => format!("{quoted} is false"),
        })
    });
    said.filter(|said| said.chars().count() <= MAX_CLAUSE_CHARS)
}

fn joined(sketch: &Sketch<'_>, parts: &[Term], holds: bool, conjunction: &str) -> Option<String> {
    if parts.len() > MAX_PARTS {
        return None;
    }
    // «a and b or c» can be read in two ways.
    let is_plain = |part: &Term| match &part.form {
        Form::Not(inner) => !matches!(inner.form, Form::All(_) | Form::Any(_)),
        form => !matches!(form, Form::All(_) | Form::Any(_)),
    };
    if !parts.iter().all(is_plain) {
        return None;
    }
    let clauses: Option<Vec<String>> = parts
        .iter()
        .map(|part| clause(sketch, part, holds))
        .collect();
    let clauses = clauses?;
    // «`a` is `None` or empty» instead of «`a` is `None` or `a` is empty».
    let subject = clauses
        .first()
        .and_then(|first| first.find("` is ").map(|at| first[..at + "` is ".len()].to_owned()));
    if let Some(subject) = subject {
        let rests: Option<Vec<&str>> = clauses
            .iter()
            .map(|one| one.strip_prefix(&subject))
            .collect();
        if let Some(rests) = rests
            && !(conjunction == "and" && rests.iter().any(|rest| rest.starts_with("not ")))
        {
            let rests: Vec<String> = rests.into_iter().map(str::to_owned).collect();
            return Some(format!("{subject}{}", english::list(&rests, conjunction)));
        }
        if let Some(rests) = clauses
            .iter()
            .map(|one| one.strip_prefix(&subject).and_then(|rest| rest.strip_prefix("not ")))
            .collect::<Option<Vec<&str>>>()
        {
            return Some(format!("{subject}neither {}", rests.join(" nor ")));
        }
    }
    Some(english::list(&clauses, conjunction))
}

fn comparison(
    sketch: &Sketch<'_>,
    first: &Term,
    rest: &[(Relation, Term)],
    holds: bool,
) -> Option<String> {
    match rest {
        [(relation, second)] => {
            let relation = if holds { *relation } else { negated(*relation) };
            related(sketch, first, relation, second)
        }
        // `low <= value <= high`
        [(low, middle), (high, last)] => {
            let value = sketch.told(middle)?;
            let (from, to) = (sketch.told(first)?, sketch.told(last)?);
            let not = if holds { "" } else { "not " };
            match (low, high) {
                (Relation::AtMost, Relation::AtMost) => {
                    Some(format!("{value} is {not}between {from} and {to}"))
                }
                (Relation::Less, Relation::Less) => {
                    Some(format!("{value} is {not}strictly between {from} and {to}"))
                }
                (Relation::AtMost, Relation::Less) => {
                    Some(format!("{value} is {not}at least {from} and less than {to}"))
                        .filter(|_| holds)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn negated(relation: Relation) -> Relation {
    match relation {
        Relation::Equal => Relation::Different,
        Relation::Different => Relation::Equal,
        Relation::Less => Relation::AtLeast,
        Relation::AtMost => Relation::More,
        Relation::More => Relation::AtMost,
        Relation::AtLeast => Relation::Less,
        Relation::Same => Relation::NotSame,
        Relation::NotSame => Relation::Same,
        Relation::In => Relation::NotIn,
        Relation::NotIn => Relation::In,
    }
}

fn mirrored(relation: Relation) -> Option<Relation> {
    Some(match relation {
        Relation::Less => Relation::More,
        Relation::More => Relation::Less,
        Relation::AtMost => Relation::AtLeast,
        Relation::AtLeast => Relation::AtMost,
        Relation::Equal | Relation::Different => relation,
        _ => return None,
    })
}

fn related(
    sketch: &Sketch<'_>,
    first: &Term,
    relation: Relation,
    second: &Term,
) -> Option<String> {
    let is_constant = |term: &Term| matches!(term.form, Form::Number | Form::Text(_) | Form::None);
    if is_constant(first) && !is_constant(second) {
        return related(sketch, second, mirrored(relation)?, first);
    }
    if matches!(relation, Relation::In | Relation::NotIn) {
        return membership(sketch, first, relation == Relation::In, second);
    }
    if second.is_none() {
        let is_none = matches!(relation, Relation::Same | Relation::Equal);
        return of_none(sketch, first, is_none);
    }
    if let Some(said) = length(sketch, first, relation, second) {
        return Some(said);
    }
    let subject = sketch.told(first)?;
    if second.form == Form::Number {
        let said = match (second.text.as_str(), relation) {
            ("0" | "0.0", Relation::Less) => Some("is negative"),
            ("0" | "0.0", Relation::AtMost) => Some("is not positive"),
            ("0" | "0.0", Relation::More) => Some("is positive"),
            ("0" | "0.0", Relation::AtLeast) => Some("is not negative"),
            ("0" | "0.0", Relation::Equal) => Some("is zero"),
            ("0" | "0.0", Relation::Different) => Some("is not zero"),
            _ => None,
        };
        if let Some(said) = said {
            return Some(format!("{subject} {said}"));
        }
    }
    if let (Form::Text(text), Relation::Equal | Relation::Different) = (&second.form, relation)
        && text.is_empty()
    {
        let not = if relation == Relation::Different { "not " } else { "" };
        return Some(format!("{subject} is {not}empty"));
    }
    let object = sketch.told(second)?;
    let said = match relation {
        Relation::Equal | Relation::Same if is_constant(second) => "is",
        Relation::Different | Relation::NotSame if is_constant(second) => "is not",
        Relation::Equal => "equals",
        Relation::Different => "does not equal",
        Relation::Same => "is",
        Relation::NotSame => "is not",
        Relation::Less => "is less than",
        Relation::AtMost => "is at most",
        Relation::More => "is greater than",
        Relation::AtLeast => "is at least",
        Relation::In | Relation::NotIn => return None,
    };
    Some(format!("{subject} {said} {object}"))
}

/// `len(x) == 0` and its like.
fn length(sketch: &Sketch<'_>, first: &Term, relation: Relation, second: &Term) -> Option<String> {
    let (callee, arguments) = first.call()?;
    let [Argument { value, .. }] = arguments else { return None };
    if callee.name() != Some("len") {
        return None;
    }
    let subject = sketch.told(value)?;
    let count = sketch.told(second)?;
    let items = if count == "1" { "item" } else { "items" };
    let has = if is_plural(&subject) { "have" } else { "has" };
    let is = if is_plural(&subject) { "are" } else { "is" };
    Some(match (relation, count.as_str()) {
        (Relation::Equal | Relation::AtMost, "0") | (Relation::Less, "1") => {
            format!("{subject} {is} empty")
        }
        (Relation::Different | Relation::More, "0") | (Relation::AtLeast, "1") => {
            format!("{subject} {is} not empty")
        }
        (Relation::Equal, _) => format!("{subject} {has} {count} {items}"),
        (Relation::Different, _) => format!("{subject} {has} not {count} {items}"),
        (Relation::Less, _) => format!("{subject} {has} fewer than {count} {items}"),
        (Relation::AtMost, _) => format!("{subject} {has} at most {count} {items}"),
        (Relation::More, _) => format!("{subject} {has} more than {count} {items}"),
        (Relation::AtLeast, _) => format!("{subject} {has} at least {count} {items}"),
        _ => return None,
    })
}

fn membership(sketch: &Sketch<'_>, first: &Term, is_in: bool, second: &Term) -> Option<String> {
    let subject = sketch.told(first)?;
    if let Form::Series(_, members) = &second.form {
        let told: Option<Vec<String>> = members.iter().map(|one| sketch.told(one)).collect();
        let told = told.filter(|told| (1..=6).contains(&told.len()))?;
        return Some(match (is_in, told.len()) {
            (true, _) => format!("{subject} is {}", english::list(&told, "or")),
            (false, 1) => format!("{subject} is not {}", told.concat()),
            (false, 2) => format!("{subject} is neither {}", told.join(" nor ")),
            (false, _) => format!("{subject} is none of {}", english::list(&told, "and")),
        });
    }
    let not = if is_in { "" } else { "not " };
    let place = sketch.told(second)?;
    let within = if !place.contains('`') && is_plural(&place) { "among" } else { "in" };
    Some(format!("{subject} is {not}{within} {place}"))
}

fn of_none(sketch: &Sketch<'_>, term: &Term, is_none: bool) -> Option<String> {
    if let Form::Name(name) = &term.form
        && sketch.is_local(name)
    {
        let origin = sketch.origin(name);
        if let Some(said) = origin.and_then(|origin| found(sketch, origin, !is_none)) {
            return Some(said);
        }
        return there_is(name, !is_none);
    }
    if let Some(said) = found(sketch, term, !is_none) {
        return Some(said);
    }
    if let Some(name) = term.of_self().filter(|name| name.starts_with('_')) {
        return has(sketch, name, !is_none);
    }
    let subject = sketch.told(term)?;
    let returns = term.call().is_some();
    Some(match (is_none, returns) {
        (true, false) => format!("{subject} is `None`"),
        (false, false) => format!("{subject} is not `None`"),
        (true, true) => format!("{subject} returns `None`"),
        (false, true) => format!("{subject} does not return `None`"),
    })
}

/// `found.get(key)` and `pattern.match(text)`: whether something was found.
fn found(sketch: &Sketch<'_>, term: &Term, is_found: bool) -> Option<String> {
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
            let within = if !place.contains('`') && is_plural(&place) { "among" } else { "in" };
            Some(format!("{key} is {not}{within} {place}"))
        }
        ("match" | "fullmatch" | "search", 1) => {
            let text = sketch.told(first)?;
            let pattern = sketch.told(place)?;
            let verb = if is_found { "matches" } else { "does not match" };
            Some(format!("{text} {verb} {pattern}"))
        }
        _ => None,
    }
}

/// «there is no user»
fn there_is(name: &str, is_there: bool) -> Option<String> {
    let noun = Noun::of(name).filter(|noun| !super::sketch::is_vague(noun.text()))?;
    let is = if noun.is_plural() { "are" } else { "is" };
    Some(if is_there {
        format!("there {is} {}", noun.with_a())
    } else {
        format!("there {is} no {}", noun.text())
    })
}

/// «the order has no lines»
fn has(sketch: &Sketch<'_>, attribute: &str, is_there: bool) -> Option<String> {
    let noun = Noun::of(attribute).filter(|noun| !is_adjective(noun.text()))?;
    let instance = sketch.instance();
    Some(if is_there {
        format!("{instance} has {}", noun.with_a())
    } else {
        format!("{instance} has no {}", noun.text())
    })
}

/// A name or attribute as a condition.
fn truth(sketch: &Sketch<'_>, term: &Term, holds: bool) -> Option<String> {
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
            let value = if let Some(parameter) = sketch.parameter(name) {
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
            } else if holds {
                "is set"
            } else {
                "is not set"
            };
            Some(format!("`{name}` {value}"))
        }
        Form::Attribute(owner, name) => {
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
        _ => None,
    }
}

fn call(
    sketch: &Sketch<'_>,
    callee: &Term,
    arguments: &[Argument],
    holds: bool,
) -> Option<String> {
    let not = if holds { "" } else { "not " };
    if let Some(name) = callee.name() {
        let first = sketch.told(&arguments.first()?.value)?;
        return match (name, arguments) {
            ("isinstance", [_, types]) => {
                let types: Vec<String> = match &types.value.form {
                    Form::Series(_, members) => members
                        .iter()
                        .map(|one| one.dotted())
                        .collect::<Option<_>>()?,
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
        };
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
        ("strip", []) => Some(format!("{} is {}blank", sketch.told(place)?, if holds { "not " } else { "" })),
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
            if callee.dotted().is_some_and(|path| path.starts_with("os.path.")) =>
        {
            let path = sketch.told(&path.value)?;
            Some(match (method.as_str(), holds) {
                ("exists", true) => format!("{path} exists"),
                ("exists", false) => format!("{path} does not exist"),
                ("isfile", _) => format!("{path} is {not}a file"),
                ("isdir", _) => format!("{path} is {not}a directory"),
                _ => format!("{path} is {not}absolute"),
            })
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
        _ => {
            // `self.is_open()` and `order.can_ship()`
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
    }
}
