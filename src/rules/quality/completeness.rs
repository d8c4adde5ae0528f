//! Whether a docstring says what the code asks for.
//!
//! A summary is asked of all. What else depends on the code: a few lines without a decision need no
//! more; the longer, the more branched and the more parameters, the more the other parts weigh.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::clarity::{DESCRIPTION_WORDS, beyond_name_advice, description_words, repeats_name};
use super::words::is_empty_word;
use super::{Loss, Trial};
use crate::docstring::words::words_of;
use crate::docstring::{ArgumentClaim, Claims, ValueClaim};
use crate::python::{DecoratorRole, Definition, Guard, Kind, Parameter};
use crate::rules::RuleCode;

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

/// Up to here a function is trivial: lines of its body, cyclomatic complexity, parameters.
const TRIVIAL: (usize, u32, usize) = (4, 2, 2);
/// Names that one suggestion lists.
const MAX_NAMES: usize = 4;
/// Characters of an annotation or condition that a suggestion shows.
const MAX_ANNOTATION: usize = 60;

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

/// Whether it sends its reader elsewhere, or has its parts put in by a program: «See `other`.»,
/// `%(parameters)s`.
fn is_pointer(trial: &Trial<'_>) -> bool {
    /// Ways to point at what says more, in lower case; what follows is a name.
    const WAYS: &[&str] = &[
        "see ",
        "refer to ",
        "same as ",
        "alias for ",
        "alias of ",
        "alias to ",
        "equivalent to ",
        "identical to ",
        "shortcut for ",
        "shorthand for ",
        "wrapper for ",
        "wrapper around ",
        "equals ",
        "docs for ",
        "documentation of ",
        "documentation for ",
        "implements ",
        "like ",
    ];
    let is_put_in = |line: &str| {
        let line = line.trim();
        (line.starts_with("%(") && line.ends_with(")s"))
            || (line.starts_with('{') && line.ends_with('}') && !line.contains([' ', ':']))
    };
    if trial.value.lines().any(is_put_in) {
        return true;
    }
    let points = |text: &str| {
        text.match_indices(['`', ':']).any(|(at, _)| {
            let before = text.get(..at).unwrap_or_default();
            WAYS.iter().any(|way| ends_with(before, way))
        })
    };
    let mut paragraphs = trial.prose.paragraphs.iter();
    paragraphs.any(|paragraph| points(paragraph.text))
}

/// Whether `text` ends with these words, in any case.
fn ends_with(text: &str, words: &str) -> bool {
    let Some(start) = text.len().checked_sub(words.len()) else {
        return false;
    };
    let ending = text.get(start..).unwrap_or_default();
    ending.eq_ignore_ascii_case(words) && !text[..start].ends_with(|c: char| c.is_alphanumeric())
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

/// How much is asked for besides the summary, one half to 1; `None` for a function that needs no more
/// and has begun no section.
fn scale(trial: &Trial<'_>) -> Option<f64> {
    let effort = effort(trial);
    let raises = trial.definition.raised().next().is_some() && !trial.definition.facts.is_stub;
    let is_asked = effort > 0.0 || raises || trial.claims.has_sections();
    is_asked.then(|| 0.5 + 0.5 * effort.min(1.0))
}

/// What it takes to understand a function without its docstring: 0 for a trivial one, 1 where
/// everything has to be told, more for what fills a screen.
fn effort(trial: &Trial<'_>) -> f64 {
    let parameters = trial.definition.documented_parameters();
    let named = parameters.filter(|one| one.kind.stars().is_empty()).count();
    effort_of_body(lines(trial), decisions(trial)) + share(named.saturating_sub(TRIVIAL.2), 4)
}

fn effort_of_body(lines: usize, decisions: u32) -> f64 {
    share(lines.saturating_sub(TRIVIAL.0), 12)
        + f64::from(decisions.saturating_sub(TRIVIAL.1)) / 8.0
}

/// Lines below the docstring that are not blank.
fn lines(trial: &Trial<'_>) -> usize {
    let definition = trial.definition;
    docstring_end(definition)
        .and_then(|end| trial.file.text.get(end..definition.range.end))
        .map_or(0, |body| {
            body.lines().filter(|line| !line.trim().is_empty()).count()
        })
}

fn decisions(trial: &Trial<'_>) -> u32 {
    trial
        .definition
        .complexity
        .map_or(1, |measured| measured.cyclomatic)
}

fn docstring_end(definition: &Definition) -> Option<usize> {
    definition.docstring.as_ref().map(|one| one.range.end)
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

/// Fields that the class is made of.
fn attributes(trial: &Trial<'_>, parts: &mut Vec<Part>) {
    let definition = trial.definition;
    let is_record = definition.has_role(DecoratorRole::Dataclass)
        || definition
            .bases
            .iter()
            .any(|base| matches!(last_name(base), "NamedTuple" | "TypedDict" | "BaseModel"));
    if is_record {
        let told = trial.prose.names_and_entries();
        let fields = definition.facts.attributes.iter();
        let fields: Vec<&str> = fields
            .filter(|field| !field.name.starts_with('_') && field.annotation.is_some())
            .map(|field| field.name.as_str())
            .collect();
        for field in &fields {
            parts.push(Part {
                section: Section::Attributes,
                name: Some((*field).to_owned()),
                weight: ATTRIBUTES / share(fields.len(), 1),
                credit: if told.contains(field) { 1.0 } else { 0.0 },
            });
        }
    }
}

/// The arguments of a constructor that has no docstring of its own.
fn constructed(trial: &Trial<'_>, told: &HashSet<&str>, parts: &mut Vec<Part>) {
    // Where `__init__` needs a docstring of its own, its arguments are asked for there.
    let in_force = |code| trial.file.rules.contains(code);
    let is_begun = has_drift(trial, RuleCode::D417) || !trial.claims.arguments.is_empty();
    if let Some(constructor) = constructor(trial)
        && in_force(RuleCode::D417)
        && (is_begun || (!in_force(RuleCode::D107) && constructor.docstring.is_none()))
    {
        arguments(trial, constructor, 0.5, told, parts);
    }
}

fn constructor<'t>(trial: &Trial<'t>) -> Option<&'t Definition> {
    let class = trial.definition;
    let after = trial.file.module.definitions.get(trial.index + 1..)?;
    let inside = after
        .iter()
        .take_while(|one| one.range.start < class.range.end);
    let own = inside.filter(|one| one.parent == Some(trial.index) && one.name == "__init__");
    own.last()
}

/// Whether the arguments of an `__init__` stand in its class's docstring.
fn is_described_by_class(trial: &Trial<'_>) -> bool {
    let definition = trial.definition;
    if definition.name != "__init__" || !trial.claims.arguments.is_empty() {
        return false;
    }
    let class = definition
        .parent
        .and_then(|at| trial.file.module.definitions.get(at));
    let docstring = class.and_then(|class| class.docstring.as_ref());
    docstring.is_some_and(|docstring| !Claims::read(&docstring.value).arguments.is_empty())
}

/// The points that each part lost, those of one section together.
fn losses(trial: &Trial<'_>, parts: &[Part]) -> Vec<Loss> {
    let whole: f64 = parts.iter().map(|part| part.weight).sum();
    let lost = |part: &Part| 100.0 * part.weight * (1.0 - part.credit) / whole;
    let mut losses: Vec<Loss> = Vec::new();
    let mut at = 0;
    while let Some(first) = parts.get(at) {
        let group: Vec<&Part> = parts[at..]
            .iter()
            .take_while(|part| part.section == first.section)
            .collect();
        at += group.len();
        for (is_wanted, advise) in [
            (is_missing as fn(&Part) -> bool, Advice::Write),
            (is_repeated, Advice::SayMore),
            (is_mentioned, Advice::GiveEntry),
        ] {
            let group: Vec<&Part> = group
                .iter()
                .copied()
                .filter(|part| is_wanted(part))
                .collect();
            if !group.is_empty() {
                losses.push(Loss {
                    points: group.iter().map(|part| lost(part)).sum(),
                    text: advice(trial, first.section, &group, advise),
                });
            }
        }
    }
    losses
}

/// What to do about a part that is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Advice {
    Write,
    SayMore,
    GiveEntry,
}

fn is_missing(part: &Part) -> bool {
    part.credit < REPEATED
}

fn is_repeated(part: &Part) -> bool {
    (REPEATED..MENTIONED).contains(&part.credit)
        || (REPEATED_AND_MENTIONED..1.0).contains(&part.credit)
}

fn is_mentioned(part: &Part) -> bool {
    (MENTIONED..REPEATED_AND_MENTIONED).contains(&part.credit)
}

fn advice(trial: &Trial<'_>, section: Section, parts: &[&Part], advice: Advice) -> String {
    let definition = trial.definition;
    let annotation = definition
        .signature
        .as_ref()
        .and_then(|one| one.returns.as_deref());
    let names = listed(parts);
    let are = if parts.len() == 1 { "is" } else { "are" };
    match (section, advice) {
        (Section::Summary, Advice::Write) => NO_SUMMARY.to_owned(),
        (Section::Summary, _) => beyond_name_advice(&definition.name),
        (Section::Description, _) => format!(
            "describe it in more than one sentence: it has {} lines and a cyclomatic complexity of {}",
            lines(trial),
            decisions(trial)
        ),
        (Section::Args, Advice::Write) => format!("describe {names}"),
        (Section::Args, Advice::SayMore) => format!("say more of {names} than the name and type"),
        (Section::Attributes, _) => format!("describe the attributes {names}"),
        (Section::Raises, Advice::Write) => {
            format!("say when {names} {are} raised{}", condition(trial, parts))
        }
        (Section::Args | Section::Raises, Advice::GiveEntry) => {
            format!("give {names} an entry of its own")
        }
        (Section::Raises, Advice::SayMore) => format!("say when {names} {are} raised"),
        (Section::Returns, Advice::Write) => match annotation {
            Some(annotation)
                if annotation.len() <= MAX_ANNOTATION && !annotation.contains('\n') =>
            {
                format!("say what is returned: the function returns `{annotation}`")
            }
            _ => "say what is returned: the function returns a value".to_owned(),
        },
        (Section::Returns, Advice::SayMore) => {
            "say of the returned value more than its type".to_owned()
        }
        (Section::Returns, Advice::GiveEntry) => {
            "describe the returned value in a section of its own".to_owned()
        }
        (Section::Yields, Advice::Write) => "say what is yielded".to_owned(),
        (Section::Yields, Advice::SayMore) => {
            "say of the yielded values more than their type".to_owned()
        }
        (Section::Yields, Advice::GiveEntry) => {
            "describe the yielded values in a section of their own".to_owned()
        }
    }
}

/// When the first of the exceptions is raised, if the code says it in a few words.
fn condition(trial: &Trial<'_>, parts: &[&Part]) -> String {
    let [part] = parts else { return String::new() };
    let raise = trial
        .definition
        .raised()
        .find(|raise| Some(&raise.exception) == part.name.as_ref());
    match raise.map(|raise| raise.guards.as_slice()) {
        Some([.., Guard::If(test)]) if test.len() <= MAX_ANNOTATION && !test.contains('\n') => {
            format!(": if `{test}`")
        }
        _ => String::new(),
    }
}

/// `` `a`, `b` and `c` ``
fn listed(parts: &[&Part]) -> String {
    let names = parts.iter().filter_map(|part| part.name.as_deref());
    let mut names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.len() > MAX_NAMES {
        let more = names.len() - MAX_NAMES + 1;
        names.truncate(MAX_NAMES - 1);
        names.push(format!("{more} more"));
    }
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "no definition has 2^52 parts")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
