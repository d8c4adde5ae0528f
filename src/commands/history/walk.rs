//! The way back through the versions of a file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::commands::past::{RunChange, Runs, seconds};
use crate::docstring::{Action, DocstringChange, Past, PastDefinition, change};
use crate::python::Kind;
use crate::report::{DocstringEvent, Origin};
use crate::source::{Commit, FileName};

/// What is known of a definition so far, going back.
pub(super) struct Walk {
    /// What the definition is called at this point.
    name: String,
    /// It was met.
    pub(super) is_known: bool,
    /// What it was called where.
    names: BTreeSet<(PathBuf, String)>,
    events: Vec<(When, DocstringEvent)>,
}

/// When something happened, in seconds since 1970; what is in the working tree is the newest.
type When = i64;

impl Walk {
    pub(super) fn new(path: &Path, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            is_known: false,
            names: BTreeSet::from([(path.to_path_buf(), name.to_owned())]),
            events: Vec::new(),
        }
    }

    /// Takes note of a version in which nothing can be told from what was before.
    pub(super) fn meet(&mut self, past: &Past) {
        self.is_known |= past.get(&self.name).is_some();
    }

    /// Goes from a version to the one before it; `file` is the path that the file had, absolute and as
    /// people see it.
    pub(super) fn step(
        &mut self,
        file: (&Path, &FileName),
        (old, new): (&Past, &Past),
        commit: Option<&Commit>,
        runs: &Runs,
    ) {
        let is_it =
            |one: Option<&PastDefinition>| one.is_some_and(|one| *one.qualified_name == *self.name);
        let pairs = old.pairs(new);
        let pair = pairs.iter().find(|(_, new)| is_it(*new));
        let pair = pair.or_else(|| {
            let mut gone = pairs.iter().filter(|(_, new)| new.is_none());
            gone.find(|(old, _)| is_it(*old))
        });
        let Some((old, new)) = pair else {
            return;
        };
        self.is_known = true;
        self.names.insert((file.0.to_path_buf(), self.name.clone()));
        if let Some(mut change) = change(*old, *new) {
            if change.kind == Kind::Module && file.1.as_str().ends_with("__init__.py") {
                change.kind = Kind::Package;
            }
            let run = runs.note([file.0], &change, commit.map(|commit| commit.committed_at));
            let origin = Origin {
                is_unrecorded: commit.is_none() && run.is_none() && runs.are_known(),
                commit: commit.cloned(),
                is_uncommitted: commit.is_none(),
                run,
            };
            let event = DocstringEvent {
                path: file.1.to_string(),
                change,
                origin,
            };
            let when = commit.map_or(When::MAX, |commit| commit.committed_at);
            self.events.push((when, event));
        }
        if let Some(old) = old {
            self.name = old.qualified_name.to_string();
        }
    }

    /// Everything that happened, newest first: what git knows, and what runs wrote that no commit and not
    /// the working tree holds.
    pub(super) fn events(mut self, runs: &Runs, here: &Path) -> Vec<DocstringEvent> {
        let told: BTreeSet<i64> = self
            .events
            .iter()
            .filter_map(|(_, event)| event.origin.run.as_ref().map(|run| run.id))
            .collect();
        for (path, name) in &self.names {
            for run in runs.of(path, name) {
                if !told.contains(&run.note.id) {
                    let when = seconds(run.note.at);
                    let path = FileName::new(path, here).to_string();
                    self.events.push((when, only_run(path, name, run)));
                }
            }
        }
        self.events
            .sort_by_key(|(when, _)| std::cmp::Reverse(*when));
        self.events.into_iter().map(|(_, event)| event).collect()
    }
}

/// What a run wrote, without a commit.
fn only_run(path: String, name: &str, run: RunChange) -> DocstringEvent {
    let action = match (&run.old, &run.new) {
        (None, _) => Action::Added,
        (Some(_), Some(_)) => Action::Updated,
        (Some(_), None) => Action::Removed,
    };
    DocstringEvent {
        path,
        change: DocstringChange {
            qualified_name: Arc::from(name),
            kind: kind(&run.kind),
            action,
            with_definition: false,
            old: run.old,
            new: run.new,
        },
        origin: Origin {
            is_uncommitted: true,
            run: Some(run.note),
            ..Origin::default()
        },
    }
}

/// The kind that is called so.
fn kind(words: &str) -> Kind {
    let kinds = [
        Kind::Module,
        Kind::Package,
        Kind::Class,
        Kind::NestedClass,
        Kind::Function,
        Kind::NestedFunction,
        Kind::Method,
    ];
    let mut kinds = kinds.into_iter();
    kinds
        .find(|kind| kind.to_string() == words)
        .unwrap_or_default()
}
