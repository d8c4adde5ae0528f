//! When an exception is raised, told from what leads to its `raise` statements.

use super::condition::clause;
use super::english;
use super::sketch::{Sketch, quotable};
use crate::docstring::words::capitalized;
use crate::python::{Argument, Circumstance, Exit, Form, Kind, Raise, Term};

/// Conditions that one exception's text joins; more are better read in the code.
const MAX_CONDITIONS: usize = 3;

/// Conditions that lead to one statement and are still said in one breath.
const MAX_PARTS: usize = 2;

/// Messages longer than this are not quoted.
const MAX_MESSAGE_CHARS: usize = 60;

/// When `exception` is raised.
pub(super) fn raise_text(sketch: &Sketch<'_>, exception: &str) -> String {
    let definition = sketch.definition;
    let same: Vec<&Raise> = definition
        .facts
        .raises
        .iter()
        .filter(|raise| !raise.caught && raise.exception == exception)
        .collect();
    if definition.facts.is_stub && exception.ends_with("NotImplementedError") {
        return if definition.kind == Kind::Method {
            "Always, unless a subclass overrides it.".to_owned()
        } else {
            "Always.".to_owned()
        };
    }
    let mut conditions: Vec<String> = Vec::new();
    let mut untold = 0;
    for raise in &same {
        let exit = sketch
            .body
            .raises
            .iter()
            .find(|one| one.range.start == raise.at);
        match exit.and_then(|exit| why(sketch, exit, raise)) {
            Some(why) if conditions.contains(&why) => {}
            Some(why) => conditions.push(why),
            None => untold += 1,
        }
    }
    if conditions.len() > MAX_CONDITIONS {
        untold += conditions.len() - MAX_CONDITIONS;
        conditions.truncate(MAX_CONDITIONS);
    }
    if conditions.is_empty() {
        return without_condition(&same);
    }
    let mut text = capitalized(&conditions.join(", or "));
    if untold > 0 {
        text.push_str(", among other cases");
    }
    format!("{text}.")
}

/// What can be said of raises whose conditions cannot.
fn without_condition(raises: &[&Raise]) -> String {
    let messages: Option<Vec<&str>> = raises
        .iter()
        .map(|raise| raise.message.as_deref().and_then(quotable_message))
        .collect();
    if let Some(mut messages) = messages {
        messages.dedup();
        if let [message] = messages.as_slice() {
            return format!("With the message '{message}'.");
        }
    }
    if raises.iter().all(|raise| raise.is_passed_on) {
        return "If one is raised on the way, which is passed on.".to_owned();
    }
    "If the call cannot succeed.".to_owned()
}

fn quotable_message(message: &str) -> Option<&str> {
    let message = message.trim().trim_end_matches(['.', ':']);
    let is_plain = message.chars().all(|c| {
        (c.is_ascii_graphic() || c == ' ')
            && !matches!(
                c,
                '`' | '\'' | '"' | '\\' | '%' | '{' | '}' | '<' | '>' | ':'
            )
    });
    let fits = (4..=MAX_MESSAGE_CHARS).contains(&message.len());
    (is_plain && fits && message.contains(' ')).then_some(message)
}

/// Why one `raise` statement is reached, from «if» on.
fn why(sketch: &Sketch<'_>, exit: &Exit, raise: &Raise) -> Option<String> {
    if exit.circumstances.is_empty() && !raise.is_passed_on {
        return Some("always".to_owned());
    }
    let conditions = if raise.is_passed_on {
        let innermost = exit.circumstances.iter().rev();
        let caught = innermost
            .filter(|one| matches!(one, Circumstance::Caught(..)))
            .take(1);
        let caught: Vec<&Circumstance> = caught.collect();
        let [Circumstance::Caught(_, Some(tried))] = caught.as_slice() else {
            return None;
        };
        let called = sketch.quoted(tried.call().map(|(callee, _)| callee)?)?;
        return Some(format!("if {called} raises it"));
    } else {
        circumstances(sketch, &exit.circumstances)?
    };
    Some(conditions)
}

/// What leads to a statement, in words from «if» on; `None` if that cannot be told, since half of
/// it would claim too much.
pub(super) fn circumstances(sketch: &Sketch<'_>, all: &[Circumstance]) -> Option<String> {
    let mut needed = Vec::new();
    let mut passed = Vec::new();
    for (at, one) in all.iter().enumerate() {
        match one {
            Circumstance::Holds(term) => needed.push(condition(sketch, term, true)),
            // An `elif` says itself when it is reached, but for what came before it.
            Circumstance::Fails(term) => {
                let next = all.get(at + 1);
                if !matches!(next, Some(Circumstance::Holds(_))) {
                    needed.push(condition(sketch, term, false));
                }
            }
            Circumstance::Left(term) => passed.push(condition(sketch, term, false)),
            Circumstance::Raised(_) | Circumstance::Loop(_) => {}
            Circumstance::Caught(types, tried) => {
                needed.push(caught(sketch, types, tried.as_ref()));
            }
            Circumstance::Searched(over) => needed.push(
                sketch
                    .told(over)
                    .map(|over| format!("nothing in {over} fits")),
            ),
            Circumstance::Other => needed.push(None),
        }
    }
    let needed: Vec<String> = needed.into_iter().collect::<Option<_>>()?;
    if needed.is_empty() && passed.is_empty() {
        return None;
    }
    let mut parts = needed;
    // What returned before narrows the case down; beside a condition of its own it may be left out.
    if parts.is_empty() {
        parts = passed.into_iter().collect::<Option<_>>()?;
    } else if parts.len() + passed.len() <= MAX_PARTS
        && let Some(passed) = passed.into_iter().collect::<Option<Vec<String>>>()
    {
        parts = [passed, parts].concat();
    }
    parts.dedup();
    (parts.len() <= MAX_PARTS).then(|| format!("if {}", english::list(&parts, "and")))
}

/// A condition; in a loop its subject is one of many.
fn condition(sketch: &Sketch<'_>, term: &Term, holds: bool) -> Option<String> {
    clause(sketch, term, holds)
}

/// What a handler took.
fn caught(sketch: &Sketch<'_>, types: &str, tried: Option<&Term>) -> Option<String> {
    let told = |term: &Term| sketch.told(term);
    let is = |names: &[&str]| {
        let classes = types.trim_matches(['(', ')']);
        classes
            .split(',')
            .all(|one| names.contains(&one.trim().rsplit('.').next().unwrap_or_default()))
    };
    if let Some(tried) = tried {
        if let Form::Item(place, key) = &tried.form
            && is(&["KeyError", "IndexError", "LookupError"])
        {
            let (key, place) = (told(key)?, told(place)?);
            return Some(format!("{key} is not in {place}"));
        }
        if let Some((callee, arguments)) = tried.call() {
            let first = arguments
                .first()
                .filter(|one| !one.is_unpacked)
                .and_then(|one: &Argument| told(&one.value));
            let path = callee.dotted().unwrap_or_default();
            let said = match (path.as_str(), first) {
                ("int", Some(value)) if is(&["ValueError", "TypeError"]) => {
                    Some(format!("{value} is not an integer"))
                }
                ("float" | "Decimal" | "decimal.Decimal", Some(value))
                    if is(&[
                        "ValueError",
                        "TypeError",
                        "InvalidOperation",
                        "ArithmeticError",
                    ]) =>
                {
                    Some(format!("{value} is not a number"))
                }
                ("json.loads", Some(value)) if is(&["ValueError", "JSONDecodeError"]) => {
                    Some(format!("{value} is not valid JSON"))
                }
                ("UUID" | "uuid.UUID", Some(value)) if is(&["ValueError"]) => {
                    Some(format!("{value} is not a UUID"))
                }
                ("importlib.import_module" | "import_module", Some(value)) => {
                    Some(format!("{value} cannot be imported"))
                }
                ("open", Some(value)) => Some(format!("{value} cannot be opened")),
                ("next", Some(value)) if is(&["StopIteration"]) => {
                    Some(format!("{value} has no further item"))
                }
                _ => None,
            };
            if said.is_some() {
                return said;
            }
            if let (Some(called), Some(types)) = (sketch.quoted(callee), quotable(types)) {
                return Some(format!("{called} raises `{types}`"));
            }
        }
    }
    let types = quotable(types)?;
    Some(format!("`{types}` is raised on the way"))
}
