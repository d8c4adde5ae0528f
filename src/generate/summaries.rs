//! What the definitions of a project do, as far as it has been said: by the docstrings that are
//! there, and by those that this run has brought.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::python::{DefinitionId, Project};

/// The summaries that a run has accepted; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Summaries(Arc<RwLock<HashMap<DefinitionId, String>>>);

impl Summaries {
    /// Notes the summary of a docstring that was accepted.
    pub fn add(&self, id: DefinitionId, summary: &str) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(id, summary.to_owned());
    }

    /// The summary that was accepted in this run.
    #[must_use]
    pub fn accepted(&self, id: DefinitionId) -> Option<String> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&id).cloned()
    }

    /// The summary of a definition: that of this run, or else of the docstring that it has.
    #[must_use]
    pub fn of(&self, project: &Project, id: DefinitionId) -> Option<String> {
        self.accepted(id)
            .or_else(|| project.entry(id).summary.clone())
    }
}
