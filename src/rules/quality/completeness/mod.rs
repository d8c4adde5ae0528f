//! Whether a docstring says what the code asks for.
//!
//! A summary is asked of all. What else depends on the code: a few lines without a decision need no
//! more; the longer, the more branched and the more parameters, the more the other parts weigh.

mod advice;
mod class;
mod effort;
mod pointer;

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::clarity::{DESCRIPTION_WORDS, description_words, repeats_name};
use super::words::is_empty_word;
use super::{Loss, Trial};
use crate::docstring::words::words_of;
use crate::docstring::{ArgumentClaim, ValueClaim};
use crate::python::{DecoratorRole, Definition, Kind, Parameter};
use crate::rules::RuleCode;
use advice::losses;
use class::{attributes, constructed, is_described_by_class};
use effort::{decisions, effort_of_body, lines, scale};
use pointer::is_pointer;

/// Weights of the parts; all but the summary's shrink to half for small functions.
const SUMMARY: f64 = 3.0;
const ARGUMENTS: f64 = 4.0;
const RESULT: f64 = 2.0;
const RAISES: f64 = 1.5;
const ATTRIBUTES: f64 = 2.0;
const DESCRIPTION: f64 = 1.5;

/// Something is said of it, but in running text.
const MENTIONED: f64 = 0.75;
/// Something is said of it, but no more than its name or type.
const REPEATED: f64 = 0.5;
/// Both: an entry that says no more than the name, and running text that names it.
const REPEATED_AND_MENTIONED: f64 = 0.85;

/// What to do about a docstring that begins with something else than words.
pub(super) const NO_SUMMARY: &str = "begin with a sentence that says what it does or is";

/// A part of a docstring that the code asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// The first line.
    Summary,
    /// Running text after it.
    Description,
    /// Arguments.
    Args,
    /// The return value.
    Returns,
    /// Yielded values.
    Yields,
    /// Exceptions.
    Raises,
    /// Fields of a class.
    Attributes,
}

/// Something that the code asks for and the docstring does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingPart {
    /// Where it would stand.
    pub section: Section,
    /// The argument, exception or field; `None` for a section as a whole.
    pub name: Option<String>,
}

impl MissingPart {
    pub(super) fn summary() -> Self {
        Self {
            section: Section::Summary,
            name: None,
        }
    }
}

/// A part that is asked for.
struct Part {
    section: Section,
    name: Option<String>,
    weight: f64,
    /// How much of it there is, 0 to 1.
    credit: f64,
}

/// What is lost, and what is missing.
pub(super) fn judge(trial: &Trial<'_>) -> (Vec<Loss>, Vec<MissingPart>) {
    let mut parts = vec![Part {
        section: Section::Summary,
        name: None,
        weight: SUMMARY,
        credit: summary(trial),
    }];
    if !is_pointer(trial) {
        let told = trial.prose.names();
        match trial.definition.kind {
            Kind::Module | Kind::Package => {}
            Kind::Class | Kind::NestedClass => {
                attributes(trial, &mut parts);
                constructed(trial, &told, &mut parts);
            }
            _ => function(trial, &told, &mut parts),
        }
    }
    let missing = parts
        .iter()
        .filter(|part| part.credit <= 0.0)
        .map(|part| MissingPart {
            section: part.section,
            name: part.name.clone(),
        });
    let missing = missing.collect();
    (losses(trial, &parts), missing)
}

fn summary(trial: &Trial<'_>) -> f64 {
    if trial.prose.summary().is_none() {
        0.0
    } else if repeats_name(trial) && description_words(trial) < DESCRIPTION_WORDS {
        REPEATED
    } else {
        1.0
    }
}

fn function(trial: &Trial<'_>, told: &HashSet<&str>, parts: &mut Vec<Part>) {
    let definition = trial.definition;
    // A program shows it to its users, or nobody calls it by hand.
    if definition.has_role(DecoratorRole::Command)
        || definition.has_role(DecoratorRole::Overload)
        || definition.name.starts_with("test_")
        || (definition.is_magic()
            && !trial.claims.has_sections()
            && !matches!(
                definition.name.as_str(),
                "__init__" | "__call__" | "__new__"
            ))
    {
        return;
    }
    let Some(scale) = scale(trial) else { return };
    let in_force = |code| trial.file.rules.contains(code);
    if in_force(RuleCode::D417) && !is_described_by_class(trial) {
        arguments(trial, definition, scale, told, parts);
    }
    result(trial, scale, told, parts);
    if in_force(RuleCode::DOC501) && !definition.facts.is_stub {
        exceptions(trial, scale, told, parts);
    }
    let size = effort_of_body(lines(trial), decisions(trial));
    if size > 2.0 {
        let words = description_words(trial);
        parts.push(Part {
            section: Section::Description,
            name: None,
            weight: DESCRIPTION * (size - 2.0).min(1.0),
            credit: share(words.min(DESCRIPTION_WORDS), DESCRIPTION_WORDS),
        });
    }
}

/// The arguments of `function`, which are a class's if that is its `__init__`.
fn arguments(
    trial: &Trial<'_>,
    function: &Definition,
    scale: f64,
    told: &HashSet<&str>,
    parts: &mut Vec<Part>,
) {
    let asked: Vec<&Parameter> = function
        .documented_parameters()
        .filter(|one| !one.name.starts_with('_') && !matches!(one.name.as_str(), "self" | "cls"))
        .collect();
    let whole: f64 = asked.iter().map(|one| argument_share(one)).sum();
    let mut claims: HashMap<&str, Vec<&ArgumentClaim<'_>>> = HashMap::new();
    for claim in trial.claims.described() {
        claims.entry(claim.name).or_default().push(claim);
    }
    for parameter in &asked {
        parts.push(Part {
            section: Section::Args,
            name: Some(parameter.starred_name()),
            weight: ARGUMENTS * scale * argument_share(parameter) / whole,
            credit: argument(trial, parameter, claims.get(parameter.name.as_str()), told),
        });
    }
}

/// What takes any number of arguments is often handed on as it is.
fn argument_share(parameter: &Parameter) -> f64 {
    if parameter.kind.stars().is_empty() {
        1.0
    } else {
        0.5
    }
}

fn argument(
    trial: &Trial<'_>,
    parameter: &Parameter,
    claims: Option<&Vec<&ArgumentClaim<'_>>>,
    told: &HashSet<&str>,
) -> f64 {
    let name = parameter.name.as_str();
    let is_mentioned = told.contains(name);
    let has_keywords = || {
        let mut sections = trial.claims.arguments.iter();
        parameter.kind.stars() == "**"
            && sections.any(|one| one.is_keywords && !one.arguments.is_empty())
    };
    let Some(claims) = claims else {
        return match is_mentioned {
            _ if has_keywords() => 1.0,
            true => MENTIONED,
            false => 0.0,
        };
    };
    let says_more = claims.iter().any(|claim| {
        let known = [
            Some(name),
            claim.annotation,
            parameter.annotation.as_deref(),
        ];
        says_more(claim.text, &known) || claim.annotation.is_some_and(reads_as_words)
    });
    match (says_more, is_mentioned) {
        (true, _) => 1.0,
        (false, true) => REPEATED_AND_MENTIONED,
        (false, false) => REPEATED,
    }
}

/// Whether words stand where a type should: `rows : an array of the rows`.
fn reads_as_words(annotation: &str) -> bool {
    let mut words = annotation.split_whitespace();
    words.any(|word| {
        matches!(
            word,
            "the" | "The" | "a" | "A" | "an" | "An" | "whether" | "Whether"
        )
    })
}

/// Whether a text has a word that is not in one of the `known` texts.
fn says_more(text: &str, known: &[Option<&str>]) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .flat_map(words_of)
            .collect()
    };
    let known: Vec<String> = known
        .iter()
        .flatten()
        .flat_map(|text| words(text))
        .collect();
    words(text).iter().any(|word| {
        !is_empty_word(word) && !known.contains(word) && word != "optional" && word != "defaults"
    })
}

fn result(trial: &Trial<'_>, scale: f64, told: &HashSet<&str>, parts: &mut Vec<Part>) {
    let (definition, claims) = (trial.definition, trial.claims);
    let in_force = |code| trial.file.rules.contains(code);
    let mut add = |section, credit| {
        parts.push(Part {
            section,
            name: None,
            weight: RESULT * scale,
            credit,
        });
    };
    let is_mentioned = |words: &[&str]| words.iter().any(|word| told.contains(word));
    if definition.returns_value() && definition.name != "__new__" && in_force(RuleCode::DOC201) {
        let is_excused = claims.has_sections() && !has_drift(trial, RuleCode::DOC201);
        let annotation = definition
            .signature
            .as_ref()
            .and_then(|one| one.returns.as_deref());
        let credit = match &claims.returns {
            Some(value) => value_credit(value, annotation),
            None if claims.tells_return || is_excused => 1.0,
            None if is_mentioned(&[
                "return", "returns", "returned", "Return", "Returns", "gives", "Gives",
            ]) =>
            {
                MENTIONED
            }
            None => 0.0,
        };
        add(Section::Returns, credit);
    }
    if definition.facts.yields_value && in_force(RuleCode::DOC402) {
        let is_excused = claims.has_sections() && !has_drift(trial, RuleCode::DOC402);
        let credit = match &claims.yields {
            Some(value) => value_credit(value, None),
            None if claims.tells_yield || claims.tells_return || is_excused => 1.0,
            None if is_mentioned(&[
                "yield",
                "yields",
                "yielded",
                "iterate",
                "Iterate",
                "iterator",
                "generator",
                "Generate",
                "generate",
                "Generator",
                "Iterator",
                "return",
                "returns",
                "Yield",
                "context",
            ]) =>
            {
                MENTIONED
            }
            None => 0.0,
        };
        add(Section::Yields, credit);
    }
}

/// A value with words of its own, or with a type that the signature does not tell.
fn value_credit(value: &ValueClaim<'_>, annotation: Option<&str>) -> f64 {
    let tells_type = value.annotation.is_some() && annotation.is_none();
    if tells_type || says_more(value.text, &[value.annotation, annotation]) {
        1.0
    } else {
        REPEATED
    }
}

fn has_drift(trial: &Trial<'_>, code: RuleCode) -> bool {
    trial.drifts.iter().any(|drift| drift.code == code)
}

fn exceptions(trial: &Trial<'_>, scale: f64, told: &HashSet<&str>, parts: &mut Vec<Part>) {
    let raised: Vec<&str> = trial
        .definition
        .raised()
        .filter(|raise| !raise.is_of_anything())
        .map(|raise| raise.exception.as_str())
        .filter(|name| last_name(name) != "NotImplementedError")
        .collect();
    for name in &raised {
        let is_unnamed = || {
            let mut drifts = trial.drifts.iter();
            drifts.any(|drift| {
                drift.code == RuleCode::DOC501 && names_in(&drift.message).any(|one| one == *name)
            })
        };
        let credit = if trial.claims.has_sections() && !is_unnamed() {
            1.0
        } else if told.contains(last_name(name)) {
            MENTIONED
        } else {
            0.0
        };
        parts.push(Part {
            section: Section::Raises,
            name: Some((*name).to_owned()),
            weight: RAISES * scale / share(raised.len(), 1),
            credit,
        });
    }
}

/// The names in backticks of a message.
fn names_in(message: &str) -> impl Iterator<Item = &str> {
    message.split('`').skip(1).step_by(2)
}

fn last_name(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

#[expect(clippy::cast_precision_loss, reason = "no definition has 2^52 parts")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
