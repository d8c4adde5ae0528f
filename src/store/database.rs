//! The one database of a project, `.docgen/state.db`: SQLite with a write-ahead log.
//!
//! It holds nothing that cannot be made again, so no trouble with it ends a run: one that is damaged
//! is set aside and begun anew, and where there can be none, the run keeps its own in memory.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use super::migrations::{self, VERSION};
use super::state;

const FILE: &str = "state.db";

/// How long another process is waited for that writes.
const BUSY: Duration = Duration::from_secs(5);

/// Whether the project at `root` has a database.
#[must_use]
pub fn has_state(root: &Path) -> bool {
    state::file(root, FILE).exists()
}

/// Why the database could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite's own words.
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A later docgen made it.
    #[error("it was written by a newer docgen (its version is {found}, this one knows {VERSION})")]
    Newer {
        /// The version that it has.
        found: u32,
    },
    /// An earlier or a later docgen made it.
    #[error("its version is {found}, and not {VERSION}")]
    Other {
        /// The version that it has.
        found: u32,
    },
    /// The folder cannot be had.
    #[error("{0}")]
    Folder(#[from] std::io::Error),
}

impl StoreError {
    fn is_damage(&self) -> bool {
        matches!(
            self.code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        )
    }

    /// Whether it has been said already, when it was met.
    #[must_use]
    pub fn is_said(&self) -> bool {
        self.is_damage()
    }

    fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Sqlite(error) => error.sqlite_error_code(),
            Self::Newer { .. } | Self::Other { .. } | Self::Folder(_) => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        use std::io::ErrorKind;
        let is_full = match self {
            Self::Folder(error) => {
                let kind = error.kind();
                matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
            }
            error => error.code() == Some(ErrorCode::DiskFull),
        };
        if is_full {
            return "make room on the disk, or do without with `--no-cache`";
        }
        match (self, self.code()) {
            (Self::Newer { .. }, _) => "update docgen, or delete the file",
            (_, Some(ErrorCode::FileLockingProtocolFailed)) => {
                "its file system has no locks that hold: keep the project on a local disk, or do without \
                 with `--no-cache`"
            }
            (_, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)) => {
                "another process has held it for long: wait for it"
            }
            (_, Some(ErrorCode::SystemIoFailure)) => {
                "if its disk is full, make room; if it is a network's, keep the project on a local disk; or do \
                 without with `--no-cache`"
            }
            (_, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)) => {
                "nothing has to be done: the next run makes it anew"
            }
            _ => "let docgen write to the folder, or do without with `--no-cache`",
        }
    }
}

/// How long a command waits that can do without the database.
const PATIENCE: Duration = Duration::from_millis(50);

/// Whether the state folder may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The database is made if it is not there.
    Create,
    /// It is used if it is there; otherwise the run keeps its own in memory.
    IfThere,
}

/// The database of a project, open.
#[derive(Debug)]
pub struct Database {
    connection: Mutex<Connection>,
    /// The file, which is set aside when it is damaged; `None` in memory, or when it is only looked at.
    path: Option<PathBuf>,
}

impl Database {
    /// Opens the database of the project at `root`. What is wrong with it is said once, and the run gets
    /// one in memory that is gone afterwards.
    pub fn open(root: &Path, access: Access) -> Result<Self, StoreError> {
        let path = state::file(root, FILE);
        if access == Access::IfThere && !path.exists() {
            return Self::in_memory();
        }
        let opened = state::make_folder(root)
            .map_err(StoreError::from)
            .and_then(|()| open_file(&path));
        let opened = match opened {
            Err(error) if error.is_damage() => {
                set_aside(&path, &error);
                open_file(&path)
            }
            opened => opened,
        };
        match opened {
            Ok(connection) => Ok(Self {
                connection: Mutex::new(connection),
                path: Some(path),
            }),
            Err(error) => {
                say_once(&path, &error);
                Self::in_memory()
            }
        }
    }

    /// The database of the project at `root` for a command that has no need of it: only when it is there
    /// and as this docgen makes it. Nothing is made, moved or mended, and nobody is waited for.
    #[must_use]
    pub fn if_ready(root: &Path) -> Option<Self> {
        let path = state::file(root, FILE);
        if !path.exists() {
            return None;
        }
        let opened = open_existing(&path)
            .inspect_err(|error| tracing::debug!("`{}` is not used: {error}", path.display()));
        Some(Self {
            connection: Mutex::new(opened.ok()?),
            path: None,
        })
    }

    /// A database of the run's own.
    pub fn in_memory() -> Result<Self, StoreError> {
        Ok(Self {
            connection: Mutex::new(memory()?),
            path: None,
        })
    }

    /// Whether what it holds will be there in the next run.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.path.is_some()
    }

    /// Asks the database. When it turns out to be damaged, which is said, it is set aside and begun anew:
    /// this question fails, and those after it find nothing.
    pub(super) fn with<T>(
        &self,
        ask: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let mut connection = self.lock();
        let answer = ask(&mut connection).map_err(StoreError::from);
        if let (Err(error), Some(path)) = (&answer, &self.path)
            && error.is_damage()
        {
            set_aside(path, error);
            let anew = open_file(path).or_else(|_| memory());
            if let Ok(anew) = anew {
                *connection = anew;
            }
        }
        answer
    }

    /// Writes in one transaction, which has the lock from its start.
    pub(super) fn write<T>(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.with(|connection| {
            let immediate = TransactionBehavior::Immediate;
            let transaction = connection.transaction_with_behavior(immediate)?;
            let answer = write(&transaction)?;
            transaction.commit()?;
            Ok(answer)
        })
    }

    /// Changes the database for good: when this comes back, no power cut takes the change away.
    pub(super) fn durably(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        self.with(|connection| {
            connection.pragma_update(None, "synchronous", "FULL")?;
            let changed = (|| {
                let transaction =
                    connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                change(&transaction)?;
                transaction.commit()
            })();
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            changed
        })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says why a database is not used, once in a process: several parts of docgen open the same one.
fn say_once(path: &Path, error: &StoreError) {
    static SAID: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.insert(path.to_path_buf()) {
        tracing::warn!(
            "`{}` cannot be used, so this run keeps nothing for the next one: {error}; {}",
            path.display(),
            error.hint()
        );
    }
}

fn memory() -> Result<Connection, StoreError> {
    let mut connection = Connection::open_in_memory()?;
    migrations::migrate(&mut connection)?;
    Ok(connection)
}

fn open_file(path: &Path) -> Result<Connection, StoreError> {
    // The connection is used under a lock of docgen's own.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    let found = migrations::version(&connection)?;
    if found > VERSION {
        return Err(StoreError::Newer { found });
    }
    if found == 0 {
        // Before anything is in it: pages that are free can be given back then.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    // On a file system without shared memory SQLite keeps to its older journal, which will do; where it
    // does not find that out by itself, it is told.
    let logged = connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()));
    if let Err(error) = logged.map_err(StoreError::from) {
        let no_memory = matches!(
            error.code(),
            Some(ErrorCode::FileLockingProtocolFailed | ErrorCode::SystemIoFailure)
        );
        if !no_memory {
            return Err(error);
        }
        connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    }
    // A power cut may lose the last transactions, and never the whole.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    migrations::migrate(&mut connection)?;
    let vacuums: u32 = connection.query_row("PRAGMA auto_vacuum", [], |row| row.get(0))?;
    if vacuums == 0 {
        // One of an earlier docgen. If another process is in it, the next run does it.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        if let Err(error) = connection.execute_batch("VACUUM") {
            tracing::debug!("`{}` cannot be packed: {error}", path.display());
        }
    }
    Ok(connection)
}

/// Opens a file that is there, if it has the tables that this docgen knows.
fn open_existing(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let found = migrations::version(&connection)?;
    if found == VERSION {
        Ok(connection)
    } else {
        Err(StoreError::Other { found })
    }
}

/// Moves a damaged database out of the way; one that was set aside before goes. Several connections of a
/// process may meet the same damage: the database that was begun anew since is not moved.
fn set_aside(path: &Path, error: &StoreError) {
    static ASIDE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let mut aside = ASIDE.lock().unwrap_or_else(PoisonError::into_inner);
    if !aside.insert(path.to_path_buf()) {
        return;
    }
    let aside = path.with_extension("db.damaged");
    let moved = std::fs::rename(path, &aside);
    for log in ["db-wal", "db-shm"] {
        // They are there after a crash only.
        _ = std::fs::remove_file(path.with_extension(log));
    }
    match moved {
        Ok(()) => tracing::warn!(
            "`{}` is damaged ({error}): it was set aside as `{}` and is made anew",
            path.display(),
            aside.display()
        ),
        Err(moved) => tracing::debug!("`{}` cannot be set aside: {moved}", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{ContentHash, ReplyRecord};

    fn path(root: &Path) -> PathBuf {
        root.join(".docgen/state.db")
    }

    fn tables(database: &Database) -> i64 {
        let count = "SELECT count(*) FROM sqlite_schema WHERE name = 'document'";
        let ask = |connection: &mut Connection| connection.query_row(count, [], |row| row.get(0));
        database.with(ask).unwrap()
    }

    #[test]
    fn it_is_made_once_and_opened_again() {
        let root = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            let database = Database::open(root.path(), Access::Create).unwrap();
            assert!(database.is_kept());
            assert_eq!(tables(&database), 1);
        }
        let ignore = std::fs::read_to_string(root.path().join(".docgen/.gitignore"));
        assert_eq!(ignore.unwrap(), "*\n");
        // Two at once share it.
        let one = Database::open(root.path(), Access::Create).unwrap();
        let other = Database::open(root.path(), Access::IfThere).unwrap();
        assert!(one.is_kept() && other.is_kept());
    }

    #[test]
    fn nothing_is_made_where_it_is_only_looked_for() {
        let root = tempfile::tempdir().unwrap();
        let database = Database::open(root.path(), Access::IfThere).unwrap();
        assert!(!database.is_kept() && !root.path().join(".docgen").exists());
        assert_eq!(tables(&database), 1, "in memory");
    }

    #[test]
    fn a_damaged_one_is_set_aside() {
        let root = tempfile::tempdir().unwrap();
        state::write(root.path(), FILE, &[7; 4096]).unwrap();
        let database = Database::open(root.path(), Access::Create).unwrap();
        assert!(database.is_kept());
        assert_eq!(tables(&database), 1);
        let aside = std::fs::read(root.path().join(".docgen/state.db.damaged")).unwrap();
        assert_eq!(aside, [7; 4096]);
    }

    #[test]
    fn a_newer_one_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        drop(Database::open(root.path(), Access::Create).unwrap());
        let connection = Connection::open(path(root.path())).unwrap();
        connection
            .pragma_update(None, "user_version", VERSION + 1)
            .unwrap();
        drop(connection);
        let database = Database::open(root.path(), Access::Create).unwrap();
        assert!(!database.is_kept());
        let connection = Connection::open(path(root.path())).unwrap();
        assert_eq!(migrations::version(&connection).unwrap(), VERSION + 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_is_a_file_leaves_the_run_its_memory() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join(".docgen"), "").unwrap();
        let database = Database::open(root.path(), Access::Create).unwrap();
        assert!(!database.is_kept());
        assert_eq!(tables(&database), 1);
    }

    #[test]
    fn one_that_turns_out_to_be_damaged_is_set_aside_and_the_run_goes_on() {
        let root = tempfile::tempdir().unwrap();
        let record = |number: u64| ReplyRecord {
            key: ContentHash::of(&[&number.to_le_bytes()]),
            value: b"{}".repeat(50),
            definition: "a.py::f".to_owned(),
            paid: crate::store::ReplyCost::default(),
            created_at: 1,
        };
        let records: Vec<ReplyRecord> = (0..2_000).map(record).collect();
        let keys: Vec<ContentHash> = records.iter().map(|one| one.key).collect();
        let database = Database::open(root.path(), Access::Create).unwrap();
        database.keep_replies(&records).unwrap();
        database.give_back_room().unwrap();
        drop(database);
        let mut bytes = std::fs::read(path(root.path())).unwrap();
        // The first pages hold the tables' names, and say nothing of what is in them.
        let from = bytes.len() / 2;
        bytes[from..].fill(0x5a);
        std::fs::write(path(root.path()), bytes).unwrap();
        let database = Database::open(root.path(), Access::Create).unwrap();
        assert!(database.replies(&keys, 0).unwrap_err().is_said());
        assert!(root.path().join(".docgen/state.db.damaged").exists());
        assert!(database.replies(&keys, 0).unwrap().records.is_empty());
        database.keep_replies(&records).unwrap();
        drop(database);
        let database = Database::open(root.path(), Access::Create).unwrap();
        assert_eq!(database.replies(&keys, 0).unwrap().records.len(), 2_000);
    }

    #[test]
    fn a_full_disk_is_told_with_what_to_do() {
        let root = tempfile::tempdir().unwrap();
        let database = Database::open(root.path(), Access::Create).unwrap();
        let pages = |connection: &mut Connection| {
            connection.query_row("PRAGMA max_page_count = 1", [], |_| Ok(()))
        };
        database.with(pages).unwrap();
        let record = ReplyRecord {
            key: ContentHash::of(&[b"k"]),
            value: (0..60_000_u32).flat_map(u32::to_le_bytes).collect(),
            definition: String::new(),
            paid: crate::store::ReplyCost::default(),
            created_at: 1,
        };
        let error = database.keep_replies(&[record]).unwrap_err();
        assert!(error.hint().contains("make room"), "{error}");
        assert!(!error.is_said());
        // What was there is still there.
        assert_eq!(tables(&database), 1);
    }

    #[test]
    fn each_kind_of_trouble_has_its_hint() {
        let hint = |code: i32| {
            let error = rusqlite::ffi::Error::new(code);
            StoreError::from(rusqlite::Error::SqliteFailure(error, None)).hint()
        };
        assert!(hint(rusqlite::ffi::SQLITE_PROTOCOL).contains("local disk"));
        assert!(hint(rusqlite::ffi::SQLITE_IOERR_LOCK).contains("local disk"));
        assert!(hint(rusqlite::ffi::SQLITE_READONLY).contains("write to the folder"));
        assert!(hint(rusqlite::ffi::SQLITE_BUSY).contains("another process"));
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        assert!(StoreError::from(full).hint().contains("make room"));
        assert!(
            StoreError::Newer { found: 99 }
                .hint()
                .contains("update docgen")
        );
    }
}
