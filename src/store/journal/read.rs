//! The journal, as it is read.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, TransactionBehavior};

use super::super::content_hash::ContentHash;
use super::super::database::{Database, StoreError};
use super::{DocstringChange, RunEnd, keep, packed, path_of, time_of};

/// A run that has replaced files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRun {
    /// Its number.
    pub id: i64,
    /// When it began.
    pub began: SystemTime,
    /// When it ended, and how; `None` if it was killed or is still at work.
    pub end: Option<(SystemTime, RunEnd)>,
    /// How it was called.
    pub command: String,
    /// Who wrote its words.
    pub words: String,
    /// docgen's version.
    pub version: String,
    /// The commit that was checked out.
    pub commit: Option<String>,
    /// The branch that was checked out.
    pub branch: Option<String>,
    /// Who ran it, as git would sign a commit.
    pub author: Option<String>,
    /// The run that it took back.
    pub undoes: Option<i64>,
    /// The process.
    pub pid: u32,
    /// Files that were replaced although their originals could not be kept.
    pub unkept: u32,
    /// Files that it replaced.
    pub files: u32,
    /// Of those, the ones whose originals are still kept.
    pub originals: u32,
    /// Docstrings that it added.
    pub added: u32,
    /// Docstrings that it put in the place of others.
    pub updated: u32,
    /// Docstrings that it took out.
    pub removed: u32,
    /// What later runs took back of it.
    pub undone: Undone,
}

impl RecordedRun {
    /// How long it took, if it ended by itself.
    #[must_use]
    pub fn took(&self) -> Option<Duration> {
        let (at, _) = self.end?;
        Some(at.duration_since(self.began).unwrap_or_default())
    }
}

/// What later runs took back of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undone {
    /// Nothing, or all that was taken back was put back again.
    Not,
    /// Some of its files, last by the run of this number.
    Partly(i64),
    /// All of its files, last by the run of this number.
    Whole(i64),
}

/// A file that a run replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedChange {
    /// Its number.
    pub id: i64,
    /// Its path from the project's root.
    pub path: PathBuf,
    /// What it held before.
    pub before: ContentHash,
    /// What it held afterwards.
    pub after: ContentHash,
    /// When.
    pub at: SystemTime,
    /// Whether the file is known to have been replaced; otherwise its bytes tell.
    pub is_done: bool,
    /// Whether its original is still kept.
    pub has_original: bool,
    /// The run that took it back, if one did.
    pub undone_by: Option<i64>,
}

/// What became of a docstring, and in which file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedDocstring {
    /// The change of its file.
    pub change: i64,
    /// What became of it.
    pub docstring: DocstringChange,
}

/// What a file held before a change and after it; `None` where it is not kept any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Before.
    pub before: Option<Vec<u8>>,
    /// Afterwards.
    pub after: Option<Vec<u8>>,
}

/// A change of which nobody has said yet whether it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingChange {
    /// Its number.
    pub id: i64,
    /// Its file's path from the project's root.
    pub path: PathBuf,
    /// What the file held before.
    pub before: ContentHash,
    /// What it was to hold.
    pub after: ContentHash,
}

impl Database {
    /// The runs that have replaced files, newest first; at most `limit` of them.
    pub fn runs(&self, limit: Option<usize>) -> Result<Vec<RecordedRun>, StoreError> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            let undone = taken_back(&transaction)?;
            let files = files_of_runs(&transaction)?;
            let mut runs = transaction.prepare(RUNS)?;
            let limit = limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
            let rows = runs.query_map([limit], run)?;
            rows.map(|run| {
                let run = run?;
                let undone = undone_of(run.id, files.get(&run.id), &undone);
                Ok(RecordedRun { undone, ..run })
            })
            .collect()
        })
    }

    /// The files that a run replaced, in the order of their paths, each once.
    pub fn changes_of(&self, run: i64) -> Result<Vec<RecordedChange>, StoreError> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            let undone = taken_back(&transaction)?;
            let mut changes = transaction.prepare(
                "SELECT id, path, path_bytes, before, after, at, state = 'done',
                    EXISTS (SELECT 1 FROM content WHERE hash = before)
                FROM file_change WHERE run = ?1 AND state <> 'unchanged' ORDER BY path, id",
            )?;
            let rows = changes.query_map([run], |row| {
                let path: String = row.get(1)?;
                Ok(RecordedChange {
                    id: row.get(0)?,
                    undone_by: undone.get(&(run, path.clone())).copied(),
                    path: path_of(path, row.get(2)?),
                    before: hash(row, 3)?,
                    after: hash(row, 4)?,
                    at: time_of(row.get(5)?),
                    is_done: row.get(6)?,
                    has_original: row.get(7)?,
                })
            })?;
            rows.collect()
        })
    }

    /// What a run did to docstrings, in the order of files and definitions.
    pub fn docstrings_of(&self, run: i64) -> Result<Vec<RecordedDocstring>, StoreError> {
        self.with(|connection| {
            let mut docstrings = connection.prepare(
                "SELECT change, qualified_name, kind, old, new
                FROM docstring_change WHERE run = ?1 ORDER BY path, id",
            )?;
            let rows = docstrings.query_map([run], |row| {
                Ok(RecordedDocstring {
                    change: row.get(0)?,
                    docstring: DocstringChange {
                        qualified_name: row.get(1)?,
                        kind: row.get(2)?,
                        old: row.get(3)?,
                        new: row.get(4)?,
                    },
                })
            })?;
            rows.collect()
        })
    }

    /// What a file held before a change and after it.
    pub fn contents_of(&self, change: &RecordedChange) -> Result<Contents, StoreError> {
        let (original, delta): (Option<Vec<u8>>, Option<Vec<u8>>) = self.with(|connection| {
            let original = "SELECT packed FROM content WHERE hash = ?1";
            let delta = "SELECT delta FROM file_change WHERE id = ?1";
            Ok((
                connection
                    .query_row(original, [change.before.as_bytes()], |row| row.get(0))
                    .optional()?,
                connection
                    .query_row(delta, [change.id], |row| row.get(0))
                    .optional()?
                    .flatten(),
            ))
        })?;
        let before = original.and_then(|packed| packed::unpack(&packed, change.before));
        let after = match (&before, delta) {
            (Some(before), Some(delta)) => packed::unpack_after(before, &delta, change.after),
            _ => None,
        };
        Ok(Contents { before, after })
    }

    /// The changes of which nobody has said yet whether they happened: those of runs that were killed,
    /// and the last ones of a run that is at work.
    pub fn pending_changes(&self) -> Result<Vec<PendingChange>, StoreError> {
        self.with(|connection| {
            let mut pending = connection.prepare(
                "SELECT id, path, path_bytes, before, after
                FROM file_change WHERE state = 'pending' ORDER BY id",
            )?;
            let rows = pending.query_map([], |row| {
                Ok(PendingChange {
                    id: row.get(0)?,
                    path: path_of(row.get(1)?, row.get(2)?),
                    before: hash(row, 3)?,
                    after: hash(row, 4)?,
                })
            })?;
            rows.collect()
        })
    }

    /// Says of pending changes whether they happened; those that did not are forgotten, and a run of
    /// which nothing is left is too. Only while no other process is at work.
    pub fn settle(&self, changes: &[(i64, bool)]) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        self.with(|connection: &mut Connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for (change, has_happened) in changes {
                if *has_happened {
                    let done = "UPDATE file_change SET state = 'done' WHERE id = ?1";
                    transaction.execute(done, [change])?;
                } else {
                    keep::forget(&transaction, *change)?;
                }
            }
            transaction.execute(
                "DELETE FROM run WHERE ended IS NULL AND unkept = 0
                AND NOT EXISTS (SELECT 1 FROM file_change WHERE run = run.id)
                AND NOT EXISTS (SELECT 1 FROM run AS other WHERE other.undoes = run.id)",
                [],
            )?;
            transaction.commit()
        })
    }
}

/// A run with the sums of what it did. A run that is still at work may have replaced nothing yet.
const RUNS: &str = "
    SELECT id, began, ended, outcome, command, words, version, git_commit, branch, author, undoes, pid,
        unkept,
        (SELECT count(DISTINCT path) FROM file_change
            WHERE run = run.id AND state <> 'unchanged'),
        (SELECT count(DISTINCT path) FROM file_change JOIN content ON hash = before
            WHERE run = run.id AND state <> 'unchanged'),
        (SELECT count(*) FROM docstring_change WHERE run = run.id AND action = 'added'),
        (SELECT count(*) FROM docstring_change WHERE run = run.id AND action = 'updated'),
        (SELECT count(*) FROM docstring_change WHERE run = run.id AND action = 'removed')
    FROM run ORDER BY id DESC LIMIT ?1";

fn run(row: &Row<'_>) -> rusqlite::Result<RecordedRun> {
    let ended: Option<i64> = row.get(2)?;
    let outcome: Option<String> = row.get(3)?;
    Ok(RecordedRun {
        id: row.get(0)?,
        began: time_of(row.get(1)?),
        end: ended
            .zip(outcome)
            .map(|(at, word)| (time_of(at), RunEnd::of_word(&word))),
        command: row.get(4)?,
        words: row.get(5)?,
        version: row.get(6)?,
        commit: row.get(7)?,
        branch: row.get(8)?,
        author: row.get(9)?,
        undoes: row.get(10)?,
        pid: row.get(11)?,
        unkept: row.get(12)?,
        files: row.get(13)?,
        originals: row.get(14)?,
        added: row.get(15)?,
        updated: row.get(16)?,
        removed: row.get(17)?,
        undone: Undone::Not,
    })
}

fn hash(row: &Row<'_>, column: usize) -> rusqlite::Result<ContentHash> {
    let bytes: Vec<u8> = row.get(column)?;
    ContentHash::from_bytes(&bytes).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, 0))
}

/// By which run each file of a run was taken back, but for what was put back since.
fn taken_back(transaction: &Transaction<'_>) -> rusqlite::Result<HashMap<(i64, String), i64>> {
    let mut changes = transaction.prepare(
        "SELECT run.id, run.undoes, file_change.path
        FROM run JOIN file_change ON file_change.run = run.id
        WHERE run.undoes IS NOT NULL ORDER BY run.id DESC",
    )?;
    let mut rows = changes.query([])?;
    let mut taken_back = HashMap::new();
    // Whatever takes back an undo is newer than it, and so is met before it.
    while let Some(row) = rows.next()? {
        let (run, undoes, path): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if !taken_back.contains_key(&(run, path.clone())) {
            taken_back.entry((undoes, path)).or_insert(run);
        }
    }
    Ok(taken_back)
}

/// The files that each run replaced.
fn files_of_runs(transaction: &Transaction<'_>) -> rusqlite::Result<HashMap<i64, Vec<String>>> {
    let mut changes = transaction
        .prepare("SELECT DISTINCT run, path FROM file_change WHERE state <> 'unchanged'")?;
    let mut rows = changes.query([])?;
    let mut files: HashMap<i64, Vec<String>> = HashMap::new();
    while let Some(row) = rows.next()? {
        files.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(files)
}

fn undone_of(
    run: i64,
    files: Option<&Vec<String>>,
    taken_back: &HashMap<(i64, String), i64>,
) -> Undone {
    let files = files.map(Vec::as_slice).unwrap_or_default();
    let by: Vec<i64> = files
        .iter()
        .filter_map(|path| taken_back.get(&(run, path.clone())).copied())
        .collect();
    match by.iter().max() {
        None => Undone::Not,
        Some(last) if by.len() == files.len() => Undone::Whole(*last),
        Some(last) => Undone::Partly(*last),
    }
}
