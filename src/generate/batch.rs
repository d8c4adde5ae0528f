//! Definitions that share a request.

use super::prompt;
use super::select::{AnalyzedFile, Target};
use crate::config::{self, MaxSource};
use crate::llm::Tokens;

/// Definitions of one file that share a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// In the order of the text.
    pub targets: Vec<Target>,
}

/// Packs a file's targets into batches: neighbours together, up to the budget of tokens and the
/// number of definitions; one that is over the budget goes alone.
#[must_use]
pub fn batches(
    file: &AnalyzedFile,
    targets: &[Target],
    limits: config::Batch,
    max_source: MaxSource,
) -> Vec<Batch> {
    let budget = u64::from(limits.max_tokens.get());
    let mut batches: Vec<Batch> = Vec::new();
    let mut used = 0;
    for target in targets {
        let block = prompt::definition_block(file, target.definition, "d0", max_source);
        let cost = Tokens::estimate(&block).get();
        match batches.last_mut() {
            Some(batch)
                if used + cost <= budget && batch.targets.len() < limits.max_definitions.get() =>
            {
                batch.targets.push(*target);
                used += cost;
            }
            _ => {
                batches.push(Batch {
                    targets: vec![*target],
                });
                used = cost;
            }
        }
    }
    batches
}
