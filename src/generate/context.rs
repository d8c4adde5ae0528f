//! What a prompt shows of the code around its definitions.

use super::assignment::Assignment;

/// A docstring that the project has, as a model of its manner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The qualified name of what it documents.
    pub name: String,
    /// The header, on one line, without secrets.
    pub header: String,
    /// The docstring as Python reads it, without secrets.
    pub docstring: String,
}

/// What is known of the code around a file's definitions.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings<'a> {
    /// Docstrings of the project that are like those to be written.
    pub examples: &'a [Example],
}

/// Lines of related code under a title.
#[derive(Debug)]
pub(super) struct Related {
    pub(super) title: &'static str,
    pub(super) lines: Vec<String>,
}

/// What concerns one definition alone.
#[derive(Debug, Default)]
pub(super) struct Near {
    /// The method that it overrides.
    pub(super) overridden: Option<String>,
    /// A line that uses it.
    pub(super) usage: Option<String>,
}

impl Surroundings<'_> {
    pub(super) fn related(&self, _: &Assignment<'_>, _: &[usize]) -> Vec<Related> {
        Vec::new()
    }

    pub(super) fn of_definition(&self, _: &Assignment<'_>, _: usize) -> Near {
        Near::default()
    }
}
