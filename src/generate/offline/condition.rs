//! Conditions of the code in words: `rate < 0` gives «`rate` is negative».

use super::english::{self, is_plural};
use super::sketch::Sketch;
use super::truth::{call, found, has, there_is, truth};
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
    let subject = clauses.first().and_then(|first| {
        first
            .find("` is ")
            .map(|at| first[..at + "` is ".len()].to_owned())
    });
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
            .map(|one| {
                one.strip_prefix(&subject)
                    .and_then(|rest| rest.strip_prefix("not "))
            })
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
                (Relation::AtMost, Relation::Less) => Some(format!(
                    "{value} is {not}at least {from} and less than {to}"
                ))
                .filter(|_| holds),
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

fn related(sketch: &Sketch<'_>, first: &Term, relation: Relation, second: &Term) -> Option<String> {
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
        let not = if relation == Relation::Different {
            "not "
        } else {
            ""
        };
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
    let [Argument { value, .. }] = arguments else {
        return None;
    };
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
    let within = if !place.contains('`') && is_plural(&place) {
        "among"
    } else {
        "in"
    };
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
