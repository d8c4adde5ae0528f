//! What a run was allowed to spend, and what it did.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::run_report::FileReport;
use super::text::plural;
use crate::llm::{Bound, BudgetLine, BudgetStatement, OverBudget, Period};

/// What a run was allowed to spend, and what it did.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BudgetReport {
    /// Each bound that was set.
    pub bounds: Vec<BudgetBound>,
    /// Why the run had to stop; `None` if it had not.
    pub stopped: Option<String>,
    /// Definitions that nobody was asked about for that reason.
    pub left: usize,
    #[serde(skip)]
    statement: BudgetStatement,
}

/// A bound of a budget, in US dollars, tokens, requests or seconds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BudgetBound {
    /// How long it is for: `run`, `day` or `month`.
    pub period: &'static str,
    /// What it bounds: `cost`, `tokens`, `requests` or `time`.
    pub of: &'static str,
    /// The bound.
    pub limit: f64,
    /// What was spent of it.
    pub spent: f64,
}

impl BudgetReport {
    /// What became of a budget in a run over `files`.
    #[must_use]
    pub fn new(statement: BudgetStatement, files: &[FileReport]) -> Self {
        let bounds = statement.lines.iter().map(|line| BudgetBound {
            period: line.period.word(),
            of: line.bound.word(),
            limit: line.bound.number(),
            spent: line.spent.number(),
        });
        let stopped = statement.over.as_ref().map(ToString::to_string);
        let outcomes = files.iter().flat_map(|file| &file.outcomes);
        let is_left = |reason: Option<&str>| reason.is_some() && reason == stopped.as_deref();
        let left = outcomes.filter(|outcome| is_left(outcome.status.reason()));
        Self {
            bounds: bounds.collect(),
            left: left.count(),
            stopped,
            statement,
        }
    }

    /// Why the run stopped and what is left, if anything is.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        let (stopped, left) = (self.stopped.as_ref()?, self.left);
        (left > 0).then(|| {
            let are = if left == 1 { "is" } else { "are" };
            format!(
                "{stopped}, and {left} {} {are} left",
                plural(left, "definition")
            )
        })
    }

    /// A line of what was spent, and one of why the run had to stop.
    pub(super) fn lines(&self) -> String {
        let mut text = String::new();
        let parts: Vec<String> = self.statement.lines.iter().map(part).collect();
        if !parts.is_empty() {
            _ = writeln!(text, "Budget: {}", parts.join(", "));
        }
        if let Some(told) = self.told() {
            _ = write!(text, "Stopped: {told}");
            if let Some(hint) = self.statement.over.as_ref().and_then(OverBudget::hint) {
                _ = write!(text, "; {hint}");
            }
            text.push('\n');
        }
        text
    }

    /// As a table's rows: what is bounded, what was spent, and the bound.
    pub(super) fn rows(&self) -> impl Iterator<Item = [String; 3]> {
        self.statement.lines.iter().map(|line| {
            let name = format!("{} of the {}", line.bound.word(), line.period.word());
            let name = name[..1].to_uppercase() + &name[1..];
            [name, line.spent.to_string(), line.bound.to_string()]
        })
    }
}

/// «$4.97 of $5.00», «31 of 100 requests today»
fn part(line: &BudgetLine) -> String {
    let period = match line.period {
        Period::Run => "",
        Period::Day => " today",
        Period::Month => " this month",
    };
    let spent = match line.spent {
        Bound::Tokens(_) | Bound::Requests(_) => {
            let words = line.spent.to_string();
            // The unit stands with the bound.
            words.split(' ').next().unwrap_or_default().to_owned()
        }
        spent => spent.to_string(),
    };
    format!("{spent} of {}{period}", line.bound)
}
