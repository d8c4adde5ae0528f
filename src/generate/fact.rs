//! What a docstring states of a definition, from the code alone: the one source for prompts, checks,
//! drafts and repair.

use super::faults::same_exception;
use super::frame::Frame;
use super::select::is_shown_to_users;
use super::validate::documented_attributes;
use crate::config::{DocstringStyle, RaisesInDocstring};
use crate::python::{Attribute, Definition, DefinitionId, Parameter, Project};
use crate::rules::can_raise;

/// What a definition's docstring has to tell.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each of which may hold with any other"
)]
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
    /// The exceptions to describe, in order, each once: those of the body's own, then those of the
    /// functions that it calls, where the settings want them.
    pub raises: Vec<RaiseFact<'d>>,
    /// Further exceptions that functions which it calls raise, and that pass through it.
    pub passed_on: Vec<&'d str>,
    /// A program shows the docstring to its users, so it has a summary and nothing else.
    pub is_summary_only: bool,
}

/// An exception that leaves a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RaiseFact<'d> {
    /// Its class, as the function writes it that raises it.
    pub exception: &'d str,
    /// The function that raises it, if it is another one that is called.
    pub raised_by: Option<DefinitionId>,
}

impl<'d> Facts<'d> {
    /// The facts of a definition, which is at `id` in the project.
    #[must_use]
    pub fn of(
        definition: &'d Definition,
        id: DefinitionId,
        project: &'d Project,
        style: &DocstringStyle,
    ) -> Self {
        let own = definition.raised().map(|raise| RaiseFact {
            exception: &raise.exception,
            raised_by: None,
        });
        let mut raises: Vec<RaiseFact<'d>> = own.collect();
        let mut passed_on: Vec<&str> = Vec::new();
        for called in project.raised_by_calls(id) {
            let exception = called.exception.as_str();
            let is_told = raises
                .iter()
                .any(|one| same_exception(one.exception, exception));
            if style.raises == RaisesInDocstring::Calls && !is_told {
                raises.push(RaiseFact {
                    exception,
                    raised_by: Some(called.raised_by),
                });
            } else if !is_told {
                passed_on.push(exception);
            }
        }
        Self {
            name: &definition.name,
            is_function: definition.is_function(),
            parameters: definition.documented_parameters().collect(),
            attributes: documented_attributes(definition, style.attributes).collect(),
            returns: definition.returns_value(),
            yields: definition.yields(),
            raises,
            passed_on,
            is_summary_only: is_shown_to_users(definition),
        }
    }

    /// Whether the exception is one to describe.
    pub(super) fn has_raise(&self, exception: &str) -> bool {
        let mut raises = self.raises.iter();
        raises.any(|one| same_exception(one.exception, exception))
    }

    /// Whether the exception is one of a function that is called, without a description of its own.
    pub(super) fn is_passed_on(&self, exception: &str) -> bool {
        let mut passed_on = self.passed_on.iter();
        passed_on.any(|one| same_exception(one, exception))
    }

    /// Whether prose may say that the exception is raised.
    pub(super) fn can_raise(&self, exception: &str, frame: &Frame<'_>) -> bool {
        self.has_raise(exception) || can_raise(frame.module, frame.id.definition, exception)
    }
}
