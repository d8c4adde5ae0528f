//! What the requests about one file are made of.

use super::context::Surroundings;
use super::select::AnalyzedFile;
use crate::config::{self, DocstringStyle, Wording};
use crate::llm::Tokens;

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

impl Assignment<'_> {
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
