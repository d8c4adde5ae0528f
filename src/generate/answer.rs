//! What becomes of a definition that the model was asked about: words that hold, or why there are none.

use std::sync::Arc;

use super::cache::{Cost, Memory, Paid, Settled};
use super::fault::{Fault, FaultKind};
use super::reply::Draft;
use super::select::Target;
use crate::docstring::Docstring;
use crate::llm::LlmError;

/// What the model gave for one definition.
#[derive(Debug)]
pub struct Answer {
    /// The definition.
    pub target: Target,
    /// The docstring, or why there is none.
    pub result: Result<Written, Rejection>,
    /// What was paid for it, if the words of a model were and may come of use again.
    pub paid: Option<Paid>,
}

/// A docstring that holds against the code.
#[derive(Debug)]
pub struct Written {
    /// The docstring.
    pub docstring: Docstring,
    /// What it took to get there.
    pub repair: Repair,
    /// Kinds of what was wrong with the first reply, each once.
    pub faults: Vec<FaultKind>,
}

/// What it took to make a reply hold.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// The first reply held.
    None,
    /// The second reply held.
    Asked,
    /// Faults that stayed were mended from the code.
    Mended,
}

/// Why a definition got no docstring.
#[derive(Debug, thiserror::Error)]
pub enum Rejection {
    /// The reply contradicts the code or the rules, after the repair too.
    #[error("the words do not hold: {}", list(.0))]
    Faults(Vec<Fault>),
    /// The same, as remembered from another day.
    #[error(
        "the words did not hold on {on}: {}; `--refresh` asks for others", list(.faults)
    )]
    Remembered {
        /// What was wrong.
        faults: Vec<Fault>,
        /// The day, as year, month and day.
        on: String,
    },
    /// The model would not.
    #[error("the model refused: {0}")]
    Refused(String),
    /// Azure's filter stopped the prompt or the reply.
    #[error("the content filter stopped it ({})", .0.join(", "))]
    ContentFilter(Vec<String>),
    /// The definition does not fit the model's context, or the reply its output limit.
    #[error("it is too long for the model")]
    TooLong,
    /// The request failed.
    #[error("{}", failed(.0))]
    Request(Arc<LlmError>),
}

impl Rejection {
    /// Kinds of what was wrong with the words, each once.
    #[must_use]
    pub fn fault_kinds(&self) -> Vec<FaultKind> {
        match self {
            Self::Faults(faults) | Self::Remembered { faults, .. } => kinds(faults),
            _ => Vec::new(),
        }
    }

    /// Whether the budget had no room for the request.
    #[must_use]
    pub fn is_for_the_budget(&self) -> bool {
        matches!(self, Self::Request(error) if error.is_budget_used_up())
    }

    /// Whether the run was stopped before the request was sent or answered.
    #[must_use]
    pub fn is_for_the_stop(&self) -> bool {
        matches!(self, Self::Request(error) if matches!(**error, LlmError::Closed))
    }

    /// Whether the words were at fault, not the way to them.
    #[must_use]
    pub fn is_refusal_of_words(&self) -> bool {
        !matches!(self, Self::Request(_))
    }
}

impl Answer {
    /// The words of `draft` hold.
    pub(super) fn held(
        target: Target,
        written: Written,
        draft: Option<&Draft>,
        cost: Cost,
    ) -> Self {
        let memory = draft.map(|draft| Memory {
            drafts: vec![draft.clone()],
            settled: Settled::Held {
                repair: written.repair,
                faults: written.faults.clone(),
            },
        });
        Self {
            target,
            result: Ok(written),
            paid: memory.map(|memory| Paid { memory, cost }),
        }
    }

    /// The words of `drafts`, the last one first, do not hold. Without a `cost` they are not worth
    /// remembering: better ones may come another time.
    pub(super) fn refused(
        target: Target,
        faults: Vec<Fault>,
        drafts: Vec<Draft>,
        cost: Option<Cost>,
    ) -> Self {
        let memory = (!drafts.is_empty()).then(|| Memory {
            drafts,
            settled: Settled::Refused {
                faults: faults.clone(),
            },
        });
        Self {
            target,
            result: Err(Rejection::Faults(faults)),
            paid: memory.zip(cost).map(|(memory, cost)| Paid { memory, cost }),
        }
    }

    /// There are no words.
    pub(super) fn rejected(target: Target, reason: Rejection) -> Self {
        Self {
            target,
            result: Err(reason),
            paid: None,
        }
    }
}

/// The kinds among faults, each once, in order.
pub(super) fn kinds(faults: &[Fault]) -> Vec<FaultKind> {
    let mut kinds: Vec<FaultKind> = faults.iter().map(|fault| fault.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn failed(error: &LlmError) -> String {
    if error.is_budget_used_up() {
        error.to_string()
    } else {
        format!("the request failed: {error}")
    }
}

fn list(faults: &[Fault]) -> String {
    faults
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}
