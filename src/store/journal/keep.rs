//! The journal of a run, as it is written.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::super::content_hash::ContentHash;
use super::super::database::{Database, StoreError};
use super::prune::{KeptOriginals, prune};
use super::{NewRun, Replacement, RunEnd, kept_path, milliseconds, packed};

/// What a run does to files, kept for whoever wants it back.
///
/// A run that replaces no file leaves no trace.
#[derive(Debug)]
pub struct Journal {
    database: Database,
    kept: KeptOriginals,
    progress: Mutex<Progress>,
}

#[derive(Debug)]
struct Progress {
    new: NewRun,
    /// The run's number, once it has one.
    run: Option<i64>,
    /// Entries whose files have been replaced, which the next write says along with its own.
    happened: Vec<i64>,
    /// Files that were replaced without an entry.
    unkept: u32,
}

/// A file that is about to be replaced, entered in the journal.
#[derive(Debug)]
#[must_use = "the journal is to hear whether it happened"]
pub struct Entry(i64);

impl Journal {
    /// Begins a run's journal in a database of its own, which it makes as durable as files are.
    pub fn begin(database: Database, new: NewRun, kept: KeptOriginals) -> Result<Self, StoreError> {
        // An entry is to survive the power cut that its file survives.
        database.with(|connection| connection.pragma_update(None, "synchronous", "FULL"))?;
        Ok(Self {
            database,
            kept,
            progress: Mutex::new(Progress {
                new,
                run: None,
                happened: Vec::new(),
                unkept: 0,
            }),
        })
    }

    /// Enters a replacement, original and all. When this returns it is on the disk.
    pub fn enter(&self, replacement: &Replacement<'_>) -> Result<Entry, StoreError> {
        let Replacement {
            path,
            before,
            after,
            docstrings,
        } = *replacement;
        let hashes = (ContentHash::of(&[before]), ContentHash::of(&[after]));
        let is_kept = self.kept.runs > 0;
        let original = is_kept.then(|| packed::pack(before)).flatten();
        let delta = is_kept.then(|| packed::pack_after(before, after)).flatten();
        let (path, path_bytes) = kept_path(path);
        let mut progress = self.progress();
        let written = self.write(&mut progress, |transaction, run| {
            if let Some(original) = original {
                transaction.execute(
                    "INSERT OR IGNORE INTO content (hash, length, packed) VALUES (?1, ?2, ?3)",
                    params![hashes.0.as_bytes(), before.len().cast_signed(), original],
                )?;
            }
            transaction.execute(
                "INSERT INTO file_change (run, path, path_bytes, before, after, delta, at, state)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'pending')",
                params![
                    run,
                    path,
                    path_bytes,
                    hashes.0.as_bytes(),
                    hashes.1.as_bytes(),
                    delta,
                    milliseconds(SystemTime::now())
                ],
            )?;
            let change = transaction.last_insert_rowid();
            let mut insert = transaction.prepare(
                "INSERT INTO docstring_change
                (change, run, path, qualified_name, kind, action, old, new)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?;
            for one in docstrings {
                insert.execute(params![
                    change,
                    run,
                    path,
                    one.qualified_name,
                    one.kind,
                    one.action(),
                    one.old,
                    one.new
                ])?;
            }
            Ok(change)
        });
        written.map(Entry)
    }

    /// The file was replaced. Said to the disk with the next entry, or at the run's end.
    pub fn happened(&self, entry: &Entry) {
        self.progress().happened.push(entry.0);
    }

    /// The file was left as it was.
    pub fn did_not_happen(&self, entry: &Entry) -> Result<(), StoreError> {
        let mut progress = self.progress();
        self.write(&mut progress, |transaction, _| {
            forget(transaction, entry.0)?;
            Ok(())
        })
    }

    /// A file was replaced that could not be entered.
    pub fn could_not_enter(&self) {
        self.progress().unkept += 1;
    }

    /// Enters that a file needed no replacement to be as it was before the run that is taken back.
    pub fn enter_unchanged(&self, path: &std::path::Path, now: &[u8]) -> Result<(), StoreError> {
        let hash = ContentHash::of(&[now]);
        let (path, path_bytes) = kept_path(path);
        let mut progress = self.progress();
        self.write(&mut progress, |transaction, run| {
            transaction.execute(
                "INSERT INTO file_change (run, path, path_bytes, before, after, at, state)
                VALUES (?1, ?2, ?3, ?4, ?4, ?5, 'unchanged')",
                params![
                    run,
                    path,
                    path_bytes,
                    hash.as_bytes(),
                    milliseconds(SystemTime::now())
                ],
            )?;
            Ok(())
        })
    }

    /// The run's number, if it has replaced a file.
    #[must_use]
    pub fn run(&self) -> Option<i64> {
        self.progress().run
    }

    /// Ends the run, and forgets originals of old ones.
    pub fn end(&self, end: RunEnd) -> Result<(), StoreError> {
        let mut progress = self.progress();
        if progress.run.is_none() {
            return Ok(());
        }
        let (unkept, kept) = (progress.unkept, self.kept);
        self.write(&mut progress, |transaction, run| {
            transaction.execute(
                "UPDATE run SET ended = ?2, outcome = ?3, unkept = ?4 WHERE id = ?1",
                params![run, milliseconds(SystemTime::now()), end.word(), unkept],
            )?;
            // A run of which nothing remains leaves no trace.
            let is_empty: bool = transaction.query_row(
                "SELECT NOT EXISTS (SELECT 1 FROM file_change WHERE run = ?1)",
                [run],
                |row| row.get(0),
            )?;
            if is_empty && unkept == 0 {
                transaction.execute("DELETE FROM run WHERE id = ?1", [run])?;
            }
            prune(transaction, kept)
        })
    }

    /// Writes something of the run, and with it what was still to be said.
    fn write<T>(
        &self,
        progress: &mut Progress,
        write: impl FnOnce(&Transaction<'_>, i64) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let known = progress.run;
        let (run, written) = self.database.with(|connection: &mut Connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let run = match known {
                Some(run) => run,
                None => insert(&transaction, &progress.new)?,
            };
            {
                let mut done =
                    transaction.prepare("UPDATE file_change SET state = 'done' WHERE id = ?1")?;
                for entry in &progress.happened {
                    done.execute([entry])?;
                }
            }
            let written = write(&transaction, run)?;
            transaction.commit()?;
            Ok((run, written))
        })?;
        progress.run = Some(run);
        progress.happened.clear();
        Ok(written)
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn insert(transaction: &Transaction<'_>, new: &NewRun) -> rusqlite::Result<i64> {
    transaction.execute(
        "INSERT INTO run
        (began, command, words, version, git_commit, branch, author, undoes, pid)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            milliseconds(new.began),
            new.command,
            new.words,
            env!("CARGO_PKG_VERSION"),
            new.commit,
            new.branch,
            new.author,
            new.undoes,
            std::process::id()
        ],
    )?;
    Ok(transaction.last_insert_rowid())
}

/// Forgets a change that did not happen.
pub(super) fn forget(transaction: &Transaction<'_>, change: i64) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM docstring_change WHERE change = ?1", [change])?;
    transaction.execute("DELETE FROM file_change WHERE id = ?1", [change])?;
    Ok(())
}
