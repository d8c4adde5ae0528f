//! What a run was likely to take, beside what it took.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::cache::{grouped, money};
use super::count::float;
use super::run_report::RunReport;
use super::time::duration;
use crate::generate::Dollars;

/// A figure of the estimate, and what came of it.
struct Figure {
    name: &'static str,
    key: &'static str,
    estimated: Amount,
    actual: Option<f64>,
    /// The run did all that was estimated.
    is_whole: bool,
}

/// What was estimated.
#[derive(Clone, Copy)]
enum Amount {
    Count(u64),
    Dollars(Option<Dollars>),
    Seconds(Option<f64>),
}

/// The figures of a run's estimate; none where there was none.
fn figures(report: &RunReport) -> Vec<Figure> {
    let Some(judged) = &report.estimate else {
        return Vec::new();
    };
    let estimate = &judged.estimate;
    let is_whole = !report.is_cut_short();
    let figure = |name, key, estimated, actual| Figure {
        name,
        key,
        estimated,
        actual,
        is_whole,
    };
    vec![
        figure(
            "Requests",
            "requests",
            Amount::Count(estimate.requests),
            Some(float(judged.requests)),
        ),
        figure(
            "Prompt tokens",
            "prompt_tokens",
            Amount::Count(estimate.prompt_tokens),
            Some(float(judged.usage.prompt.get())),
        ),
        figure(
            "Output tokens",
            "output_tokens",
            Amount::Count(estimate.output_tokens),
            Some(float(judged.usage.completion.get())),
        ),
        figure("Money", "usd", Amount::Dollars(estimate.usd), judged.usd),
        figure(
            "Time",
            "seconds",
            Amount::Seconds(estimate.seconds),
            Some(report.elapsed.as_secs_f64()),
        ),
    ]
}

/// A section of the markdown report; nothing where nothing was estimated.
pub(super) fn estimate_markdown(text: &mut String, report: &RunReport) {
    let figures = figures(report);
    if figures.is_empty() {
        return;
    }
    text.push_str("\n## Estimate\n\n| | Estimated | Actual | Off by |\n|---|--:|--:|--:|\n");
    for figure in figures {
        _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            figure.name,
            figure.estimated(),
            figure.actual(),
            figure
                .off()
                .map_or_else(|| "–".to_owned(), |off| format!("{off:+.1} %")),
        );
    }
    if report.is_cut_short() {
        text.push_str("\nThe estimate was for the whole run, which was cut short.\n");
    }
}

/// The estimate, what came of each figure, and by how many percent it was off.
pub(super) fn estimate_json(report: &RunReport) -> Value {
    let Some(judged) = &report.estimate else {
        return Value::Null;
    };
    let figures = figures(report).into_iter().map(|figure| {
        let off = figure.off().map(|off| (off * 10.0).round() / 10.0);
        let value = json!({ "actual": figure.actual, "off_percent": off });
        (figure.key.to_owned(), value)
    });
    let figures: serde_json::Map<String, Value> = figures.collect();
    json!({ "estimated": judged.estimate, "came_to": figures })
}

impl Figure {
    fn estimated(&self) -> String {
        match self.estimated {
            Amount::Count(count) => grouped(count),
            Amount::Dollars(Some(range)) => dollars(range),
            Amount::Dollars(None) => "price unknown".to_owned(),
            Amount::Seconds(Some(seconds)) => time(seconds),
            Amount::Seconds(None) => "unknown".to_owned(),
        }
    }

    fn actual(&self) -> String {
        let Some(actual) = self.actual else {
            return "unknown".to_owned();
        };
        match self.estimated {
            Amount::Count(_) => grouped(count(actual)),
            Amount::Dollars(_) => money(actual),
            Amount::Seconds(_) => time(actual),
        }
    }

    /// By how many percent of what came the estimate was too high; 0 within a range. `None` of a run that
    /// was cut short: it was estimated as a whole.
    fn off(&self) -> Option<f64> {
        if !self.is_whole {
            return None;
        }
        let actual = self.actual.filter(|actual| *actual > 0.0)?;
        let estimated = match self.estimated {
            Amount::Count(count) => float(count),
            Amount::Dollars(range) => range.map(|range| actual.min(range.high).max(range.low))?,
            Amount::Seconds(seconds) => seconds?,
        };
        Some((estimated - actual) / actual * 100.0)
    }
}

fn time(seconds: f64) -> String {
    duration(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

/// `$1.20 to $1.50`, or one of them if both are the same.
pub(super) fn dollars(range: Dollars) -> String {
    let (low, high) = (money(range.low), money(range.high));
    if low == high {
        return high;
    }
    format!("{low} to {high}")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it was a count"
)]
fn count(number: f64) -> u64 {
    number as u64
}
