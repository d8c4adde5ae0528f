//! What is remembered becomes an answer again, if it still holds.

use super::memory::{Memory, Settled};
use crate::generate::answer::{Answer, Rejection, Repair, Written};
use crate::generate::assignment::Assignment;
use crate::generate::fault::FaultKind;
use crate::generate::select::Target;
use crate::store::{ReplyRecord, day};

/// The answer that an entry gives for a target: its words if they hold against today's code, mended if
/// they can be, or that they did not hold when they came. `None` if it is of no use any more.
///
/// Needs no network.
#[must_use]
pub fn recall(assignment: &Assignment<'_>, target: Target, record: &ReplyRecord) -> Option<Answer> {
    let memory: Memory = serde_json::from_slice(&record.value).ok()?;
    let (repair, known) = match &memory.settled {
        Settled::Held { repair, faults } => (*repair, faults.clone()),
        Settled::Refused { faults } => (Repair::Mended, kinds(faults.iter().map(|one| one.kind))),
    };
    let mut drafts = memory.drafts.iter();
    let answer = |result| {
        Some(Answer {
            target,
            result,
            paid: None,
        })
    };
    let written = drafts.find_map(|draft| match assignment.hold(target, draft, &[])? {
        Ok(docstring) => Some(Written {
            docstring,
            repair: match repair {
                // What had to be mended then is right now.
                Repair::Mended => Repair::Asked,
                repair => repair,
            },
            faults: known.clone(),
        }),
        Err(faults) => Some(Written {
            docstring: assignment.mended(target, draft)?,
            repair: Repair::Mended,
            faults: kinds(
                known
                    .iter()
                    .copied()
                    .chain(faults.iter().map(|one| one.kind)),
            ),
        }),
    });
    match (written, memory.settled) {
        (Some(written), _) => answer(Ok(written)),
        (None, Settled::Refused { faults }) => answer(Err(Rejection::Remembered {
            faults,
            on: day(record.created_at),
        })),
        (None, Settled::Held { .. }) => None,
    }
}

/// Each once, in order.
fn kinds(kinds: impl Iterator<Item = FaultKind>) -> Vec<FaultKind> {
    let mut kinds: Vec<FaultKind> = kinds.collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
