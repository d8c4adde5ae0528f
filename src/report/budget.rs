//! What a run was allowed to spend, and what it did.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::run_report::RunReport;
use super::text::plural;
use crate::llm::{Bound, BudgetLine, Period};

/// A line of what was spent, and one of why the run had to stop.
pub(super) fn lines(report: &RunReport) -> String {
    let Some(budget) = &report.budget else {
        return String::new();
    };
    let mut text = String::new();
    let parts: Vec<String> = budget.lines.iter().map(part).collect();
    if !parts.is_empty() {
        _ = writeln!(text, "Budget: {}", parts.join(", "));
    }
    let left = report.left_by_budget();
    if let (Some(over), 1..) = (&budget.over, left) {
        let are = if left == 1 { "is" } else { "are" };
        _ = write!(
            text,
            "Stopped: {over}, and {left} {} {are} left",
            plural(left, "definition")
        );
        if let Some(hint) = over.hint() {
            _ = write!(text, "; {hint}");
        }
        text.push('\n');
    }
    text
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

/// As a table's rows: what is bounded, what was spent, and the bound.
pub(super) fn rows(report: &RunReport) -> Vec<[String; 3]> {
    let lines = report.budget.iter().flat_map(|budget| &budget.lines);
    lines
        .map(|line| {
            let name = format!("{} of the {}", line.bound.word(), line.period.word());
            let name = name[..1].to_uppercase() + &name[1..];
            [name, line.spent.to_string(), line.bound.to_string()]
        })
        .collect()
}

/// As data: dollars, tokens, requests and seconds.
pub(super) fn budget_json(report: &RunReport) -> Value {
    let Some(budget) = &report.budget else {
        return Value::Null;
    };
    let bounds = budget.lines.iter().map(|line| {
        json!({
            "period": line.period.word(),
            "of": line.bound.word(),
            "limit": line.bound.number(),
            "spent": line.spent.number(),
        })
    });
    json!({
        "bounds": bounds.collect::<Vec<Value>>(),
        "stopped": budget.over.as_ref().map(ToString::to_string),
        "left": report.left_by_budget(),
    })
}
