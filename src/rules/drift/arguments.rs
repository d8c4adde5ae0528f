//! Arguments: described, in the signature, in its order, with its types and defaults.

use std::collections::{HashMap, HashSet};

use super::annotation::{self, Side};
use super::{Check, default, quoted};
use crate::docstring::{ArgumentClaim, Claims};
use crate::python::{DecoratorRole, Definition, Kind, Parameter, ParameterKind};
use crate::rules::RuleCode;

pub(super) fn check(check: &mut Check<'_, '_>) {
    let Some((function, holds)) = function_of(check) else {
        return;
    };
    let parameters = Parameters::of(function);
    if holds == Completeness::Expected {
        undescribed(check, &parameters);
    }
    unknown(check, &parameters);
    order(check, &parameters);
    for claim in check.claims.described() {
        if let Some(parameter) = parameters.named(claim.name) {
            types(check, claim, parameter);
            defaults(check, claim, parameter);
        }
    }
}

/// The parameters that a docstring describes, by place and by name.
struct Parameters<'m> {
    all: Vec<&'m Parameter>,
    places: HashMap<&'m str, usize>,
}

impl<'m> Parameters<'m> {
    fn of(function: &'m Definition) -> Self {
        let all: Vec<&Parameter> = function.given_parameters().collect();
        let places = all.iter().enumerate();
        let places = places.map(|(at, one)| (one.name.as_str(), at)).collect();
        Self { all, places }
    }

    fn named(&self, name: &str) -> Option<&'m Parameter> {
        self.all.get(*self.places.get(name)?).copied()
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
fn function_of<'m>(check: &Check<'_, 'm>) -> Option<(&'m Definition, Completeness)> {
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
    let constructor = check.names.member(check.index, "__init__")?;
    let constructor = check.module.definitions.get(constructor)?;
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
fn undescribed(check: &mut Check<'_, '_>, parameters: &Parameters<'_>) {
    let claims = check.claims;
    let has_keywords = claims
        .arguments
        .iter()
        .any(|section| section.is_keywords && !section.arguments.is_empty());
    let told: HashSet<&str> = claims
        .described()
        .filter(|claim| says_something(claim))
        .map(|claim| claim.name)
        .collect();
    let is_described = |parameter: &Parameter| {
        told.contains(parameter.name.as_str())
            || parameter.kind == ParameterKind::VarKeyword && has_keywords
    };
    let missing: Vec<&Parameter> = parameters
        .all
        .iter()
        .copied()
        .filter(|parameter| !parameter.name.starts_with('_') && !is_described(parameter))
        .collect();
    if missing.is_empty() {
        return;
    }
    let noun = if missing.len() == 1 {
        "Missing argument description for"
    } else {
        "Missing argument descriptions for"
    };
    let starred: Vec<String> = missing.iter().map(|one| one.starred_name()).collect();
    let message = format!("{noun} {}", quoted(starred.iter().map(String::as_str)));
    let at = claims.arguments.first().map(|section| section.at.clone());
    let names: Vec<&str> = missing.iter().map(|one| one.name.as_str()).collect();
    check.report(RuleCode::D417, message, at, &names, None);
}

/// A type alone describes nothing in Google style, and something in NumPy's and Sphinx's.
fn says_something(claim: &ArgumentClaim<'_>) -> bool {
    !claim.text.is_empty() || claim.annotation.is_some()
}

/// More parameters than a name is compared with for advice.
const MAX_COMPARED: usize = 20;

/// DOC102. A function that takes any keyword may describe those it knows.
fn unknown(check: &mut Check<'_, '_>, parameters: &Parameters<'_>) {
    let takes_any = |one: &&Parameter| one.kind == ParameterKind::VarKeyword;
    if parameters.all.iter().any(takes_any) {
        return;
    }
    let claims = check.claims;
    let described: HashSet<&str> = claims.described().map(|claim| claim.name).collect();
    let undescribed = parameters
        .all
        .iter()
        .filter(|one| !described.contains(one.name.as_str()))
        .take(MAX_COMPARED);
    let undescribed: Vec<&str> = undescribed.map(|one| one.name.as_str()).collect();
    for claim in claims.described() {
        let name = claim.name;
        // «Parameters: None» describes none.
        if matches!(name, "self" | "cls" | "None") || parameters.named(name).is_some() {
            continue;
        }
        let likely = undescribed
            .iter()
            .map(|one| (strsim::jaro_winkler(one, name), one))
            .filter(|(likeness, _)| *likeness > 0.8)
            .max_by(|one, other| one.0.total_cmp(&other.0));
        let advice = likely.map_or(String::new(), |(_, meant)| {
            format!("; did you mean `{meant}`?")
        });
        let message = format!("Documented argument `{name}` is not in the signature{advice}");
        check.report(
            RuleCode::DOC102,
            message,
            Some(claim.at.clone()),
            &[name],
            None,
        );
    }
}

/// DOC104, section by section: numpydoc keeps the seldom used ones apart.
fn order(check: &mut Check<'_, '_>, parameters: &Parameters<'_>) {
    let claims = check.claims;
    for section in &claims.arguments {
        let mut written: Vec<usize> = Vec::new();
        let mut seen = HashSet::new();
        for claim in &section.arguments {
            // Described twice: the first time counts.
            if let Some(at) = parameters.places.get(claim.name)
                && seen.insert(at)
            {
                written.push(*at);
            }
        }
        if written.is_sorted() {
            continue;
        }
        let mut right = written.clone();
        right.sort_unstable();
        let names = |order: &[usize]| {
            let names = order.iter().filter_map(|&at| parameters.all.get(at));
            quoted(names.map(|one| one.name.as_str()))
        };
        let message = format!(
            "Arguments are documented as {}, but the order is {}",
            names(&written),
            names(&right)
        );
        let at = Some(section.at.clone());
        check.report(RuleCode::DOC104, message, at, &[], None);
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
        check.report(
            RuleCode::DG105,
            one_line(&message),
            Some(claim.at.clone()),
            &[name],
            Some(annotation::type_in(said)),
        );
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
    check.report(
        RuleCode::DG106,
        one_line(&message),
        Some(claim.at.clone()),
        &[name],
        Some(said.value),
    );
}

/// An annotation or docstring type may go over lines; a message does not.
pub(super) fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
