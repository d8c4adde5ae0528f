//! The figures of a plan, as a table that is read in ten seconds.

use std::fmt::Write as _;
use std::time::Duration;

use super::{PlanReason, PlanReport};
use crate::generate::{Basis, Binding, Bound, Counted, Estimate};
use crate::llm::prices_of;
use crate::report::cache::grouped;
use crate::report::count::share;
use crate::report::estimate::dollars;
use crate::report::terminal::escape;
use crate::report::time::duration;

/// A line of the table; one without a name parts it.
struct Row {
    name: &'static str,
    value: String,
    note: String,
}

/// Writes the table.
pub(super) fn write_figures(text: &mut String, plan: &PlanReport) {
    let mut rows = work(plan);
    if plan.asked > 0 {
        rows.push(row("", "", ""));
        rows.extend(cost(plan));
    }
    let width = |of: fn(&Row) -> &str| {
        let widths = rows.iter().map(|row| of(row).chars().count());
        widths.max().unwrap_or_default()
    };
    let (names, values) = (width(|row| row.name), width(|row| &row.value));
    for row in rows {
        let line = format!(
            "  {:<names$}  {:>values$}  {}",
            row.name, row.value, row.note
        );
        _ = writeln!(text, "{}", line.trim_end());
    }
}

fn row(name: &'static str, value: impl Into<String>, note: impl Into<String>) -> Row {
    Row {
        name,
        value: value.into(),
        note: note.into(),
    }
}

/// What there is to be done, and where its words come from.
fn work(plan: &PlanReport) -> Vec<Row> {
    let of = |reason: PlanReason| -> usize {
        let counts = plan.counts.iter().filter(|one| one.reason == reason);
        counts.map(|one| one.count).sum()
    };
    let reasons = [
        ("Without a docstring", PlanReason::Missing, ""),
        (
            "Stale",
            PlanReason::Stale,
            "the docstring contradicts the code",
        ),
        (
            "Poor",
            PlanReason::Poor,
            "the docstring scores less than is asked for",
        ),
        ("Written anew", PlanReason::Overwritten, ""),
    ];
    let mut rows: Vec<Row> = reasons
        .into_iter()
        .filter(|(_, reason, _)| of(*reason) > 0)
        .map(|(name, reason, note)| row(name, of_count(of(reason)), note))
        .collect();
    rows.push(row("", "", ""));
    let words = [
        (
            "From the cache",
            plan.remembered,
            "remembered: nobody is asked",
        ),
        (
            "From the code alone",
            plan.from_code,
            "it takes no words of a model",
        ),
    ];
    for (name, count, note) in words {
        if count > 0 {
            let share = format!("{}, {note}", percent(count, plan.definitions));
            rows.push(row(name, of_count(count), share));
        }
    }
    let batches = if plan.asked == 0 {
        "no request is needed".to_owned()
    } else {
        format!(
            "in {} {}",
            of_count(plan.batch_count),
            batches_of(plan.batch_count)
        )
    };
    rows.push(row("Asked of a model", of_count(plan.asked), batches));
    rows
}

/// What the requests are likely to take.
fn cost(plan: &PlanReport) -> Vec<Row> {
    let estimate = &plan.estimate;
    let basis = &estimate.basis;
    let mut rows = vec![
        row("Requests", grouped(estimate.requests), repairs(estimate)),
        row(
            "Prompt tokens",
            grouped(estimate.prompt_tokens),
            counted(basis),
        ),
    ];
    if estimate.cacheable_tokens > 0 {
        rows.push(row(
            "  cacheable",
            grouped(estimate.cacheable_tokens),
            "the rules and the schema, which every request begins with",
        ));
    }
    rows.push(row(
        "Output tokens",
        grouped(estimate.output_tokens),
        output(estimate),
    ));
    rows.push(row("Money", money(estimate), prices(plan)));
    rows.push(time(plan));
    rows
}

fn repairs(estimate: &Estimate) -> String {
    let again = estimate.requests.saturating_sub(estimate.first_requests);
    let percent = estimate.basis.repairs * 100.0;
    let source = if estimate.basis.seen_requests > 0 {
        "as in earlier runs"
    } else {
        "assumed"
    };
    format!(
        "{} of them about faults in replies ({percent:.0} in 100, {source})",
        grouped(again)
    )
}

fn counted(basis: &Basis) -> String {
    let how = match basis.tokens {
        Counted::Encoding(encoding) => format!("counted with {}", encoding.name()),
        Counted::Characters => "by characters: no encoding is known of the model".to_owned(),
    };
    match basis.seen_requests {
        0 => how,
        seen => format!("{how}, and by what {} earlier requests took", grouped(seen)),
    }
}

fn output(estimate: &Estimate) -> String {
    let words = if estimate.basis.seen_requests > 0 {
        "replies as long as in earlier runs"
    } else {
        "as many words for each name as models usually take"
    };
    match estimate.reasoning_tokens {
        0 => words.to_owned(),
        reasoning => format!("{words}; {} are for reasoning", grouped(reasoning)),
    }
}

fn money(estimate: &Estimate) -> String {
    estimate
        .usd
        .map_or_else(|| "price unknown".to_owned(), dollars)
}

fn prices(plan: &PlanReport) -> String {
    let estimate = &plan.estimate;
    if plan.models.is_empty() {
        return "no deployment is set".to_owned();
    }
    if !estimate.unpriced.is_empty() {
        let names: Vec<String> = estimate
            .unpriced
            .iter()
            .map(|name| format!("`{}`", escape(name)))
            .collect();
        // With several deployments each is an entry of the settings, with a model of its own.
        let key = match plan.models.len() {
            1 => "`[azure] model`",
            _ => "`model` of its entry in `azure.deployments`",
        };
        return format!(
            "of {}: say its model in {key}, or set `[price]`",
            names.join(", ")
        );
    }
    let mut models: Vec<String> = plan
        .models
        .iter()
        .filter_map(|one| one.model.as_deref())
        .map(|name| escape(name).into_owned())
        .collect();
    models.sort_unstable();
    models.dedup();
    models.push(format!("prices of {}", prices_of()));
    let told = models.join(", ");
    match estimate.usd {
        Some(range) if range.low < range.high => {
            format!("with and without the service's cache; {told}")
        }
        _ => told,
    }
}

fn time(plan: &PlanReport) -> Row {
    let estimate = &plan.estimate;
    let (Some(seconds), Some(binding)) = (estimate.seconds, estimate.binding) else {
        let note = "no quota is set, and no run has shown how long answers take";
        return row("Time", "unknown", note);
    };
    let limits = |limit: fn(&super::PlannedModel) -> Option<u64>| -> Option<u64> {
        plan.models.iter().map(limit).sum()
    };
    let limited = |limit: Option<u64>, what: &str| {
        let limit = limit.map(grouped).unwrap_or_default();
        format!("the quota of {limit} {what} a minute binds")
    };
    let why = match binding {
        Binding::Requests => limited(limits(|one| one.requests_per_minute), "requests"),
        Binding::Tokens => limited(limits(|one| one.tokens_per_minute), "tokens"),
        Binding::Concurrency => "as many at once as are allowed, each as long as before".to_owned(),
        Binding::Order => "one after the other where definitions lean on each other".to_owned(),
    };
    let others = estimate.bounds.iter().filter(|one| one.limit != binding);
    let others: Vec<String> = others.map(other).collect();
    let note = if others.is_empty() {
        why
    } else {
        format!("{why}; {}", others.join(", "))
    };
    row("Time", about(seconds), note)
}

fn other(bound: &Bound) -> String {
    let what = match bound.limit {
        Binding::Requests => "requests",
        Binding::Tokens => "tokens",
        Binding::Concurrency => "answers",
        Binding::Order => "order",
    };
    format!("{what} alone {}", about(bound.seconds))
}

fn about(seconds: f64) -> String {
    // Nobody waits for a part of a second.
    duration(Duration::try_from_secs_f64(seconds.max(1.0).round()).unwrap_or(Duration::MAX))
        .replace(".0 s", " s")
}

/// A count with its thousands parted.
pub(super) fn of_count(count: usize) -> String {
    grouped(u64::try_from(count).unwrap_or(u64::MAX))
}

fn batches_of(count: usize) -> &'static str {
    if count == 1 { "batch" } else { "batches" }
}

fn percent(part: usize, whole: usize) -> String {
    format!("{:.1} %", (share(part, whole) * 1000.0).floor() / 10.0)
}
