//! What to do about the parts that are not whole.

use super::effort::{decisions, lines};
use super::{MENTIONED, NO_SUMMARY, Part, REPEATED, REPEATED_AND_MENTIONED, Section};
use crate::python::Guard;
use crate::rules::quality::clarity::beyond_name_advice;
use crate::rules::quality::{Loss, Trial};

/// Names that one suggestion lists.
const MAX_NAMES: usize = 4;
/// Characters of an annotation or condition that a suggestion shows.
const MAX_ANNOTATION: usize = 60;

/// The points that each part lost, those of one section together.
pub(super) fn losses(trial: &Trial<'_>, parts: &[Part]) -> Vec<Loss> {
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
