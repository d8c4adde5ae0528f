//! What runs did, as text and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::terminal::escape;
use super::text::plural;
use super::time::{duration, minute, rfc3339};
use crate::store::{DocstringChange, RecordedChange, RecordedDocstring, RecordedRun};

/// What has become of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// It goes on.
    AtWork,
    /// It came to its end.
    Done,
    /// It was killed, or asked to stop.
    Interrupted,
    /// It gave up.
    Failed,
    /// It was taken back by the run of this number.
    Undone(i64),
    /// Some of its files were, last by the run of this number.
    PartlyUndone(i64),
}

impl RunState {
    fn text(self) -> String {
        match self {
            Self::Undone(by) | Self::PartlyUndone(by) => format!("{} by {by}", self.word()),
            _ => self.word().to_owned(),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::AtWork => "at work",
            Self::Done => "done",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
            Self::Undone(_) => "undone",
            Self::PartlyUndone(_) => "partly undone",
        }
    }

    fn by(self) -> Option<i64> {
        match self {
            Self::Undone(by) | Self::PartlyUndone(by) => Some(by),
            _ => None,
        }
    }
}

/// A run, and what has become of it.
#[derive(Debug)]
pub struct ShownRun {
    /// The run.
    pub run: RecordedRun,
    /// What has become of it.
    pub state: RunState,
}

/// A run with its files.
#[derive(Debug)]
pub struct RunDetail {
    run: ShownRun,
    files: Vec<(RecordedChange, Vec<DocstringChange>)>,
}

impl RunDetail {
    /// Puts the docstrings to their files.
    #[must_use]
    pub fn new(
        run: ShownRun,
        changes: Vec<RecordedChange>,
        docstrings: &[RecordedDocstring],
    ) -> Self {
        let of_change = |change: &RecordedChange| {
            let own = docstrings.iter().filter(|one| one.change == change.id);
            own.map(|one| one.docstring.clone()).collect()
        };
        let files = changes.into_iter().map(|change| {
            let docstrings = of_change(&change);
            (change, docstrings)
        });
        Self {
            run,
            files: files.collect(),
        }
    }
}

/// The runs as a table, in the order given.
#[must_use]
pub fn runs_text(runs: &[ShownRun]) -> String {
    let rows: Vec<[String; 7]> = runs.iter().map(row).collect();
    let titles = [
        "RUN",
        "BEGAN",
        "TOOK",
        "FILES",
        "DOCSTRINGS",
        "STATE",
        "COMMAND",
    ];
    let mut widths = titles.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in std::iter::once(&titles.map(str::to_owned)).chain(&rows) {
        let mut line = String::new();
        for (index, (cell, width)) in row.iter().zip(widths).enumerate() {
            let gap = if index == 0 { "" } else { "  " };
            // Numbers end where their column does.
            if matches!(index, 0 | 3) {
                _ = write!(line, "{gap}{cell:>width$}");
            } else {
                _ = write!(line, "{gap}{cell:<width$}");
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn row(ShownRun { run, state }: &ShownRun) -> [String; 7] {
    let mut told = state.text();
    if let Some(undoes) = run.undoes {
        told = format!("undo of {undoes}, {told}");
    }
    if run.originals < run.files {
        told.push_str(match run.originals {
            0 => "; cannot be undone",
            _ => "; can be undone in part",
        });
    }
    [
        run.id.to_string(),
        minute(run.began),
        run.took().map(duration).unwrap_or_default(),
        run.files.to_string(),
        counts(run),
        told,
        escape(&run.command).into_owned(),
    ]
}

/// `+3 ~2 -1`: added, updated, removed.
fn counts(run: &RecordedRun) -> String {
    let counts = [('+', run.added), ('~', run.updated), ('-', run.removed)];
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(sign, count)| format!("{sign}{count}"))
        .collect();
    counts.join(" ")
}

/// The runs as one JSON object.
#[must_use]
pub fn runs_json(runs: &[ShownRun]) -> Value {
    json!({ "runs": runs.iter().map(run_json).collect::<Vec<_>>() })
}

fn run_json(ShownRun { run, state }: &ShownRun) -> Value {
    json!({
        "id": run.id,
        "state": state.word().replace(' ', "_"),
        "undone_by": state.by(),
        "undoes": run.undoes,
        "began": rfc3339(run.began),
        "ended": run.end.map(|(at, _)| rfc3339(at)),
        "seconds": run.took().map(|took| took.as_secs_f64()),
        "command": run.command,
        "words": run.words,
        "version": run.version,
        "commit": run.commit,
        "branch": run.branch,
        "author": run.author,
        "files": run.files,
        "files_that_can_be_undone": run.originals,
        "files_without_original": run.unkept,
        "docstrings": {
            "added": run.added,
            "updated": run.updated,
            "removed": run.removed,
        },
    })
}

/// A run with its files and definitions, for people.
#[must_use]
pub fn run_detail_text(detail: &RunDetail) -> String {
    let ShownRun { run, state } = &detail.run;
    let mut text = format!("run {}: {}\n", run.id, escape(&run.command));
    let mut line = |title: &str, value: &str| {
        _ = writeln!(text, "  {title:<8} {}", escape(value));
    };
    line("state", &state.text());
    if let Some(undoes) = run.undoes {
        line("undo of", &format!("run {undoes}"));
    }
    let took = run.took().map(|took| format!(", took {}", duration(took)));
    line(
        "began",
        &format!("{}{}", minute(run.began), took.unwrap_or_default()),
    );
    line("words", &format!("{}, docgen {}", run.words, run.version));
    if let Some(author) = &run.author {
        line("author", author);
    }
    if let Some(commit) = &run.commit {
        let short = commit.get(..12).unwrap_or(commit);
        let branch = run.branch.as_ref().map(|branch| format!(" ({branch})"));
        line("commit", &format!("{short}{}", branch.unwrap_or_default()));
    }
    if run.unkept > 0 {
        let files = plural(run.unkept as usize, "file");
        line(
            "lost",
            &format!(
                "{} {files} replaced whose originals could not be kept",
                run.unkept
            ),
        );
    }
    for (change, docstrings) in &detail.files {
        _ = write!(text, "\n{}", escape(&change.path.to_string_lossy()));
        match (change.undone_by, change.has_original) {
            (Some(by), _) => _ = write!(text, " (undone by {by})"),
            (None, false) => text.push_str(" (its original is no longer kept)"),
            (None, true) => {}
        }
        text.push('\n');
        for one in docstrings {
            let name = match one.qualified_name.as_str() {
                "" => "(the file)",
                name => name,
            };
            _ = writeln!(text, "  {:<7}  {} {}", one.action(), one.kind, escape(name));
        }
    }
    text
}

/// The same as one JSON object, with the docstrings' texts.
#[must_use]
pub fn run_detail_json(detail: &RunDetail) -> Value {
    let mut value = run_json(&detail.run);
    let files = detail.files.iter().map(|(change, docstrings)| {
        json!({
            "path": change.path.to_string_lossy(),
            "before": change.before.to_string(),
            "after": change.after.to_string(),
            "at": rfc3339(change.at),
            "can_be_undone": change.has_original,
            "undone_by": change.undone_by,
            "docstrings": docstrings.iter().map(docstring_json).collect::<Vec<_>>(),
        })
    });
    if let Value::Object(fields) = &mut value {
        fields.insert("changes".to_owned(), files.collect());
    }
    value
}

fn docstring_json(one: &DocstringChange) -> Value {
    json!({
        "name": one.qualified_name,
        "kind": one.kind,
        "action": one.action(),
        "old": one.old,
        "new": one.new,
    })
}
