//! What a class asks of its docstring.

use std::collections::HashSet;

use super::{ATTRIBUTES, Part, Section, arguments, has_drift, last_name, share};
use crate::docstring::Claims;
use crate::python::{DecoratorRole, Definition};
use crate::rules::RuleCode;
use crate::rules::quality::Trial;

/// Fields that the class is made of.
pub(super) fn attributes(trial: &Trial<'_>, parts: &mut Vec<Part>) {
    let definition = trial.definition;
    let is_record = definition.has_role(DecoratorRole::Dataclass)
        || definition
            .bases
            .iter()
            .any(|base| matches!(last_name(base), "NamedTuple" | "TypedDict" | "BaseModel"));
    if is_record {
        let told = trial.prose.names_and_entries();
        let fields = definition.facts.attributes.iter();
        let fields: Vec<&str> = fields
            .filter(|field| !field.name.starts_with('_') && field.annotation.is_some())
            .map(|field| field.name.as_str())
            .collect();
        for field in &fields {
            parts.push(Part {
                section: Section::Attributes,
                name: Some((*field).to_owned()),
                weight: ATTRIBUTES / share(fields.len(), 1),
                credit: if told.contains(field) { 1.0 } else { 0.0 },
            });
        }
    }
}

/// The arguments of a constructor that has no docstring of its own.
pub(super) fn constructed(trial: &Trial<'_>, told: &HashSet<&str>, parts: &mut Vec<Part>) {
    // Where `__init__` needs a docstring of its own, its arguments are asked for there.
    let in_force = |code| trial.file.rules.contains(code);
    let is_begun = has_drift(trial, RuleCode::D417) || !trial.claims.arguments.is_empty();
    if let Some(constructor) = constructor(trial)
        && in_force(RuleCode::D417)
        && (is_begun || (!in_force(RuleCode::D107) && constructor.docstring.is_none()))
    {
        arguments(trial, constructor, 0.5, told, parts);
    }
}

fn constructor<'t>(trial: &Trial<'t>) -> Option<&'t Definition> {
    let class = trial.definition;
    let after = trial.file.module.definitions.get(trial.index + 1..)?;
    let inside = after
        .iter()
        .take_while(|one| one.range.start < class.range.end);
    let own = inside.filter(|one| one.parent == Some(trial.index) && one.name == "__init__");
    own.last()
}

/// Whether the arguments of an `__init__` stand in its class's docstring.
pub(super) fn is_described_by_class(trial: &Trial<'_>) -> bool {
    let definition = trial.definition;
    if definition.name != "__init__" || !trial.claims.arguments.is_empty() {
        return false;
    }
    let class = definition
        .parent
        .and_then(|at| trial.file.module.definitions.get(at));
    let docstring = class.and_then(|class| class.docstring.as_ref());
    docstring.is_some_and(|docstring| !Claims::read(&docstring.value).arguments.is_empty())
}
