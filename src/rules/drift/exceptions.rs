//! Exceptions: those that leave the body are named, and those that are named can leave it.

use super::Check;
use super::names::Names;
use crate::docstring::Claims;
use crate::python::{DecoratorRole, Definition, Module, derives_from};
use crate::rules::RuleCode;

/// Classes followed from one exception up; a class that is its own ancestor must not hang docgen.
const MAX_BASES: usize = 12;

/// Functions looked at for one exception: the calls of a large module reach nearly all of it.
const MAX_CALLEES: usize = 200;

pub(super) fn check(check: &mut Check<'_, '_>) {
    unnamed(check);
    if !check.is_placeholder() {
        not_raised(check);
    }
}

/// Whether an exception `name` can leave the definition at `index`, as far as its module tells:
/// raised by itself, by Python for what it does, or by a function of the module that it calls.
pub(crate) fn can_raise(module: &Module, index: usize, name: &str) -> bool {
    let Some(definition) = module.definitions.get(index) else {
        return false;
    };
    let check = Check {
        module,
        names: &Names::new(module),
        index,
        definition,
        value: "",
        claims: &Claims::default(),
        found: &mut Vec::new(),
    };
    definition.facts.raises_unnamed || can_leave(&check, index, name, &mut Vec::new())
}

/// DOC501.
fn unnamed(check: &mut Check<'_, '_>) {
    let definition = check.definition;
    if definition.facts.is_stub || definition.has_role(DecoratorRole::Command) {
        return;
    }
    let named = check.claims.raises.as_ref();
    let at = named.map(|claim| claim.at.clone());
    let named: Vec<&str> = named
        .iter()
        .flat_map(|claim| &claim.exceptions)
        .map(|(name, _)| *name)
        .collect();
    for raise in definition.raised() {
        let exception = raise.exception.as_str();
        // ruff's exception too: it marks what is not there yet.
        if last_name(exception) == "NotImplementedError" {
            continue;
        }
        let mut same = definition.facts.raises.iter();
        if same.all(|one| one.caught || one.exception != exception || one.is_of_anything()) {
            continue;
        }
        let is_named = named
            .iter()
            .any(|name| is_same(name, exception) || descends(check, exception, name));
        if !is_named {
            let message = format!("Raised exception `{exception}` is not documented");
            check.report(RuleCode::DOC501, message, at.clone(), &[exception], None);
        }
    }
}

/// DOC502.
fn not_raised(check: &mut Check<'_, '_>) {
    let (definition, claims) = (check.definition, check.claims);
    let Some(claim) = &claims.raises else { return };
    // Whatever a variable holds may be what the docstring names.
    if definition.facts.raises_unnamed {
        return;
    }
    for (name, at) in &claim.exceptions {
        if !can_leave(check, check.index, name, &mut Vec::new()) {
            let message = format!("Documented exception `{name}` is not raised here");
            check.report(RuleCode::DOC502, message, Some(at.clone()), &[name], None);
        }
    }
}

/// Whether an exception `name` can leave the definition at `index`: raised by itself, by Python for
/// what it does, or by a function of the module that it calls.
fn can_leave(check: &Check<'_, '_>, index: usize, name: &str, seen: &mut Vec<usize>) -> bool {
    let module = check.module;
    let Some(definition) = module.definitions.get(index) else {
        return false;
    };
    if seen.len() >= MAX_CALLEES || seen.contains(&index) {
        // What was not looked at may raise it.
        return seen.len() >= MAX_CALLEES;
    }
    seen.push(index);
    let facts = &definition.facts;
    let is_raised = facts.raises.iter().any(|raise| {
        !raise.caught
            && (is_same(name, &raise.exception) || descends(check, &raise.exception, name))
    });
    if is_raised || facts.implied.covers(last_name(name)) {
        return true;
    }
    let called: Vec<usize> = facts
        .calls
        .iter()
        .filter_map(|call| callee(check, index, definition, call))
        .collect();
    called
        .into_iter()
        .any(|callee| can_leave(check, callee, name, seen))
}

/// The definition of the same module that `call` names, seen from the definition at `index`.
fn callee(
    check: &Check<'_, '_>,
    index: usize,
    definition: &Definition,
    call: &str,
) -> Option<usize> {
    let names = check.names;
    let found = match call.split_once('.') {
        Some(("self" | "cls", method)) => method_of(check, definition.parent?, method, MAX_BASES),
        Some((class, method)) => method_of(check, names.member(0, class)?, method, MAX_BASES),
        None => names.member(index, call).or_else(|| names.member(0, call)),
    }?;
    let is_class = !check.module.definitions.get(found)?.is_function();
    if is_class {
        method_of(check, found, "__init__", MAX_BASES)
    } else {
        Some(found)
    }
}

/// A method of a class, or of its bases as far as the module defines them.
fn method_of(check: &Check<'_, '_>, class: usize, name: &str, left: usize) -> Option<usize> {
    if let Some(at) = check.names.member(class, name) {
        return Some(at);
    }
    let bases = &check.module.definitions.get(class)?.bases;
    let left = left.checked_sub(1)?;
    bases
        .iter()
        .find_map(|base| method_of(check, check.names.member(0, base)?, name, left))
}

/// Whether two dotted names can be one exception: one ends with the other.
fn is_same(one: &str, other: &str) -> bool {
    let (long, short) = if one.len() >= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    long.strip_suffix(short)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether `raised` derives from `ancestor`, by Python's hierarchy and the module's classes.
fn descends(check: &Check<'_, '_>, raised: &str, ancestor: &str) -> bool {
    let mut names = vec![last_name(raised)];
    for _ in 0..MAX_BASES {
        let Some(name) = names.pop() else {
            return false;
        };
        if derives_from(name, ancestor) {
            return true;
        }
        let class = check.names.class(name);
        let class = class.and_then(|at| check.module.definitions.get(at));
        let bases = class.into_iter().flat_map(|class| &class.bases);
        names.extend(bases.map(|base| last_name(base)));
    }
    false
}

fn last_name(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
