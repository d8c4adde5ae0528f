//! Arguments: described, in the signature, in its order, with its types and defaults.

use super::annotation::{self, Side};
use super::{Check, default, quoted};
use crate::docstring::{ArgumentClaim, Claims};
use crate::python::{DecoratorRole, Definition, Kind, Parameter, ParameterKind};
use crate::rules::RuleCode;

pub(super) fn check(check: &mut Check<'_, '_>) {
    let Some((function, holds)) = function_of(check) else {
        return;
    };
    let parameters: Vec<&Parameter> = function.documented_parameters().collect();
    if holds == Completeness::Expected {
        undescribed(check, &parameters);
    }
    unknown(check, &parameters);
    order(check, &parameters);
    for claim in check.claims.described() {
        if let Some(parameter) = parameters.iter().find(|one| one.name == claim.name) {
            types(check, claim, parameter);
            defaults(check, claim, parameter);
        }
    }
}

/// Whether every parameter has to be described.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Completeness {
    Expected,
    /// Another docstring describes them, or a program does.
    Excused,
}

/// The function whose parameters the docstring describes: its own, or the class's `__init__`.
fn function_of<'c>(check: &Check<'c, '_>) -> Option<(&'c Definition, Completeness)> {
    let definition = check.definition;
    if definition.is_function() {
        let is_init = definition.kind == Kind::Method && definition.name == "__init__";
        let described_by_class = is_init
            && check.claims.arguments.is_empty()
            && definition
                .parent
                .and_then(|class| check.module.definitions.get(class))
                .is_some_and(describes_arguments);
        let is_command = definition.has_role(DecoratorRole::Command);
        let holds = if described_by_class || is_command {
            Completeness::Excused
        } else {
            Completeness::Expected
        };
        return Some((definition, holds));
    }
    // Without an `Args` section a class's docstring says nothing of how it is made.
    if check.claims.arguments.is_empty() {
        return None;
    }
    let is_constructor = |one: &&(usize, &Definition)| {
        one.1.name == "__init__" && !one.1.has_role(DecoratorRole::Overload)
    };
    let (_, constructor) = check
        .inside(check.index)
        .filter(|one| is_constructor(&one))
        .last()?;
    let holds = if describes_arguments(constructor) {
        Completeness::Excused
    } else {
        Completeness::Expected
    };
    Some((constructor, holds))
}

fn describes_arguments(definition: &Definition) -> bool {
    definition
        .docstring
        .as_ref()
        .is_some_and(|docstring| !Claims::read(&docstring.value).arguments.is_empty())
}

/// D417. A leading underscore marks a parameter that callers leave alone.
fn undescribed(check: &mut Check<'_, '_>, parameters: &[&Parameter]) {
    let claims = check.claims;
    let has_keywords = claims
        .arguments
        .iter()
        .any(|section| section.is_keywords && !section.arguments.is_empty());
    let is_described = |parameter: &Parameter| {
        let told = claims
            .described()
            .any(|claim| claim.name == parameter.name && says_something(claim));
        told || parameter.kind == ParameterKind::VarKeyword && has_keywords
    };
    let missing: Vec<String> = parameters
        .iter()
        .filter(|parameter| !parameter.name.starts_with('_') && !is_described(parameter))
        .map(|parameter| parameter.starred_name())
        .collect();
    if missing.is_empty() {
        return;
    }
    let noun = if missing.len() == 1 {
        "Missing argument description for"
    } else {
        "Missing argument descriptions for"
    };
    let message = format!("{noun} {}", quoted(missing.iter().map(String::as_str)));
    let at = claims.arguments.first().map(|section| section.at.clone());
    check.report(RuleCode::D417, message, at);
}

/// A type alone describes nothing in Google style, and something in NumPy's and Sphinx's.
fn says_something(claim: &ArgumentClaim<'_>) -> bool {
    !claim.text.is_empty() || claim.annotation.is_some()
}

/// DOC102. A function that takes any keyword may describe those it knows.
fn unknown(check: &mut Check<'_, '_>, parameters: &[&Parameter]) {
    let takes_any = parameters
        .iter()
        .any(|one| one.kind == ParameterKind::VarKeyword);
    if takes_any {
        return;
    }
    let claims = check.claims;
    let is_bound = |claim: &ArgumentClaim<'_>| matches!(claim.name, "self" | "cls");
    for claim in claims.described() {
        if is_bound(claim) || parameters.iter().any(|one| one.name == claim.name) {
            continue;
        }
        let undescribed = parameters
            .iter()
            .filter(|one| claims.described().all(|claim| claim.name != one.name));
        let near = undescribed
            .map(|one| (strsim::jaro_winkler(&one.name, claim.name), one))
            .filter(|(likeness, _)| *likeness > 0.8)
            .max_by(|one, other| one.0.total_cmp(&other.0));
        let advice = near.map_or(String::new(), |(_, one)| {
            format!("; did you mean `{}`?", one.name)
        });
        let name = claim.name;
        let message = format!("Documented argument `{name}` is not in the signature{advice}");
        check.report(RuleCode::DOC102, message, Some(claim.at.clone()));
    }
}

/// DOC104, section by section: numpydoc keeps the seldom used ones apart.
fn order(check: &mut Check<'_, '_>, parameters: &[&Parameter]) {
    let claims = check.claims;
    for section in &claims.arguments {
        let place = |name: &str| parameters.iter().position(|one| one.name == name);
        let mut written: Vec<usize> = Vec::new();
        for at in section
            .arguments
            .iter()
            .filter_map(|claim| place(claim.name))
        {
            // Described twice: the first time counts.
            if !written.contains(&at) {
                written.push(at);
            }
        }
        if written.is_sorted() {
            continue;
        }
        let mut right = written.clone();
        right.sort_unstable();
        let names = |order: &[usize]| {
            let names = order.iter().filter_map(|&at| parameters.get(at));
            quoted(names.map(|one| one.name.as_str()))
        };
        let message = format!(
            "Arguments are documented as {}, but the order is {}",
            names(&written),
            names(&right)
        );
        check.report(RuleCode::DOC104, message, Some(section.at.clone()));
    }
}

/// DG105.
fn types(check: &mut Check<'_, '_>, claim: &ArgumentClaim<'_>, parameter: &Parameter) {
    let (Some(said), Some(meant)) = (claim.annotation, parameter.annotation.as_deref()) else {
        return;
    };
    let mut documented = annotation::documented(said);
    // `x (int)` for `x: int | None = None`: what callers pass is an `int`.
    documented.is_optional |= parameter.default.as_deref() == Some("None");
    let annotated = annotation::annotation(meant, &|name| check.class_of(name));
    if annotation::contradicts(&documented, &annotated, Side::Argument) {
        let name = &parameter.name;
        let message =
            format!("Documented type `{said}` of `{name}` contradicts the annotation `{meant}`");
        check.report(RuleCode::DG105, one_line(&message), Some(claim.at.clone()));
    }
}

/// DG106.
fn defaults(check: &mut Check<'_, '_>, claim: &ArgumentClaim<'_>, parameter: &Parameter) {
    let is_variadic = !parameter.kind.stars().is_empty();
    let in_type = claim.annotation.and_then(default::claimed);
    let Some(said) = in_type.or_else(|| default::claimed(claim.text)) else {
        return;
    };
    let name = &parameter.name;
    let message = match parameter.default.as_deref() {
        _ if is_variadic => return,
        None => format!(
            "Documented default `{}` of `{name}`, which has none",
            said.value
        ),
        // `None` often stands for a default that is put in later, here or further on.
        Some("None") => return,
        Some(meant) if default::differs(said, meant) => {
            let value = said.value;
            format!("Documented default `{value}` of `{name}` contradicts `{meant}`")
        }
        Some(_) => return,
    };
    check.report(RuleCode::DG106, one_line(&message), Some(claim.at.clone()));
}

/// An annotation or docstring type may go over lines; a message does not.
pub(super) fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
