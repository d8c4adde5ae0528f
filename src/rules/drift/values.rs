//! What comes back: returned or yielded, told or not, and of which type.

use super::Check;
use super::annotation::{self, Known, Side, Type};
use super::arguments::one_line;
use crate::docstring::ValueClaim;
use crate::python::{DecoratorRole, Definition};
use crate::rules::RuleCode;

pub(super) fn check(check: &mut Check<'_, '_>) {
    returns(check);
    yields(check);
    types(check);
}

/// DOC201 and DOC202.
fn returns(check: &mut Check<'_, '_>) {
    let (definition, claims) = (check.definition, check.claims);
    let Some(claim) = &claims.returns else {
        // A function that hands on an iterator may well speak of what it yields.
        let told_as_yield = claims.yields.is_some() && is_annotated_iterator(definition);
        let excused = told_as_yield
            || claims.tells_return
            || definition.facts.is_stub
            || definition.name == "__new__"
            || definition.has_role(DecoratorRole::Command);
        if definition.returns_value() && !excused {
            let message = "A value is returned, but the docstring has no `Returns` section";
            check.report(RuleCode::DOC201, message.to_owned(), None, &[], None);
        }
        return;
    };
    if definition.facts.returns_value || check.is_placeholder() || says_none(claim) {
        return;
    }
    let is_yielding = definition.yields();
    let excused = if is_yielding {
        gives_context(definition)
    } else {
        definition.annotated_to_return() == Some(true)
    };
    if !excused {
        let message = if is_yielding {
            "The docstring has a `Returns` section, but values are yielded"
        } else {
            "The docstring has a `Returns` section, but nothing is returned"
        };
        let at = Some(claim.at.clone());
        check.report(RuleCode::DOC202, message.to_owned(), at, &[], None);
    }
}

/// DOC402 and DOC403.
fn yields(check: &mut Check<'_, '_>) {
    let (definition, claims) = (check.definition, check.claims);
    let Some(claim) = &claims.yields else {
        let told_as_return = claims.returns.is_some() && gives_context(definition);
        let yields_none = matches!(yielded_type(check), Some(Type::None));
        let is_due =
            definition.facts.yields_value && !yields_none && !claims.tells_yield && !told_as_return;
        if is_due {
            let message = "Values are yielded, but the docstring has no `Yields` section";
            check.report(RuleCode::DOC402, message.to_owned(), None, &[], None);
        }
        return;
    };
    let excused = check.is_placeholder() || is_annotated_iterator(definition) || says_none(claim);
    if !definition.yields() && !excused {
        let message = "The docstring has a `Yields` section, but nothing is yielded";
        let at = Some(claim.at.clone());
        check.report(RuleCode::DOC403, message.to_owned(), at, &[], None);
    }
}

/// DG203 and DG404.
fn types(check: &mut Check<'_, '_>) {
    let (definition, claims) = (check.definition, check.claims);
    let Some(meant) = definition
        .signature
        .as_ref()
        .and_then(|signature| signature.returns.as_deref())
    else {
        return;
    };
    let annotated = annotation::annotation(meant, &|name| check.class_of(name));
    let said = claims.returns.as_ref().and_then(|claim| claim.annotation);
    if let (Some(said), false) = (said, definition.yields() || says_nothing(&annotated)) {
        let documented = annotation::documented(said);
        if annotation::contradicts(&documented, &annotated, Side::Result) {
            let at = claims.returns.as_ref().map(|claim| claim.at.clone());
            let message =
                format!("Documented return type `{said}` contradicts the annotation `{meant}`");
            let said = annotation::type_in(said);
            check.report(RuleCode::DG203, one_line(&message), at, &[], Some(said));
        }
    }
    let said = claims.yields.as_ref().and_then(|claim| claim.annotation);
    if let (Some(said), Some(element)) = (said, yielded_type(check)) {
        let mut documented = annotation::documented(said);
        // The whole of it, `Iterator[int]`, is as true as `int`.
        if let Some(element) = element_of(&documented.ty) {
            documented.ty = element;
        }
        if annotation::contradicts(&documented, &element, Side::Result) {
            let at = claims.yields.as_ref().map(|claim| claim.at.clone());
            let message =
                format!("Documented yield type `{said}` contradicts the annotation `{meant}`");
            let said = annotation::type_in(said);
            check.report(RuleCode::DG404, one_line(&message), at, &[], Some(said));
        }
    }
}

/// `None` and `NoReturn`: that nothing comes back is DOC202's matter.
fn says_nothing(annotated: &Type) -> bool {
    match annotated {
        Type::None => true,
        Type::Named(name, _) => matches!(name.as_str(), "NoReturn" | "Never"),
        _ => false,
    }
}

/// «Returns: None.» is true where nothing is returned.
fn says_none(claim: &ValueClaim<'_>) -> bool {
    let first = |text: &str| {
        let word = text
            .split(|c: char| !c.is_alphanumeric())
            .find(|word| !word.is_empty());
        matches!(word, Some("None" | "none" | "Nothing" | "nothing"))
    };
    claim.annotation.map_or_else(|| first(claim.text), first)
}

/// Its callers get a context manager or a value, not a generator.
fn gives_context(definition: &Definition) -> bool {
    definition.has_role(DecoratorRole::ContextManager)
        || definition.has_role(DecoratorRole::Fixture)
}

fn is_annotated_iterator(definition: &Definition) -> bool {
    let annotation = definition
        .signature
        .as_ref()
        .and_then(|signature| signature.returns.as_deref());
    annotation.is_some_and(|text| {
        element_of(&annotation::annotation(text, &|_| Known::Elsewhere)).is_some()
    })
}

/// What the return annotation says is yielded.
fn yielded_type(check: &Check<'_, '_>) -> Option<Type> {
    let signature = check.definition.signature.as_ref()?;
    let text = signature.returns.as_deref()?;
    element_of(&annotation::annotation(text, &|name| check.class_of(name)))
}

fn element_of(annotated: &Type) -> Option<Type> {
    let Type::Named(name, inner) = annotated else {
        return None;
    };
    let is_iterator = matches!(
        name.as_str(),
        "Iterator"
            | "Iterable"
            | "Generator"
            | "AsyncIterator"
            | "AsyncIterable"
            | "AsyncGenerator"
    );
    is_iterator.then(|| inner.first().cloned().unwrap_or(Type::Unknown))
}
