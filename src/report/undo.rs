//! What was taken back, as text and as JSON.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::text::plural;

/// A run that was taken back.
#[derive(Debug)]
pub struct UndoReport {
    /// The run.
    pub run: i64,
    /// How it was called.
    pub command: String,
    /// The run that took it back, if it is recorded.
    pub undo: Option<i64>,
    /// Nothing was written.
    pub is_diff: bool,
    /// Its files, in the order of their paths.
    pub files: Vec<UndoneFile>,
}

/// What became of a file.
#[derive(Debug)]
pub struct UndoneFile {
    /// Its path from the project's root.
    pub path: PathBuf,
    /// What became of it.
    pub how: UndoneHow,
    /// What would change, where nothing is written.
    pub diff: Vec<u8>,
    /// It was left alone, and `--force` would bring it back.
    pub can_be_forced: bool,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoneHow {
    /// It was as the run had left it, and is as it was before.
    Restored,
    /// Its docstrings were edited since; those of the run that were not are gone.
    Merged {
        /// Definitions whose docstrings were edited, and stay.
        edited: Vec<String>,
        /// Definitions whose docstrings stay because nothing else could be proven.
        unproven: Vec<String>,
    },
    /// It was edited since, and is as it was before the run all the same.
    Forced,
    /// It was as it was before the run already.
    AsBefore,
    /// It was left as it is, for this reason.
    Left(String),
}

impl UndoReport {
    /// Whether nothing was taken back, or would be.
    fn is_empty(&self) -> bool {
        self.count(|how| !matches!(how, UndoneHow::AsBefore | UndoneHow::Left(_))) == 0
    }

    /// Whether a file was left alone that can be brought back by force.
    #[must_use]
    pub fn can_be_forced(&self) -> bool {
        self.files.iter().any(|file| file.can_be_forced)
    }

    /// Whether something could not be taken back.
    #[must_use]
    pub fn has_leftovers(&self) -> bool {
        self.files.iter().any(|file| match &file.how {
            UndoneHow::Left(_) => true,
            UndoneHow::Merged { unproven, .. } => !unproven.is_empty(),
            UndoneHow::Restored | UndoneHow::Forced | UndoneHow::AsBefore => false,
        })
    }

    fn count(&self, is_counted: impl Fn(&UndoneHow) -> bool) -> usize {
        let files = self.files.iter();
        files.filter(|file| is_counted(&file.how)).count()
    }
}

/// What people have to know of single files.
#[must_use]
pub fn undo_lines(report: &UndoReport) -> Vec<String> {
    let mut lines = Vec::new();
    for file in &report.files {
        let path = file.path.display();
        match &file.how {
            UndoneHow::Left(reason) => lines.push(format!("{path}: {reason}")),
            UndoneHow::Merged { edited, unproven } => {
                if !edited.is_empty() {
                    let names = listed(edited);
                    lines.push(format!(
                        "{path}: edited since, so what it says stays: {names}"
                    ));
                }
                if !unproven.is_empty() {
                    let names = listed(unproven);
                    lines.push(format!("{path}: cannot be taken out safely: {names}"));
                }
            }
            UndoneHow::Restored | UndoneHow::Forced | UndoneHow::AsBefore => {}
        }
    }
    lines
}

fn listed(names: &[String]) -> String {
    let shown = |name: &String| match name.as_str() {
        "" => "the module's own".to_owned(),
        name => format!("`{name}`"),
    };
    names.iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// What was done, in one line.
#[must_use]
pub fn undo_summary(report: &UndoReport) -> String {
    let counts = [
        (
            report.count(|how| *how == UndoneHow::Restored),
            "as before the run",
        ),
        (
            report.count(|how| matches!(how, UndoneHow::Merged { .. })),
            "merged with what was edited since",
        ),
        (
            report.count(|how| *how == UndoneHow::Forced),
            "as before the run, without what was edited since",
        ),
        (
            report.count(|how| *how == UndoneHow::AsBefore),
            "with nothing to take back",
        ),
        (
            report.count(|how| matches!(how, UndoneHow::Left(_))),
            "left alone",
        ),
    ];
    let told = counts.iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = told
        .map(|(count, what)| format!("{count} {} {what}", plural(*count, "file")))
        .collect();
    let begin = match (report.is_diff, report.is_empty()) {
        (true, _) => "Would take back",
        (false, true) => "Took back nothing of",
        (false, false) => "Took back",
    };
    let mut text = format!(
        "{begin} run {} (`{}`): {}",
        report.run,
        report.command,
        told.join(", ")
    );
    if let (Some(undo), false) = (report.undo, report.is_empty()) {
        _ = write!(text, "; `docgen undo {undo}` brings it back");
    }
    text
}

/// The same as one JSON object.
#[must_use]
pub fn undo_json(report: &UndoReport) -> Value {
    let files = report.files.iter().map(|file| {
        let (result, reason, edited, unproven) = match &file.how {
            UndoneHow::Restored => ("restored", None, &[][..], &[][..]),
            UndoneHow::Merged { edited, unproven } => ("merged", None, &edited[..], &unproven[..]),
            UndoneHow::Forced => ("forced", None, &[][..], &[][..]),
            UndoneHow::AsBefore => ("as_before", None, &[][..], &[][..]),
            UndoneHow::Left(reason) => ("left", Some(reason), &[][..], &[][..]),
        };
        json!({
            "path": file.path.to_string_lossy(),
            "result": result,
            "reason": reason,
            "edited_since": edited,
            "unproven": unproven,
        })
    });
    json!({
        "run": report.run,
        "undo": report.undo,
        "files": files.collect::<Vec<_>>(),
    })
}
