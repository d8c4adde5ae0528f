//! What a run has already written, for the prompts that come after.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use crate::python::DefinitionId;

/// Summaries accepted in a run.
#[derive(Debug, Default)]
pub struct Summaries(RwLock<HashMap<DefinitionId, String>>);

impl Summaries {
    /// Takes up the summary of a definition whose docstring was accepted.
    pub fn accept(&self, id: DefinitionId, summary: String) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(id, summary);
    }

    /// The same, of which what is accepted from now on is no part.
    #[must_use]
    pub fn so_far(&self) -> Self {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Self(RwLock::new(known.clone()))
    }

    /// The summary that the run has given a definition.
    #[must_use]
    pub fn get(&self, id: DefinitionId) -> Option<String> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&id).cloned()
    }
}
