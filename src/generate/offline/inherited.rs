//! Words that a method inherits from the method that it overrides.

use super::verbs::is_verb;
use crate::docstring::words::imperative;
use crate::docstring::{Claims, cleandoc};
use crate::generate::frame::Frame;
use crate::python::{Definition, Kind};

/// What a base's docstring says of a method.
pub(super) struct Inherited<'m> {
    summary: String,
    claims: Claims<'m>,
}

impl<'m> Inherited<'m> {
    /// The words of the method that a definition overrides, if it has some.
    pub(super) fn of(definition: &Definition, frame: &Frame<'m>) -> Option<Self> {
        if definition.kind != Kind::Method || definition.name == "__init__" {
            return None;
        }
        let overridden = frame.project.overridden(frame.id)?;
        let text = frame.project.entry(overridden).docstring.as_deref()?;
        Self::read(text, definition.is_property())
    }

    /// Reads a docstring's value.
    fn read(text: &'m str, is_property: bool) -> Option<Self> {
        let clean = cleandoc(text);
        let first: Vec<&str> = clean
            .lines()
            .take_while(|line| !line.trim().is_empty())
            .collect();
        let summary = first.join(" ");
        let verb = summary.split(' ').next().unwrap_or_default();
        let begins = if is_property {
            ["The ", "A ", "An ", "Whether "]
                .iter()
                .any(|start| summary.starts_with(start))
        } else {
            is_verb(&verb.to_lowercase()) || imperative(verb).is_some()
        };
        let is_sentence = begins
            && summary.contains(' ')
            && !summary.contains("::")
            && !summary.starts_with(['.', ':', '@']);
        is_sentence.then(|| Self {
            summary,
            claims: Claims::read(text),
        })
    }

    /// Its first paragraph, as far as that is one sentence.
    pub(super) fn summary(&self) -> String {
        match self.summary.find(". ") {
            Some(end) => self.summary[..=end].to_owned(),
            None => self.summary.clone(),
        }
    }

    /// What it says of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let found = self.claims.described().find(|one| one.name == name)?;
        plain(found.text)
    }

    /// What it says of the return value.
    pub(super) fn returns(&self) -> Option<String> {
        plain(self.claims.returns.as_ref()?.text)
    }

    /// What it says of yielded values.
    pub(super) fn yields(&self) -> Option<String> {
        plain(self.claims.yields.as_ref()?.text)
    }
}

/// Words of a section on one line, if they are that.
fn plain(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let fits = (3..=400).contains(&text.chars().count());
    (fits && text.contains(' ') && !text.contains("::") && !text.contains(">>>")).then_some(text)
}
