//! What runs did to files: the originals before they were replaced, and each docstring's change.
//!
//! An entry is on the disk before its file is replaced, so that a file's own bytes always tell whether
//! the replacement happened: they are those of before, or those of after.

mod keep;
mod packed;
mod prune;
mod read;
mod written;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

pub use keep::{Entry, Journal};
pub use prune::KeptOriginals;
pub use read::{Contents, PendingChange, RecordedChange, RecordedDocstring, RecordedRun, Undone};
pub use written::WrittenDocstring;

/// Runs, the files that each replaced with their originals, and what became of docstrings.
///
/// Times are milliseconds since 1970. A path stands as from the project's root, links followed, divided
/// by `/`; one that is not UTF-8 has its bytes beside it. `delta` is the content afterwards, packed with
/// the one before as its dictionary. A change is `pending` until its file is known to hold the new
/// content; one that is `unchanged` says that an undo found nothing to do.
pub(super) const TABLES: &str = "
    CREATE TABLE content (
        id INTEGER PRIMARY KEY,
        hash BLOB NOT NULL UNIQUE,
        length INTEGER NOT NULL,
        packed BLOB NOT NULL
    );
    CREATE TABLE run (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        began INTEGER NOT NULL,
        ended INTEGER,
        outcome TEXT,
        command TEXT NOT NULL,
        words TEXT NOT NULL,
        version TEXT NOT NULL,
        git_commit TEXT,
        branch TEXT,
        author TEXT,
        undoes INTEGER REFERENCES run (id),
        pid INTEGER NOT NULL,
        unkept INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE file_change (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES run (id),
        path TEXT NOT NULL,
        path_bytes BLOB,
        before BLOB NOT NULL,
        after BLOB NOT NULL,
        delta BLOB,
        at INTEGER NOT NULL,
        state TEXT NOT NULL
    );
    CREATE INDEX file_change_of_run ON file_change (run);
    CREATE INDEX file_change_from ON file_change (before);
    CREATE TABLE docstring_change (
        id INTEGER PRIMARY KEY,
        change INTEGER NOT NULL REFERENCES file_change (id),
        run INTEGER NOT NULL REFERENCES run (id),
        path TEXT NOT NULL,
        qualified_name TEXT NOT NULL,
        kind TEXT NOT NULL,
        action TEXT NOT NULL,
        old TEXT,
        new TEXT
    );
    CREATE INDEX docstring_change_of_file ON docstring_change (change);
    CREATE INDEX docstring_change_of_run ON docstring_change (run, action);
    CREATE INDEX docstring_change_of_definition ON docstring_change (path, qualified_name);
";

/// A run that begins.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// When it began.
    pub began: SystemTime,
    /// How it was called, without secrets.
    pub command: String,
    /// Who writes its words.
    pub words: String,
    /// The commit that was checked out, if any.
    pub commit: Option<String>,
    /// The branch, if one was checked out.
    pub branch: Option<String>,
    /// Name and address as git would sign a commit.
    pub author: Option<String>,
    /// The run that it takes back.
    pub undoes: Option<i64>,
}

/// How a run ended that ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunEnd {
    /// It came to its end.
    Done,
    /// It was asked to stop.
    Interrupted,
    /// It gave up.
    Failed,
}

impl RunEnd {
    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
        }
    }

    fn of_word(word: &str) -> Self {
        match word {
            "done" => Self::Done,
            "interrupted" => Self::Interrupted,
            _ => Self::Failed,
        }
    }
}

/// A file that is about to be replaced.
#[derive(Debug)]
pub struct Replacement<'a> {
    /// Its path from the project's root, links followed.
    pub path: &'a Path,
    /// The bytes that it holds.
    pub before: &'a [u8],
    /// Those that it will hold.
    pub after: &'a [u8],
    /// What becomes of its docstrings.
    pub docstrings: &'a [DocstringChange],
}

/// What becomes of a definition's docstring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocstringChange {
    /// Its name inside its file; the second of one name is `name#2`, a module's is empty.
    pub qualified_name: String,
    /// What it is, in a word or two.
    pub kind: String,
    /// The text that it had, as `inspect.cleandoc` gives it.
    pub old: Option<String>,
    /// The text that it has now.
    pub new: Option<String>,
}

impl DocstringChange {
    /// `added`, `updated` or `removed`.
    #[must_use]
    pub fn action(&self) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => "added",
            (Some(_), Some(_)) => "updated",
            (Some(_), None) => "removed",
        }
    }
}

/// A path as it is kept: its text, and its bytes where that is not all of it.
fn kept_path(path: &Path) -> (String, Option<Vec<u8>>) {
    let text = path.to_string_lossy();
    #[cfg(unix)]
    let bytes = matches!(text, Cow::Owned(_)).then(|| {
        use std::os::unix::ffi::OsStrExt as _;
        path.as_os_str().as_bytes().to_vec()
    });
    #[cfg(not(unix))]
    let bytes = None;
    let text = if cfg!(windows) {
        Cow::Owned(text.replace('\\', "/"))
    } else {
        text
    };
    (text.into_owned(), bytes)
}

/// The path that was kept.
fn path_of(text: String, bytes: Option<Vec<u8>>) -> PathBuf {
    #[cfg(unix)]
    if let Some(bytes) = bytes {
        use std::os::unix::ffi::OsStringExt as _;
        return PathBuf::from(std::ffi::OsString::from_vec(bytes));
    }
    #[cfg(not(unix))]
    drop(bytes);
    PathBuf::from(text)
}

fn milliseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

fn time_of(milliseconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds.max(0).cast_unsigned())
}

#[cfg(test)]
mod tests;
