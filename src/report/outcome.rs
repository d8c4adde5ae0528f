//! What became of a definition.

use schemars::JsonSchema;
use serde::Serialize;

use crate::generate::{FaultKind, Rejection, Repair, Target};
use crate::python::{Definition, Kind};
use crate::rules::RuleCode;
use crate::source::FileName;

/// The reason that a definition has which nobody was asked about when Ctrl-C was pressed.
pub const INTERRUPTED: &str = "the run was interrupted";

/// The reason of one whose request was still waiting, or on its way, when the run was stopped.
const STOPPED: &str = "the run was stopped before it was answered";

/// What became of a definition that needed a docstring.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Outcome {
    /// `path::Qual.name`.
    pub id: String,
    /// The name as its file has it; the file's own for a module.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// 1-based line of its name before the run.
    pub line: usize,
    /// The same in the file as it is after the run, which has docstrings that it had not.
    pub line_after: usize,
    /// The rule that asked for the docstring.
    #[schemars(with = "String")]
    pub code: RuleCode,
    /// It had a docstring before.
    pub was_documented: bool,
    /// How hard its body is to follow; `None` of modules and classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complexity: Option<CodeComplexity>,
    /// How good the docstring is that was written or mended; `None` of one that was not touched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<ScoreChange>,
    /// What became of it.
    #[serde(flatten)]
    pub status: Status,
}

/// How hard a function's body is to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CodeComplexity {
    /// As radon counts it.
    pub cyclomatic: u32,
    /// As `SonarSource` counts it.
    pub cognitive: u32,
}

/// What a docstring scores, of 100, as `docgen score` counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct ScoreChange {
    /// Before the run; none scores 0.
    pub before: f64,
    /// After the run, or as it would be after one that writes.
    pub after: f64,
}

/// What became of a definition.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    /// It has a docstring now, or would have without `--diff`.
    Documented {
        /// What it took to make the reply hold.
        repair: Repair,
        /// Kinds of what was wrong with the first reply.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        faults: Vec<FaultKind>,
        /// The docstring's text, as Python's `inspect.cleandoc` gives it.
        docstring: String,
    },
    /// The docstring that it had is true again, or would be without `--diff`.
    Mended {
        /// What it took to make the words of new parts hold; `None` where it took no words, or drafts.
        #[serde(skip_serializing_if = "Option::is_none")]
        repair: Option<Repair>,
        /// The docstring's text, as Python's `inspect.cleandoc` gives it.
        docstring: String,
        /// What was mended.
        changes: Vec<String>,
        /// What was left as it is, each with the rule and the reason.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        left: Vec<String>,
    },
    /// Left alone on purpose.
    Skipped {
        /// Why.
        reason: String,
    },
    /// The words were not fit to be written.
    Rejected {
        /// Why.
        reason: String,
        /// Kinds of what was wrong with the words.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        faults: Vec<FaultKind>,
    },
    /// Something in the way broke.
    Failed {
        /// What.
        reason: String,
    },
}

impl Outcome {
    /// The outcome of a definition.
    #[must_use]
    pub fn new(file: &FileName, definition: &Definition, target: Target, status: Status) -> Self {
        let name = match definition.qualified_name.as_str() {
            "" => definition.name.clone(),
            name => name.to_owned(),
        };
        Self {
            id: format!("{file}::{}", definition.qualified_name),
            name,
            kind: definition.kind,
            line: definition.place.line,
            line_after: definition.place.line,
            code: target.code,
            was_documented: target.is_documented,
            complexity: CodeComplexity::of(definition),
            score: None,
            status,
        }
    }
}

impl CodeComplexity {
    /// Of a function.
    #[must_use]
    pub fn of(definition: &Definition) -> Option<Self> {
        definition.complexity.map(|one| Self {
            cyclomatic: one.cyclomatic,
            cognitive: one.cognitive,
        })
    }
}

impl From<Rejection> for Status {
    fn from(rejection: Rejection) -> Self {
        let reason = rejection.to_string();
        if rejection.is_for_the_budget() {
            Self::Skipped { reason }
        } else if rejection.is_for_the_stop() {
            Self::Failed {
                reason: STOPPED.to_owned(),
            }
        } else if rejection.is_refusal_of_words() {
            Self::Rejected {
                faults: rejection.fault_kinds(),
                reason,
            }
        } else {
            Self::Failed { reason }
        }
    }
}

impl Status {
    /// The word for it in reports.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Documented { .. } => "documented",
            Self::Mended { .. } => "mended",
            Self::Skipped { .. } => "skipped",
            Self::Rejected { .. } => "rejected",
            Self::Failed { .. } => "failed",
        }
    }

    /// What was done to a docstring that was mended, and what was left.
    #[must_use]
    pub fn changes(&self) -> Option<String> {
        let Self::Mended { changes, left, .. } = self else {
            return None;
        };
        let mut told = changes.join(", ");
        if !left.is_empty() {
            told.push_str("; left: ");
            told.push_str(&left.join("; "));
        }
        Some(told)
    }

    /// Whether nobody was asked about it, or heard about it, since the run was stopped.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self, Self::Failed { reason } if reason == INTERRUPTED || reason == STOPPED)
    }

    /// Why, where there is a why.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Documented { .. } | Self::Mended { .. } => None,
            Self::Skipped { reason } | Self::Rejected { reason, .. } | Self::Failed { reason } => {
                Some(reason)
            }
        }
    }
}
