//! The values that a parameter may have, and what stands in for `None`.

use super::english;
use super::sketch::{Sketch, arguments_of, class_of, quotable};
use crate::docstring::words::words_of;
use crate::python::{Circumstance, Form, Parameter, Relation, Term};

/// The values that a parameter may have: from `Literal[...]`, or from a check in the body.
pub(super) fn choices(
    sketch: &Sketch<'_>,
    parameter: &Parameter,
    inner: Option<&str>,
) -> Option<String> {
    let literal = inner
        .filter(|inner| class_of(inner) == Some("Literal"))
        .map(arguments_of);
    if let Some(values) = literal {
        let told: Option<Vec<String>> = values
            .iter()
            .map(|one| quotable(one).map(|one| format!("`{one}`")))
            .collect();
        let told = told.filter(|told| (1..=6).contains(&told.len()))?;
        return Some(english::list(&told, "or"));
    }
    // `if mode not in ("a", "b"): raise`
    sketch.body.raises.iter().find_map(|exit| {
        let Some(Circumstance::Holds(test)) = exit.circumstances.last() else {
            return None;
        };
        let test = match &test.form {
            Form::Not(inner) => inner,
            _ => test,
        };
        let Form::Comparison(first, rest) = &test.form else {
            return None;
        };
        let [(Relation::In | Relation::NotIn, values)] = rest.as_slice() else {
            return None;
        };
        let refuses_others = matches!(rest.as_slice(), [(Relation::NotIn, _)]);
        let Form::Series(_, values) = &values.form else {
            return None;
        };
        if first.name() != Some(&parameter.name) || !refuses_others {
            return None;
        }
        let told: Option<Vec<String>> = values
            .iter()
            .map(|one| {
                matches!(
                    one.form,
                    Form::Text(_) | Form::Number | Form::None | Form::Truth(_)
                )
                .then(|| sketch.quoted(one))
                .flatten()
            })
            .collect();
        told.filter(|told| (1..=6).contains(&told.len()))
            .map(|told| english::list(&told, "or"))
    })
}

/// What stands in for `None`, if the body says so: `if x is None: x = y`, `x or y`.
pub(super) fn stand_in(sketch: &Sketch<'_>, parameter: &Parameter) -> Option<String> {
    if parameter.default.as_deref() != Some("None") {
        return None;
    }
    let name = parameter.name.as_str();
    let is_it = |term: &Term| term.name() == Some(name);
    let asks_none = |test: &Term, wanted: Relation| match &test.form {
        Form::Comparison(first, rest) => {
            is_it(first)
                && matches!(rest.as_slice(), [(relation, right)] if *relation == wanted && right.is_none())
        }
        _ => false,
    };
    let mut found: Option<&Term> = None;
    for assignment in &sketch.body.assignments {
        let Some(value) = &assignment.value else {
            continue;
        };
        let is_target = is_it(&assignment.target) || assignment.target.of_self().is_some();
        if !is_target {
            continue;
        }
        let stands_in = match &value.form {
            Form::Any(parts) => match parts.as_slice() {
                [first, second] if is_it(first) => Some(second),
                _ => None,
            },
            Form::Choice {
                test,
                then,
                otherwise,
            } => {
                if asks_none(test, Relation::Same) && is_it(otherwise) {
                    Some(&**then)
                } else if (asks_none(test, Relation::NotSame) || is_it(test)) && is_it(then) {
                    Some(&**otherwise)
                } else {
                    None
                }
            }
            _ => match assignment.circumstances.last() {
                Some(Circumstance::Holds(test))
                    if is_it(&assignment.target) && asks_none(test, Relation::Same) =>
                {
                    Some(value)
                }
                _ => None,
            },
        };
        if let Some(stands_in) = stands_in {
            if found.is_some() {
                return None;
            }
            found = Some(stands_in);
        }
    }
    let found = found?;
    if found.is_none() {
        return None;
    }
    sketch.quoted(found).filter(|quoted| quoted.len() <= 42)
}

/// The unit that a name ends with.
pub(super) fn unit(name: &str) -> Option<&'static str> {
    let words = words_of(name);
    let [_, .., last] = words.as_slice() else {
        return None;
    };
    Some(match last.as_str() {
        "secs" | "sec" => "seconds",
        "ms" | "millis" | "msec" | "msecs" => "milliseconds",
        "us" | "micros" => "microseconds",
        "ns" | "nanos" => "nanoseconds",
        "px" => "pixels",
        "kb" => "kilobytes",
        "mb" => "megabytes",
        "gb" => "gigabytes",
        "pct" => "percent",
        _ => return None,
    })
}
