//! What it took to make replies hold: how many needed which step, and what was wrong with them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::outcome::{Outcome, Status};
use crate::generate::{FaultKind, Repair};

/// Kinds of faults that a report lists at most.
const MOST_KINDS: usize = 10;

/// How many definitions needed which step until their words held.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Repairs {
    /// The first reply held.
    pub held: usize,
    /// The second reply held.
    pub asked: usize,
    /// What stayed wrong was mended from the code.
    pub mended: usize,
    /// Refused.
    pub refused: usize,
    /// The kinds of faults in what did not hold at once, the most frequent first.
    pub faults: Vec<FaultCount>,
}

/// How often a kind of fault was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FaultCount {
    /// The kind.
    pub kind: FaultKind,
    /// Definitions whose words had it.
    pub definitions: usize,
    /// Those of them that had to be mended.
    pub mended: usize,
    /// Those of them that were refused.
    pub refused: usize,
}

impl Repairs {
    /// Counts the steps of these outcomes.
    pub(super) fn of<'o>(outcomes: impl Iterator<Item = &'o Outcome>) -> Self {
        let mut repairs = Self::default();
        let mut counts: BTreeMap<FaultKind, FaultCount> = BTreeMap::new();
        for outcome in outcomes {
            let none = Vec::new();
            let (step, kinds) = match &outcome.status {
                Status::Documented { repair, faults, .. } => (repairs.step(*repair), faults),
                Status::Mended {
                    repair: Some(repair),
                    ..
                } => (repairs.step(*repair), &none),
                Status::Rejected { faults, .. } => (&mut repairs.refused, faults),
                Status::Mended { .. } | Status::Skipped { .. } | Status::Failed { .. } => continue,
            };
            *step += 1;
            for kind in kinds {
                let count = counts.entry(*kind).or_insert(FaultCount {
                    kind: *kind,
                    definitions: 0,
                    mended: 0,
                    refused: 0,
                });
                count.definitions += 1;
                match &outcome.status {
                    Status::Documented {
                        repair: Repair::Mended,
                        ..
                    } => count.mended += 1,
                    Status::Rejected { .. } => count.refused += 1,
                    _ => {}
                }
            }
        }
        repairs.faults = counts.into_values().collect();
        repairs
            .faults
            .sort_by_key(|count| std::cmp::Reverse(count.definitions));
        repairs.faults.truncate(MOST_KINDS);
        repairs
    }

    fn step(&mut self, repair: Repair) -> &mut usize {
        match repair {
            Repair::None => &mut self.held,
            Repair::Asked => &mut self.asked,
            Repair::Mended => &mut self.mended,
        }
    }

    /// Definitions that a reply was judged for.
    #[must_use]
    pub fn judged(&self) -> usize {
        self.held + self.asked + self.mended + self.refused
    }

    /// The steps, each with its words and count.
    pub(super) fn steps(&self) -> [(&'static str, usize); 4] {
        [
            ("Held at once", self.held),
            ("Held when asked again", self.asked),
            ("Mended from the code", self.mended),
            ("Refused", self.refused),
        ]
    }
}

/// `count` of `total` as a share, rounded down.
pub(super) fn share(count: usize, total: usize) -> String {
    let permille = (count * 1000).checked_div(total).unwrap_or_default();
    format!("{}.{} %", permille / 10, permille % 10)
}
