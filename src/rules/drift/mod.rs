//! Docstrings that say something else than the code (D417, DOC102 to DOC502, DG105 to
//! DG404): what was true when it
//! was written, or never was. Every finding follows from the syntax tree.
//!
//! A docstring that describes nothing in sections claims nothing, and is left alone; one that has
//! begun to describe arguments, results or exceptions is held to describe them all.

mod annotation;
mod arguments;
pub(crate) mod default;
mod exceptions;
mod names;
mod values;

use std::ops::Range;

use annotation::Known;
pub(crate) use exceptions::can_raise;
use names::Names;

use super::{RuleCode, RuleSet, Suppressions};
use crate::docstring::Claims;
use crate::python::{DecoratorRole, Definition, Kind, Module};

/// One place where a docstring and its code disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Position in [`Module::definitions`] of the definition whose docstring it is.
    pub definition: usize,
    /// The rule.
    pub code: RuleCode,
    /// What they disagree about.
    pub message: String,
    /// The words at fault, as a range of the docstring's value; `None` when something is missing.
    pub at: Option<Range<usize>>,
    /// The names that it is about: parameters without stars, or an exception.
    pub about: Vec<String>,
    /// The type or the default that contradicts the code, as a range of the docstring's value.
    pub said: Option<Range<usize>>,
}

impl Drift {
    /// Whether a comment silences it: ruff reports some of these at the name and some at the
    /// docstring, and a comment at either is meant.
    #[must_use]
    pub fn is_silenced(&self, module: &Module, suppressions: &Suppressions) -> bool {
        module
            .definitions
            .get(self.definition)
            .is_some_and(|definition| {
                let docstring = definition.docstring.as_ref().map(|one| &one.range);
                let mut places = [Some(&definition.name_range), docstring]
                    .into_iter()
                    .flatten();
                places.any(|place| suppressions.silence(self.code, place))
            })
    }
}

/// Everything in `module` that contradicts its docstring, under the rules that are in force.
#[must_use]
pub fn drifts(module: &Module, rules: RuleSet) -> Vec<Drift> {
    let mut found = Vec::new();
    if !rules.has_drift_rules() {
        return found;
    }
    let names = Names::new(module);
    for (index, definition) in module.definitions.iter().enumerate() {
        if let Some(docstring) = &definition.docstring {
            examine(module, &names, index, &docstring.value, &mut found);
        }
    }
    found.retain(|drift| rules.contains(drift.code));
    found
}

/// Everything in which the definition at `index` would contradict `value`, were that the value of its
/// docstring, under the rules that are in force.
#[must_use]
pub fn drifts_of(module: &Module, index: usize, value: &str, rules: RuleSet) -> Vec<Drift> {
    let mut found = Vec::new();
    examine(module, &Names::new(module), index, value, &mut found);
    found.retain(|drift| rules.contains(drift.code));
    found
}

fn examine<'m>(
    module: &'m Module,
    names: &Names<'m>,
    index: usize,
    value: &'m str,
    found: &mut Vec<Drift>,
) {
    let Some(definition) = module.definitions.get(index) else {
        return;
    };
    let is_checked =
        definition.is_function() || matches!(definition.kind, Kind::Class | Kind::NestedClass);
    if !is_checked || definition.has_role(DecoratorRole::Overload) {
        return;
    }
    let claims = Claims::read(value);
    if !claims.has_sections() {
        return;
    }
    let mut check = Check {
        module,
        names,
        index,
        definition,
        value,
        claims: &claims,
        found,
    };
    arguments::check(&mut check);
    if definition.is_function() {
        values::check(&mut check);
        exceptions::check(&mut check);
    }
}

/// One docstring on trial.
struct Check<'c, 'm> {
    module: &'m Module,
    names: &'c Names<'m>,
    index: usize,
    definition: &'m Definition,
    value: &'m str,
    claims: &'c Claims<'m>,
    found: &'c mut Vec<Drift>,
}

impl Check<'_, '_> {
    fn report(
        &mut self,
        code: RuleCode,
        message: String,
        at: Option<Range<usize>>,
        about: &[&str],
        said: Option<&str>,
    ) {
        let start = self.value.as_ptr().addr();
        let place = |part: &str| {
            let start = part.as_ptr().addr().checked_sub(start)?;
            let range = start..start + part.len();
            (self.value.get(range.clone()) == Some(part)).then_some(range)
        };
        self.found.push(Drift {
            definition: self.index,
            code,
            message,
            at,
            about: about.iter().map(|&name| name.to_owned()).collect(),
            said: said.and_then(place),
        });
    }

    /// Its body tells nothing about what implementations do: abstract, or a placeholder.
    fn is_placeholder(&self) -> bool {
        self.definition.facts.is_stub || self.definition.is_abstract()
    }

    /// What the module knows of a dotted name in an annotation.
    fn class_of(&self, path: &str) -> Known {
        let name = path.rsplit('.').next().unwrap_or(path);
        if self.names.is_alias(name) || self.names.is_of_a_module_of_types(path) {
            Known::Alias
        } else if self.names.class(name).is_some() {
            Known::Class
        } else {
            Known::Elsewhere
        }
    }
}

/// `` `a`, `b` ``
fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
