//! Mending without words of docgen's own: what a model invented goes; a fact that is left without words
//! stays a fault.

use super::fault::Fault;
use super::frame::Frame;
use super::reply::Draft;
use super::validate::validate;
use crate::docstring::Docstring;
use crate::python::Definition;

/// A draft's docstring without what the code has not, or the faults that stay.
pub(super) fn prune(
    draft: &Draft,
    definition: &Definition,
    frame: &Frame<'_>,
) -> Result<Docstring, Vec<Fault>> {
    let facts = frame.facts(definition);
    let mut pruned = draft.clone();
    let mut seen = Vec::new();
    pruned.args.retain(|one| {
        let name = one.name.trim().trim_start_matches('*').to_owned();
        let mut parameters = facts.parameters.iter();
        let keeps = parameters.any(|known| known.name == name) && !seen.contains(&name);
        seen.push(name);
        keeps
    });
    seen.clear();
    pruned.attributes.retain(|one| {
        let name = one.name.trim().to_owned();
        let keeps =
            facts.attributes.iter().any(|known| known.name == name) && !seen.contains(&name);
        seen.push(name);
        keeps
    });
    pruned
        .raises
        .retain(|one| facts.has_raise(one.exception.trim().trim_matches('`')));
    pruned.returns = pruned.returns.filter(|_| facts.returns);
    pruned.yields = pruned.yields.filter(|_| facts.yields);
    validate(&pruned, definition, frame).or_else(|faults| {
        if faults.iter().all(|fault| fault.path != "description") {
            return Err(faults);
        }
        pruned.description = None;
        validate(&pruned, definition, frame)
    })
}
