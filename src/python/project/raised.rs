//! Exceptions that come out of the functions that a function calls.

use super::classes::Ancestor;
use super::facts::DefinitionFacts;
use super::lookup::{Lookup, Value};
use super::{DefinitionId, Tables};
use crate::python::exceptions::{derives_from, is_known};
use crate::python::scope::CallSite;

/// An exception that a called function raises by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalledRaise {
    /// Its class as the called function writes it.
    pub exception: String,
    /// The class, if the project defines it.
    pub class: Option<DefinitionId>,
    /// The function that raises it; the `__init__` where a class is called.
    pub raised_by: DefinitionId,
}

/// An exception class as far as it is known.
struct Class<'a> {
    id: Option<DefinitionId>,
    last_name: &'a str,
}

/// Adds what `callee`, called at `site` in `from`, raises and no handler there takes.
pub(super) fn add(
    tables: &Tables,
    from: DefinitionId,
    site: &CallSite,
    callee: DefinitionId,
    found: &mut Vec<CalledRaise>,
) {
    if site.is_deferred || site.may_be_caught {
        return;
    }
    let Some(raiser) = raiser(tables, callee) else {
        return;
    };
    let Some(facts) = tables.facts(raiser) else {
        return;
    };
    // A generator runs when it is iterated over, a coroutine when it is awaited.
    if facts.yields || facts.is_async != site.is_awaited {
        return;
    }
    for exception in &facts.entry.raises {
        let class = class_of(tables, raiser, exception);
        let is_caught = site
            .caught
            .iter()
            .any(|caught| may_catch(tables, &class_of(tables, from, caught), &class));
        let is_new = !found.iter().any(|one| match (one.class, class.id) {
            (None, None) => last_name(&one.exception) == class.last_name,
            (known, id) => known == id,
        });
        // ruff's exception: it marks what is not there yet.
        if !is_caught && is_new && class.last_name != "NotImplementedError" {
            found.push(CalledRaise {
                exception: exception.clone(),
                class: class.id,
                raised_by: raiser,
            });
        }
    }
}

/// The function whose body runs when `callee` is called.
fn raiser(tables: &Tables, callee: DefinitionId) -> Option<DefinitionId> {
    if tables.facts(callee).is_some_and(DefinitionFacts::is_class) {
        Lookup::new(tables).member_of(callee, "__init__")
    } else {
        Some(callee)
    }
}

fn class_of<'a>(tables: &Tables, from: DefinitionId, written: &'a str) -> Class<'a> {
    let id = match Lookup::new(tables).path(from, written) {
        Some(Value::Definition(id)) => Some(id),
        _ => None,
    };
    Class {
        id,
        last_name: last_name(written),
    }
}

/// Whether a handler of `caught` takes `raised`, or may do so for all that is known.
fn may_catch(tables: &Tables, caught: &Class<'_>, raised: &Class<'_>) -> bool {
    let takes_outside = |name: &str| {
        let name = last_name(name);
        match caught.id {
            Some(_) => !is_known(name),
            None if matches!(caught.last_name, "Exception" | "BaseException") => {
                !is_known(name) || derives_from(name, caught.last_name)
            }
            None => {
                derives_from(name, normal(caught.last_name))
                    || !(is_known(name) && is_known(normal(caught.last_name)))
            }
        }
    };
    let Some(id) = raised.id else {
        return takes_outside(raised.last_name);
    };
    tables.mro(id).iter().any(|ancestor| match ancestor {
        Ancestor::Class(id) => caught.id == Some(*id),
        Ancestor::Outside(name) => takes_outside(name),
    })
}

/// Old names of one class.
fn normal(name: &str) -> &str {
    match name {
        "IOError" | "EnvironmentError" => "OSError",
        name => name,
    }
}

fn last_name(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
