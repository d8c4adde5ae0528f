//! A draft against the code: the facts it states must be those of the definition, and its words
//! must be fit to stand in a file.

use super::fault::{Fault, FaultKind};
use super::faults::{Faults, same_exception};
use super::frame::Frame;
use super::normalize::normalize;
use super::reply::{Draft, NamedText};
use super::select::is_shown_to_users;
use super::shown_type::{shown_type, yielded_type};
use crate::config::{Style, TypesInDocstring};
use crate::docstring::{Docstring, Entry, Value};
use crate::python::{Attribute, Definition};

/// The attributes that a class's docstring describes: those it declares that are not private.
pub(super) fn documented_attributes(definition: &Definition) -> impl Iterator<Item = &Attribute> {
    let attributes = if definition.is_function() {
        &[][..]
    } else {
        &definition.facts.attributes
    };
    attributes
        .iter()
        .filter(|attribute| !attribute.name.starts_with('_'))
}

/// Checks a draft against its definition; what holds becomes a docstring whose facts are the
/// code's and whose words are the draft's.
pub fn validate(
    draft: &Draft,
    definition: &Definition,
    frame: &Frame<'_>,
) -> Result<Docstring, Vec<Fault>> {
    let draft = &normalize(draft, definition, frame);
    let mut faults = Faults::new(frame);
    faults.check_summary(&draft.summary, definition);
    if is_shown_to_users(definition) {
        return faults.finish(|| Docstring {
            summary: draft.summary.clone(),
            ..Docstring::default()
        });
    }
    faults.check_prose(
        "description",
        draft.description.as_deref().unwrap_or_default(),
    );
    let wanted: Vec<&str> = definition
        .documented_parameters()
        .map(|one| one.name.as_str())
        .collect();
    let place = ("args", FaultKind::Arguments);
    faults.check_names(place, "parameter of the signature", &draft.args, &wanted);
    let wanted: Vec<&str> = documented_attributes(definition)
        .map(|one| one.name.as_str())
        .collect();
    faults.check_names(
        ("attributes", FaultKind::Attributes),
        "attribute of the class",
        &draft.attributes,
        &wanted,
    );
    faults.check_presence(
        ("returns", FaultKind::Returns),
        draft.returns.as_deref(),
        definition.returns_value(),
        "return a value",
    );
    faults.check_presence(
        ("yields", FaultKind::Yields),
        draft.yields.as_deref(),
        definition.yields(),
        "yield",
    );
    faults.check_not_the_type("returns", draft.returns.as_deref(), definition);
    faults.check_raises(draft, definition);
    faults.finish(|| assemble(draft, definition, frame))
}

/// The docstring of a draft that holds: entries in the order of the code.
fn assemble(draft: &Draft, definition: &Definition, frame: &Frame<'_>) -> Docstring {
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
        args: definition
            .documented_parameters()
            .map(|parameter| Entry {
                name: parameter.starred_name(),
                annotation: shown(parameter.annotation.as_ref()),
                text: words(&draft.args, &parameter.name),
            })
            .collect(),
        attributes: documented_attributes(definition)
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
        raises: definition
            .raised()
            .map(|raise| Entry {
                name: raise.exception.clone(),
                annotation: None,
                text: draft
                    .raises
                    .iter()
                    .find(|one| same_exception(&one.exception, &raise.exception))
                    .map(|one| one.description.clone())
                    .unwrap_or_default(),
            })
            .collect(),
        ..Docstring::default()
    }
}
