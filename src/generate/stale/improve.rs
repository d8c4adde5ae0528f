//! Docstrings that are there and poor: a model writes them anew, told to keep what is true of them, and
//! the new one is taken only if it scores higher.

use crate::config::Select;
use crate::generate::select::{AnalyzedFile, Selection, Target, Task, is_shown_to_users, required};
use crate::python::Module;
use crate::rules::RuleSet;
use crate::rules::quality::{Judged, Quality, qualities};

/// Adds the definitions whose docstring scores less than `below`, of 100, to what has to be documented, but for
/// those that are there already.
pub fn add_poor(
    selection: &mut Selection,
    file: &AnalyzedFile,
    settings: &Select,
    rules: RuleSet,
    below: f64,
) {
    let targets = &mut selection.targets;
    let mut poor = poor(file, settings, rules, below);
    poor.retain(|one| {
        let mut known = targets.iter();
        known.all(|known| known.definition != one.definition)
    });
    targets.extend(poor);
    targets.sort_by_key(|target| target.definition);
}

/// The definitions whose docstring scores less than `below`, of 100, but for those that a program shows
/// to its users.
fn poor(file: &AnalyzedFile, settings: &Select, rules: RuleSet, below: f64) -> Vec<Target> {
    let definitions = &file.module.definitions;
    let mut documented = required(file, settings, rules).documented;
    documented.retain(|(index, _)| {
        definitions
            .get(*index)
            .is_some_and(|definition| !is_shown_to_users(definition))
    });
    let scored = of_module(
        file,
        &file.module,
        rules,
        documented.iter().map(|one| one.0),
    );
    let poor = |index: usize| {
        let mut scored = scored.iter();
        scored.any(|one| one.definition == index && one.scores.total() < below)
    };
    documented
        .iter()
        .filter(|(index, _)| poor(*index))
        .map(|&(definition, code)| Target {
            definition,
            code,
            is_documented: true,
            task: Task::Improve,
        })
        .collect()
}

/// What the docstring at `definition` scores, and what `text` would score in its place.
#[must_use]
pub fn scores(file: &AnalyzedFile, definition: usize, rules: RuleSet, text: &str) -> (f64, f64) {
    let mut module = file.module.clone();
    if let Some(definition) = module.definitions.get_mut(definition)
        && let Some(docstring) = &mut definition.docstring
    {
        text.clone_into(&mut docstring.value);
    }
    let total = |module: &Module| {
        let scored = of_module(file, module, rules, std::iter::once(definition));
        scored.first().map_or(0.0, |one| one.scores.total())
    };
    (total(&file.module), total(&module))
}

fn of_module(
    file: &AnalyzedFile,
    module: &Module,
    rules: RuleSet,
    definitions: impl Iterator<Item = usize>,
) -> Vec<Quality> {
    let judged = Judged {
        text: &file.source.text,
        module,
        rules,
        suppressions: &file.suppressions,
    };
    qualities(judged, definitions)
}
