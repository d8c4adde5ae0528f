//! A draft against the code: the facts it states must be those of the definition, and its words
//! must be fit to stand in a file.

pub(super) use super::attributes::documented_attributes;
use super::fact::Facts;
use super::fault::{Fault, FaultKind};
use super::faults::{Faults, same_exception};
use super::frame::Frame;
use super::normalize::normalize;
use super::reply::{Draft, NamedText};
use super::shown_type::{shown_type, yielded_type};
use super::told_default::Named;
use super::told_example::example;
use crate::config::{Style, TypesInDocstring};
use crate::docstring::{Docstring, Entry, Value};
use crate::python::Definition;

/// Checks a draft against its definition; what holds becomes a docstring whose facts are the
/// code's and whose words are the draft's.
pub fn validate(
    draft: &Draft,
    definition: &Definition,
    frame: &Frame<'_>,
) -> Result<Docstring, Vec<Fault>> {
    let draft = &frame.without_unwanted(normalize(draft, definition, frame));
    let facts = frame.facts(definition);
    let mut faults = Faults::new(&facts, frame);
    faults.check_summary(&draft.summary, definition);
    if facts.is_summary_only {
        return faults.finish(|| Docstring {
            summary: draft.summary.clone(),
            ..Docstring::default()
        });
    }
    let description = draft.description.as_deref().unwrap_or_default();
    faults.check_free_text("description", description);
    let parameters = facts.parameters.iter();
    faults.check_names(
        ("args", FaultKind::Arguments),
        "parameter of the signature",
        &draft.args,
        &parameters.map(|one| Named::from(*one)).collect::<Vec<_>>(),
    );
    let attributes = facts.attributes.iter();
    faults.check_names(
        ("attributes", FaultKind::Attributes),
        "attribute of the class",
        &draft.attributes,
        &attributes.map(|one| Named::from(*one)).collect::<Vec<_>>(),
    );
    let signature = definition.signature.as_ref();
    let annotation = signature.and_then(|signature| signature.returns.as_deref());
    let yielded = annotation.and_then(yielded_type);
    faults.check_value(
        ("returns", FaultKind::Returns),
        draft.returns.as_deref(),
        facts.returns,
        annotation,
    );
    faults.check_value(
        ("yields", FaultKind::Yields),
        draft.yields.as_deref(),
        facts.yields,
        yielded.as_deref(),
    );
    faults.check_raises(draft);
    faults.check_free_text("notes", draft.notes.as_deref().unwrap_or_default());
    faults.check_examples(&draft.examples, definition);
    faults.finish(|| assemble(draft, &facts, definition, frame))
}

/// The docstring of a draft that holds: entries in the order of the code.
fn assemble(
    draft: &Draft,
    facts: &Facts<'_>,
    definition: &Definition,
    frame: &Frame<'_>,
) -> Docstring {
    let includes = frame.types == TypesInDocstring::Include;
    let shown = |annotation: Option<&String>| {
        annotation
            .filter(|_| includes)
            .and_then(|one| shown_type(one))
    };
    // NumPy style has a line for the type of a value, so it is told there in any case.
    let told =
        |annotation: Option<String>| annotation.filter(|_| includes || frame.style == Style::Numpy);
    let words = |named: &[NamedText], name: &str| {
        named
            .iter()
            .find(|one| one.name == name)
            .map(|one| one.description.clone())
            .unwrap_or_default()
    };
    let returns = definition
        .signature
        .as_ref()
        .and_then(|signature| signature.returns.as_ref());
    Docstring {
        summary: draft.summary.clone(),
        description: draft.description.clone(),
        args: facts
            .parameters
            .iter()
            .map(|parameter| Entry {
                name: parameter.starred_name(),
                annotation: shown(parameter.annotation.as_ref()),
                text: words(&draft.args, &parameter.name),
            })
            .collect(),
        attributes: facts
            .attributes
            .iter()
            .map(|attribute| Entry {
                name: attribute.name.clone(),
                annotation: shown(attribute.annotation.as_ref()),
                text: words(&draft.attributes, &attribute.name),
            })
            .collect(),
        returns: draft.returns.clone().map(|text| Value {
            annotation: told(returns.and_then(|one| shown_type(one))),
            text,
        }),
        yields: draft.yields.clone().map(|text| Value {
            annotation: told(returns.and_then(|one| yielded_type(one))),
            text,
        }),
        raises: facts
            .raises
            .iter()
            .map(|raise| Entry {
                name: raise.exception.to_owned(),
                annotation: None,
                text: draft
                    .raises
                    .iter()
                    .find(|one| same_exception(&one.exception, raise.exception))
                    .map(|one| one.description.clone())
                    .unwrap_or_default(),
            })
            .collect(),
        examples: draft.examples.iter().filter_map(example).collect(),
        notes: draft.notes.clone(),
    }
}
