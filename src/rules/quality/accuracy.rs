//! Whether what a docstring says of the code is true: the rules of drift (DOC102 to DOC502, DG105 to
//! DG404), and names in backticks that look like a parameter and are none. What is merely not said
//! is the matter of completeness.

use super::prose::{Paragraph, Token};
use super::{Loss, Trial};
use crate::rules::RuleCode;

/// What is left of the score after one thing that is not true: one is enough to mislead, and the
/// fifth changes little.
const LEFT: f64 = 0.5;
/// The same for a type: another name of the same type may be meant, which the file does not show.
const LEFT_BY_TYPE: f64 = 0.7;
/// The same for the order of arguments and for a name that looks misspelled.
const LEFT_BY_SLIP: f64 = 0.85;

/// More names, and more parameters, than are compared with each other.
const MAX_COMPARED: usize = 50;

pub(super) fn judge(trial: &Trial<'_>) -> Vec<Loss> {
    let drifts = trial.drifts.iter();
    let drifts = drifts
        .filter(|drift| !is_omission(drift.code))
        .map(|drift| {
            let text = format!("correct this: {} ({})", drift.message, drift.code);
            (left(drift.code), text)
        });
    let slips = misspelled(trial).into_iter().map(|(written, meant)| {
        let text = format!("`{written}` stands nowhere in the file: is `{meant}` meant?");
        (LEFT_BY_SLIP, text)
    });
    let mut whole = 100.0;
    let losses = drifts.chain(slips).map(|(left, text)| {
        let points = whole * (1.0 - left);
        whole -= points;
        Loss { points, text }
    });
    losses.collect()
}

/// Whether a rule speaks of what is not said, rather than of what is said wrongly.
fn is_omission(code: RuleCode) -> bool {
    matches!(
        code,
        RuleCode::D417 | RuleCode::DOC201 | RuleCode::DOC402 | RuleCode::DOC501
    )
}

fn left(code: RuleCode) -> f64 {
    match code {
        RuleCode::DG105 | RuleCode::DG203 | RuleCode::DG404 => LEFT_BY_TYPE,
        RuleCode::DOC104 => LEFT_BY_SLIP,
        _ => LEFT,
    }
}

/// Names in backticks that stand nowhere else in the file and are nearly those of a parameter which
/// the running text does not name, each with that parameter. A name that is like none may well be
/// another module's.
fn misspelled<'t>(trial: &Trial<'t>) -> Vec<(&'t str, &'t str)> {
    let tokens = trial.prose.paragraphs.iter().flat_map(Paragraph::tokens);
    let named = tokens.filter_map(|token| match token {
        Token::Code(code) if is_name(code) => Some(*code),
        _ => None,
    });
    let named: Vec<&str> = named.take(MAX_COMPARED).collect();
    let mut found: Vec<(&str, &str)> = Vec::new();
    for &written in &named {
        let mut parameters = trial.definition.documented_parameters().take(MAX_COMPARED);
        let meant = parameters
            .find(|one| !named.contains(&one.name.as_str()) && is_slip(written, &one.name));
        if let Some(meant) = meant
            && !found.iter().any(|(known, _)| *known == written)
            && !stands_elsewhere(trial, written)
        {
            found.push((written, &meant.name));
        }
    }
    found
}

fn is_name(code: &str) -> bool {
    code.len() > 2
        && code.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && code.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Whether two names differ by underscores and capitals, or by a letter or two.
fn is_slip(written: &str, meant: &str) -> bool {
    let squashed = |name: &str| name.replace('_', "").to_lowercase();
    let (one, other) = (squashed(written), squashed(meant));
    let allowed = match one.len().min(other.len()) {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    };
    written != meant
        && one.len().abs_diff(other.len()) <= allowed
        && strsim::damerau_levenshtein(&one, &other) <= allowed
}

/// Whether the file has the name outside of this docstring.
fn stands_elsewhere(trial: &Trial<'_>, name: &str) -> bool {
    let Some(docstring) = &trial.definition.docstring else {
        return false;
    };
    let text = trial.file.text;
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let end = at + name.len();
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(end..).and_then(|after| after.chars().next());
        !docstring.range.contains(&at)
            && !before.is_some_and(is_part)
            && !after.is_some_and(is_part)
    })
}
