//! Whether what a docstring says of the code is true: the rules of drift (DOC102 to DOC502, DG105 to
//! DG404). What is merely not said is the matter of completeness.

use super::{Loss, Trial};
use crate::rules::RuleCode;

/// What is left of the score after each thing that is not true: one is enough to mislead, and the
/// fifth changes little.
const LEFT: f64 = 0.6;

pub(super) fn judge(trial: &Trial<'_>) -> Vec<Loss> {
    let mut left = 100.0;
    let wrong = trial.drifts.iter().filter(|drift| !is_omission(drift.code));
    wrong
        .map(|drift| {
            let points = left * (1.0 - LEFT);
            left -= points;
            Loss {
                points,
                text: format!("correct this: {} ({})", drift.message, drift.code),
            }
        })
        .collect()
}

/// Whether a rule speaks of what is not said, rather than of what is said wrongly.
fn is_omission(code: RuleCode) -> bool {
    matches!(
        code,
        RuleCode::D417 | RuleCode::DOC201 | RuleCode::DOC402 | RuleCode::DOC501
    )
}
