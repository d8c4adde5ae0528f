//! Files are replaced with their originals kept.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use super::lock::Turn;
use crate::config::Config;
use crate::report::escape;
use crate::rewrite::{self, WriteError};
use crate::source::Authorship;
use crate::store::{
    Access, ContentHash, Database, DocstringChange, Journal, KeptOriginals, NewRun, Replacement,
    RunEnd, StoreError, state_folder,
};

/// Replaces files, and keeps what they held.
#[derive(Debug)]
pub(super) struct Keeper {
    root: PathBuf,
    /// `None` where nothing can be kept.
    journal: Option<Journal>,
    /// It has been said that something is not kept.
    has_warned: AtomicBool,
}

/// What is to be known of a run that begins.
pub(super) struct Beginning {
    pub(super) began: SystemTime,
    /// Who writes its words.
    pub(super) words: String,
    /// The run that it takes back.
    pub(super) undoes: Option<i64>,
}

impl Keeper {
    /// Opens the journal of the project, and settles what a run that was killed left open.
    pub(super) fn open(config: &Config, turn: &Turn, beginning: Beginning) -> Self {
        let root = &config.files.root;
        let keeper = |journal| Self {
            root: root.clone(),
            journal,
            has_warned: AtomicBool::new(false),
        };
        let journal = Database::open(root, Access::Create).and_then(|database| {
            if !database.is_kept() {
                return Ok(None);
            }
            if turn.is_certain() {
                settle(&database, root)?;
            }
            begin(database, config, beginning).map(Some)
        });
        match journal {
            Ok(Some(journal)) => keeper(Some(journal)),
            Ok(None) => {
                let keeper = keeper(None);
                keeper.warn("its database cannot be used");
                keeper
            }
            Err(error) => {
                let keeper = keeper(None);
                keeper.warn(&error.to_string());
                keeper
            }
        }
    }

    /// Replaces the file at `path` by `new` if it still holds `old`; what it held is on the disk
    /// before.
    pub(super) fn replace(
        &self,
        path: &Path,
        (old, new): (&[u8], &[u8]),
        docstrings: &[DocstringChange],
    ) -> Result<(), WriteError> {
        let Some(journal) = &self.journal else {
            return rewrite::replace(path, &self.root, old, new);
        };
        let target = rewrite::writable(path, &self.root)?;
        let root = self.root.canonicalize()?;
        let relative = target.strip_prefix(&root).unwrap_or(&target);
        let entered = journal.enter(&Replacement {
            path: relative,
            before: old,
            after: new,
            docstrings,
        });
        // The words are paid for: a journal that fails does not keep them from the file.
        let entry = entered.map_err(|error| self.warn(&error.to_string())).ok();
        let replaced = rewrite::replace(path, &self.root, old, new);
        match (entry, &replaced) {
            (Some(entry), Ok(())) => journal.happened(&entry),
            (None, Ok(())) => journal.could_not_enter(),
            (Some(entry), Err(_)) => {
                // If this cannot be said, the file's own bytes will.
                if let Err(error) = journal.did_not_happen(&entry) {
                    tracing::debug!("the journal cannot be written: {error}");
                }
            }
            (None, Err(_)) => {}
        }
        replaced
    }

    /// Enters that a file needed no replacement.
    pub(super) fn unchanged(&self, path: &Path, now: &[u8]) {
        if let Some(journal) = &self.journal
            && let Err(error) = journal.enter_unchanged(path, now)
        {
            tracing::debug!("the journal cannot be written: {error}");
        }
    }

    /// The run's number, if it has one.
    pub(super) fn run(&self) -> Option<i64> {
        self.journal.as_ref()?.run()
    }

    /// Ends the run.
    pub(super) fn end(&self, end: RunEnd) {
        if let Some(journal) = &self.journal
            && let Err(error) = journal.end(end)
        {
            // What it did is there; it will be shown as interrupted.
            tracing::debug!("the journal cannot be ended: {error}");
        }
    }

    /// Says once that something cannot be taken back.
    fn warn(&self, reason: &str) {
        if self.has_warned.swap(true, Ordering::SeqCst) {
            return;
        }
        let folder = state_folder(&self.root).display().to_string();
        tracing::warn!(
            "what this run writes cannot be taken back with `docgen undo`: originals cannot be kept in \
             `{}`: {}",
            escape(&folder),
            escape(reason)
        );
    }
}

fn begin(database: Database, config: &Config, beginning: Beginning) -> Result<Journal, StoreError> {
    let authorship = Authorship::of(&config.files.root);
    let new = NewRun {
        began: beginning.began,
        command: super::command_line(),
        words: beginning.words,
        commit: authorship.commit,
        branch: authorship.branch,
        author: authorship.author,
        undoes: beginning.undoes,
    };
    let kept = KeptOriginals {
        runs: config.journal.keep_runs,
        bytes: u64::from(config.journal.max_size_mb.get()) * 1_000_000,
    };
    Journal::begin(database, new, kept)
}

/// Removes what a process left behind that was killed at work here.
pub(super) fn clean_up(config: &Config, turn: &Turn) {
    let Some(pid) = turn.left_by() else { return };
    let state = state_folder(&config.files.root);
    let reports = config.reports.iter().filter_map(|file| file.path.parent());
    let folders: BTreeSet<&Path> = std::iter::once(state.as_path()).chain(reports).collect();
    for folder in folders {
        rewrite::remove_temporaries(folder, pid);
    }
}

/// Finds out of changes that a killed run left open whether they happened, and removes its temporary
/// files.
pub(super) fn settle(database: &Database, root: &Path) -> Result<(), StoreError> {
    let pending = database.pending_changes()?;
    let mut settled = Vec::with_capacity(pending.len());
    for change in pending {
        let path = root.join(&change.path);
        // It is there only if the process ended between two steps.
        _ = std::fs::remove_file(rewrite::temporary_beside(&path, change.after));
        let now = std::fs::read(&path).map(|bytes| ContentHash::of(&[&bytes]));
        // What was edited since is taken for having happened; whoever takes it back will look.
        let is_as_before = now.is_ok_and(|now| now == change.before);
        settled.push((change.id, !is_as_before));
    }
    database.settle(&settled)
}
