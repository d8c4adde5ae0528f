//! What a rewrite changes in a file's docstrings, as the journal keeps it.

use super::splice::{NewDocstring, Rewritten};
use crate::docstring::cleandoc;
use crate::python::Module;
use crate::store::DocstringChange;

impl Rewritten {
    /// What becomes of the docstrings of `module`, the file as it was, in its order. `docstrings` are those
    /// that were to be written.
    #[must_use]
    pub fn changes(&self, module: &Module, docstrings: &[NewDocstring]) -> Vec<DocstringChange> {
        let is_dropped = |one: &NewDocstring| {
            let mut dropped = self.dropped.iter();
            dropped.any(|(definition, _)| *definition == one.definition)
        };
        let written = docstrings.iter().filter(|one| !is_dropped(one));
        let mut written: Vec<&NewDocstring> = written.collect();
        written.sort_by_key(|one| one.definition);
        let changes = written.into_iter().filter_map(|one| {
            let definition = module.definitions.get(one.definition)?;
            let new = match &one.mended {
                Some(mended) => cleandoc(&mended.value),
                None => one.text.clone(),
            };
            let old = definition.docstring.as_ref();
            let change = DocstringChange {
                qualified_name: definition.qualified_name.clone(),
                kind: definition.kind.to_string(),
                old: old.map(|old| cleandoc(&old.value)),
                new: Some(new),
            };
            (change.old != change.new).then_some(change)
        });
        changes.collect()
    }
}
