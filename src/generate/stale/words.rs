//! Which words a mend takes, and where it finds them.

use super::{Mender, Words};
use crate::docstring::Docstring;

/// The parts of a docstring whose words are missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Parameters, without stars.
    pub args: Vec<String>,
    /// What is returned.
    pub returns: bool,
    /// What is yielded.
    pub yields: bool,
    /// Exceptions.
    pub raises: Vec<String>,
}

impl Wanted {
    /// Whether no words are missing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.args.is_empty() && !self.returns && !self.yields && self.raises.is_empty()
    }
}

/// The reason where the code alone has nothing to say.
pub(super) const NEEDS_MODEL: &str = "what it means takes a model";

/// The reason where a draft lacks a part; validation lets none pass.
const NO_WORDS: &str = "there are no words for it";

impl Mender<'_> {
    /// Words about a parameter.
    pub(super) fn argument_words(&mut self, name: &str) -> Result<String, String> {
        push(&mut self.mend.wanted.args, name);
        self.words(|docstring| {
            let mut entries = docstring.args.iter();
            let entry = entries.find(|entry| entry.name.trim_start_matches('*') == name);
            entry.map(|entry| &entry.text)
        })
    }

    /// Words about an exception.
    pub(super) fn exception_words(&mut self, name: &str) -> Result<String, String> {
        push(&mut self.mend.wanted.raises, name);
        self.words(|docstring| {
            let entry = docstring.raises.iter().find(|entry| entry.name == name);
            entry.map(|entry| &entry.text)
        })
    }

    /// Words about what comes back.
    pub(super) fn value_words(&mut self, is_yield: bool) -> Result<String, String> {
        if is_yield {
            self.mend.wanted.yields = true;
            self.words(|docstring| docstring.yields.as_ref().map(|value| &value.text))
        } else {
            self.mend.wanted.returns = true;
            self.words(|docstring| docstring.returns.as_ref().map(|value| &value.text))
        }
    }

    fn words(&self, find: impl Fn(&Docstring) -> Option<&String>) -> Result<String, String> {
        match self.words {
            Words::Draft(docstring) | Words::Model(docstring) => {
                find(docstring).cloned().ok_or_else(|| NO_WORDS.to_owned())
            }
            Words::Nobody(reason) => Err(reason.to_owned()),
            Words::Trial => Ok("…".to_owned()),
        }
    }

    /// Whether drafted words say nothing that the name does not say.
    pub(super) fn is_empty_draft(&self, words: &str) -> bool {
        let is_draft = matches!(self.words, Words::Draft(_));
        is_draft
            && matches!(
                words,
                "The result." | "The next item." | "If the call cannot succeed."
            )
    }

    /// Whether a draft is all that there is.
    pub(super) fn is_drafted(&self) -> bool {
        matches!(self.words, Words::Draft(_))
    }

    /// Whether a model writes the words, having seen the docstring.
    pub(super) fn is_told_by_model(&self) -> bool {
        matches!(self.words, Words::Model(_) | Words::Trial)
    }
}

fn push(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|one| one == name) {
        names.push(name.to_owned());
    }
}
