//! Which words a mend takes, and where it finds them.

use super::{Mender, Words};
use crate::docstring::{Entry, Value};

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

/// The reason where a draft lacks a part; validation lets none pass.
const NO_WORDS: &str = "there are no words for it";

impl Mender<'_> {
    /// Words about a parameter.
    pub(super) fn argument_words(&mut self, name: &str) -> Result<String, String> {
        push(&mut self.mend.wanted.args, name);
        let docstring = self.words.docstring()?;
        let entry = docstring
            .args
            .iter()
            .find(|entry| entry.name.trim_start_matches('*') == name);
        entry
            .map(|entry| entry.text.clone())
            .ok_or_else(|| NO_WORDS.to_owned())
    }

    /// Words about an exception.
    pub(super) fn exception_words(&mut self, name: &str) -> Result<String, String> {
        push(&mut self.mend.wanted.raises, name);
        let docstring = self.words.docstring()?;
        let entry: Option<&Entry> = docstring.raises.iter().find(|entry| entry.name == name);
        entry
            .map(|entry| entry.text.clone())
            .ok_or_else(|| NO_WORDS.to_owned())
    }

    /// Words about what comes back.
    pub(super) fn value_words(&mut self, is_yield: bool) -> Result<String, String> {
        let wanted = &mut self.mend.wanted;
        let flag = if is_yield {
            &mut wanted.yields
        } else {
            &mut wanted.returns
        };
        *flag = true;
        let docstring = self.words.docstring()?;
        let value: Option<&Value> = if is_yield {
            docstring.yields.as_ref()
        } else {
            docstring.returns.as_ref()
        };
        value
            .map(|value| value.text.clone())
            .ok_or_else(|| NO_WORDS.to_owned())
    }

    /// Whether a model wrote the words, having seen the docstring.
    pub(super) fn is_told_by_model(&self) -> bool {
        matches!(self.words, Words::Model(_))
    }
}

fn push(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|one| one == name) {
        names.push(name.to_owned());
    }
}
