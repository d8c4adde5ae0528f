//! What a docstring states of a definition, from the code alone: the one source for prompts, checks,
//! drafts and repair.

use super::faults::same_exception;
use super::frame::Frame;
use super::select::is_shown_to_users;
use super::validate::documented_attributes;
use crate::python::{Attribute, Definition, Parameter};
use crate::rules::can_raise;

/// What a definition's docstring has to tell.
#[derive(Debug, Clone)]
pub struct Facts<'d> {
    /// The definition's name.
    pub name: &'d str,
    /// It is a function of any sort.
    pub is_function: bool,
    /// The parameters to describe, in order.
    pub parameters: Vec<&'d Parameter>,
    /// A class's attributes to describe, in order.
    pub attributes: Vec<&'d Attribute>,
    /// Whether a value is returned.
    pub returns: bool,
    /// Whether values are yielded.
    pub yields: bool,
    /// The exceptions to describe, in order, each once.
    pub raises: Vec<&'d str>,
    /// A program shows the docstring to its users, so it has a summary and nothing else.
    pub is_summary_only: bool,
}

impl<'d> Facts<'d> {
    /// The facts of a definition.
    #[must_use]
    pub fn of(definition: &'d Definition) -> Self {
        Self {
            name: &definition.name,
            is_function: definition.is_function(),
            parameters: definition.documented_parameters().collect(),
            attributes: documented_attributes(definition).collect(),
            returns: definition.returns_value(),
            yields: definition.yields(),
            raises: definition
                .raised()
                .map(|raise| raise.exception.as_str())
                .collect(),
            is_summary_only: is_shown_to_users(definition),
        }
    }

    /// Whether the exception is one to describe.
    pub(super) fn has_raise(&self, exception: &str) -> bool {
        self.raises.iter().any(|one| same_exception(one, exception))
    }

    /// Whether prose may say that the exception is raised.
    pub(super) fn can_raise(&self, exception: &str, frame: &Frame<'_>) -> bool {
        self.has_raise(exception) || can_raise(frame.module, frame.index(), exception)
    }
}
