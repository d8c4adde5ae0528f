//! What the requests about one file are made of.

use super::context::Surroundings;
use super::fact::Facts;
use super::select::{AnalyzedFile, Target};
use crate::config::{self, DocstringStyle, Wording};
use crate::llm::Tokens;
use crate::python::{Definition, DefinitionId};

/// What the requests about one file are made of.
#[derive(Debug, Clone, Copy)]
pub struct Assignment<'a> {
    /// The file.
    pub file: &'a AnalyzedFile,
    /// How its docstrings are laid out.
    pub style: &'a DocstringStyle,
    /// What their words are like, and what the model is shown.
    pub wording: &'a Wording,
    /// How definitions share requests.
    pub limits: config::Batch,
    /// What is known of the code around them.
    pub surroundings: Surroundings<'a>,
}

/// Tokens that a reply takes at most, as batches are packed.
const REPLY: u64 = 4_000;

/// The least room that a definition gets, however small the model.
const LEAST: u64 = 400;

impl<'a> Assignment<'a> {
    /// A definition's place in the project; a file that the project does not know has none in it.
    pub(super) fn id(&self, definition: usize) -> DefinitionId {
        let module = self.surroundings.project.module(&self.file.source.name);
        DefinitionId {
            module: module.unwrap_or(usize::MAX),
            definition,
        }
    }

    /// Tells later prompts the summary of a target that is answered.
    pub fn tell(&self, target: Target, summary: &str) {
        let id = self.id(target.definition);
        self.surroundings.summaries.accept(id, summary.to_owned());
    }

    /// What the docstring of one of the file's definitions has to tell.
    pub(super) fn facts(&self, index: usize, definition: &'a Definition) -> Facts<'a> {
        let project = self.surroundings.project;
        Facts::of(definition, self.id(index), project, self.style)
    }

    /// Estimated tokens that the definitions of a request may have: what the model takes, less the
    /// rules, the context and the reply. An estimate may be too low by a quarter.
    pub(super) fn room(&self) -> Tokens {
        let window = self.limits.context_window.tokens();
        let rules = Tokens::estimate(&super::prompt::system_message(self.wording)).get();
        let context = u64::from(self.limits.context_tokens);
        let examples = self.surroundings.examples.iter();
        let examples: u64 = examples
            .map(|one| (Tokens::estimate(&one.header) + Tokens::estimate(&one.docstring)).get())
            .sum();
        let taken = rules + context + examples + REPLY.min(window / 4);
        Tokens::new((window - window / 4).saturating_sub(taken).max(LEAST))
    }
}
