//! What a run would do, as text and as JSON.

mod figures;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use figures::write_figures;

use super::cache::grouped;
use super::terminal::escape;
use super::text::plural;
use crate::generate::{Estimate, Reason};
use crate::llm::Price;
use crate::python::Kind;
use crate::rules::Diagnostic;

/// What a run would do.
#[derive(Debug, Serialize)]
pub struct PlanReport {
    /// Files that were read.
    pub files_read: usize,
    /// Files with something to document.
    pub files: usize,
    /// Files that could not be taken in.
    pub diagnostics: Vec<Diagnostic>,
    /// Definitions that would be documented.
    pub definitions: usize,
    /// Those of them that a model would be asked for.
    pub asked: usize,
    /// Those whose words are remembered.
    pub remembered: usize,
    /// Those that take no words of a model.
    pub from_code: usize,
    /// How many there are of each sort.
    pub counts: Vec<PlanCount>,
    /// Batches that definitions share.
    pub batch_count: usize,
    /// Where requests would go; none where that is not set.
    pub models: Vec<PlannedModel>,
    /// What that is likely to take.
    pub estimate: Estimate,
    /// The requests, in the order in which they would be sent.
    pub batches: Vec<PlannedBatch>,
    /// One definition in full, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<PlannedDefinition>,
}

/// Definitions of one sort.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PlanCount {
    /// The rule that asks for them.
    pub code: String,
    /// What they are.
    pub kind: String,
    /// Why they would be documented.
    pub reason: PlanReason,
    /// Where their words would come from.
    pub words: WordsFrom,
    /// How many there are.
    pub count: usize,
}

/// Why a definition would be documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanReason {
    /// It has no docstring.
    Missing,
    /// Its docstring contradicts the code.
    Stale,
    /// Its docstring scores less than is asked for.
    Poor,
    /// All are written anew.
    Overwritten,
}

impl PlanReason {
    fn words(self) -> &'static str {
        match self {
            Self::Missing => "has no docstring",
            Self::Stale => "is mended",
            Self::Poor => "is improved",
            Self::Overwritten => "is written anew",
        }
    }
}

/// Where the words for a definition would come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WordsFrom {
    /// A model would be asked.
    Model,
    /// They are remembered.
    Cache,
    /// None are needed.
    Code,
}

/// Where requests would go.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedModel {
    /// The deployment's name.
    pub deployment: String,
    /// The model behind it, if it is known.
    pub model: Option<String>,
    /// What its tokens cost.
    pub price: Option<Price>,
    /// Requests in a minute, if they are limited.
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute, if they are limited.
    pub tokens_per_minute: Option<u64>,
}

/// A request that would be sent.
#[derive(Debug, Serialize)]
pub struct PlannedBatch {
    /// Its place in the order, from 1.
    pub rank: usize,
    /// The file.
    pub file: String,
    /// Estimated tokens of its prompt.
    pub prompt_tokens: u64,
    /// Requests that have to be answered before it.
    pub after: Vec<usize>,
    /// Requests in the longest chain that begins with it.
    pub chain: usize,
    /// What it would document.
    pub definitions: Vec<PlannedTarget>,
    /// What its definitions lean on although it comes later, because it leans on them too.
    pub cut: Vec<Tie>,
}

/// A definition that would be documented.
#[derive(Debug, Serialize)]
pub struct PlannedTarget {
    /// `path::Qualified.name`.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// The line of its name.
    pub line: usize,
    /// The rule that asks for it.
    pub code: String,
    /// What its words lean on.
    pub leans_on: Vec<Tie>,
}

/// What has to do with a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tie {
    /// The definition that leans, where it is not told by the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Why.
    pub reason: Reason,
    /// The other definition.
    pub id: String,
    /// What is known of it by then.
    pub known: Known,
}

/// What is known of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// It has a docstring.
    Documented,
    /// It gets one from the request with this place in the order.
    Batch(usize),
    /// Its header alone.
    Header,
}

/// A definition, and all that it has to do with.
#[derive(Debug, Serialize)]
pub struct PlannedDefinition {
    /// `path::Qualified.name`.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// The line of its name.
    pub line: usize,
    /// The request that would document it, if any.
    pub batch: Option<usize>,
    /// What its words lean on.
    pub leans_on: Vec<Tie>,
    /// The functions that call it.
    pub callers: Vec<String>,
    /// Exceptions that come out of what it calls.
    pub raised_by_calls: Vec<PlannedRaise>,
    /// The prompt of its batch, were it sent now.
    pub prompt: Option<PlannedPrompt>,
}

/// An exception that comes out of a call.
#[derive(Debug, Serialize)]
pub struct PlannedRaise {
    /// Its class, as the called function writes it.
    pub exception: String,
    /// The function that raises it.
    pub raised_by: String,
}

/// A prompt.
#[derive(Debug, Serialize)]
pub struct PlannedPrompt {
    /// What every request begins with.
    pub system: String,
    /// What is asked.
    pub user: String,
}

/// How much of a plan is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanDetail {
    /// How much there is to do.
    Counts,
    /// The order too.
    Order,
    /// One definition.
    Definition,
}

/// The plan as one JSON object. The order is left out where only counts are wanted, and all but the
/// definition where that is.
#[must_use]
pub fn plan_json(plan: &PlanReport, detail: PlanDetail) -> Value {
    // Plain data has no way to fail.
    let mut value = serde_json::to_value(plan).unwrap_or_default();
    if let (Value::Object(fields), true) = (&mut value, detail != PlanDetail::Order) {
        fields.remove("batches");
    }
    value
}

/// The plan for people.
#[must_use]
pub fn plan_text(plan: &PlanReport, detail: PlanDetail) -> String {
    let mut text = String::new();
    if let (PlanDetail::Definition, Some(definition)) = (detail, &plan.definition) {
        write_definition(&mut text, definition);
        return text;
    }
    write_counts(&mut text, plan);
    if detail == PlanDetail::Order {
        for batch in &plan.batches {
            write_batch(&mut text, batch);
        }
    }
    text
}

fn write_counts(text: &mut String, plan: &PlanReport) {
    let unread = match plan.diagnostics.len() {
        0 => String::new(),
        count => format!(", {} of them unreadable", figures::of_count(count)),
    };
    if plan.definitions == 0 {
        _ = writeln!(
            text,
            "nothing to document in {}{unread}",
            counted(plan.files_read, "file")
        );
        return;
    }
    _ = writeln!(
        text,
        "{} to document in {} of {}{unread}\n",
        counted(plan.definitions, "definition"),
        figures::of_count(plan.files),
        counted(plan.files_read, "file"),
    );
    write_figures(text, plan);
    text.push('\n');
    let mut sorts: BTreeMap<(&str, &str, PlanReason), usize> = BTreeMap::new();
    for one in &plan.counts {
        *sorts.entry((&one.code, &one.kind, one.reason)).or_default() += one.count;
    }
    let width = sorts.keys().map(|(_, kind, _)| kind.len()).max();
    for ((code, kind, reason), count) in sorts {
        let count = figures::of_count(count);
        _ = writeln!(
            text,
            "{count:>7}  {kind:<width$}  {code}  {}",
            reason.words(),
            width = width.unwrap_or_default()
        );
    }
}

fn write_batch(text: &mut String, batch: &PlannedBatch) {
    _ = write!(
        text,
        "\n{}. {}: {}, about {} prompt tokens",
        batch.rank,
        escape(&batch.file),
        counted(batch.definitions.len(), "definition"),
        grouped(batch.prompt_tokens)
    );
    if !batch.after.is_empty() {
        let after: Vec<String> = batch.after.iter().map(ToString::to_string).collect();
        _ = write!(text, ", after {}", after.join(", "));
    }
    text.push('\n');
    for one in &batch.definitions {
        let name = one.id.split_once("::").map_or("", |(_, name)| name);
        let name = if name.is_empty() { "(the file)" } else { name };
        _ = writeln!(
            text,
            "   {} {}  line {}, {}",
            one.kind,
            escape(name),
            one.line,
            one.code
        );
        // What it holds counts only where that comes from another request.
        let is_told =
            |tie: &&Tie| tie.reason != Reason::Holds || matches!(tie.known, Known::Batch(_));
        for tie in one.leans_on.iter().filter(is_told) {
            write_tie(text, "      ", tie);
        }
    }
    for tie in &batch.cut {
        let from = tie.from.as_deref().unwrap_or_default();
        _ = writeln!(
            text,
            "   cut: {} {} {}, which comes later: each leans on the other",
            escape(from),
            verb(tie.reason),
            escape(&tie.id)
        );
    }
}

fn write_tie(text: &mut String, margin: &str, tie: &Tie) {
    let known = match tie.known {
        Known::Documented => "has a docstring".to_owned(),
        Known::Batch(rank) => format!("request {rank}"),
        Known::Header => "its header alone".to_owned(),
    };
    _ = writeln!(
        text,
        "{margin}{} {} ({known})",
        verb(tie.reason),
        escape(&tie.id)
    );
}

fn write_definition(text: &mut String, definition: &PlannedDefinition) {
    _ = write!(
        text,
        "{}: {}, line {}, ",
        escape(&definition.id),
        definition.kind,
        definition.line
    );
    match definition.batch {
        Some(rank) => _ = writeln!(text, "to be documented by request {rank}"),
        None => text.push_str("not to be documented\n"),
    }
    for tie in &definition.leans_on {
        write_tie(text, "   ", tie);
    }
    for caller in &definition.callers {
        _ = writeln!(text, "   is called by {}", escape(caller));
    }
    for raise in &definition.raised_by_calls {
        _ = writeln!(
            text,
            "   lets {} of {} pass",
            escape(&raise.exception),
            escape(&raise.raised_by)
        );
    }
    if let Some(prompt) = &definition.prompt {
        for (title, words) in [("system", &prompt.system), ("user", &prompt.user)] {
            _ = write!(text, "\n----- {title}\n");
            for line in words.lines() {
                text.push_str(&escape(line));
                text.push('\n');
            }
        }
    }
}

fn verb(reason: Reason) -> &'static str {
    match reason {
        Reason::Calls => "calls",
        Reason::DerivesFrom => "derives from",
        Reason::Overrides => "overrides",
        Reason::Holds => "holds",
    }
}

/// `1 file`, `2 files`.
fn counted(count: usize, noun: &str) -> String {
    format!("{} {}", figures::of_count(count), plural(count, noun))
}
