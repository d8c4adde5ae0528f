//! The one database of a project, `.docgen/state.db`: SQLite with a write-ahead log.
//!
//! It holds nothing that cannot be made again, so no trouble with it ends a run: one that is damaged
//! is set aside and begun anew, and where there can be none, the run keeps its own in memory.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

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
    /// The folder cannot be had.
    #[error("{0}")]
    Folder(#[from] std::io::Error),
}

impl StoreError {
    fn is_damage(&self) -> bool {
        let Self::Sqlite(error) = self else {
            return false;
        };
        matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        )
    }
}

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
    /// The file; `None` in memory.
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
            Err(error @ StoreError::Newer { .. }) => {
                tracing::warn!(
                    "`{}` is left alone: {error}; this run keeps nothing for the next one",
                    path.display()
                );
                Self::in_memory()
            }
            Err(error) => {
                tracing::debug!(
                    "`{}` cannot be used, so this run keeps nothing for the next one: {error}",
                    path.display()
                );
                Self::in_memory()
            }
        }
    }

    /// A database of the run's own.
    pub fn in_memory() -> Result<Self, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        migrations::migrate(&mut connection)?;
        Ok(Self {
            connection: Mutex::new(connection),
            path: None,
        })
    }

    /// Whether what it holds will be there in the next run.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.path.is_some()
    }

    /// Asks the database. When it turns out to be damaged it is set aside, so that the next run makes
    /// it anew.
    pub(super) fn with<T>(
        &self,
        ask: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let answer = ask(&mut self.lock()).map_err(StoreError::from);
        if let (Err(error), Some(path)) = (&answer, &self.path)
            && error.is_damage()
        {
            set_aside(path, error);
        }
        answer
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
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
    // On a file system without shared memory SQLite keeps to its older journal, which will do.
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    // A power cut may lose the last transactions, and never the whole.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    migrations::migrate(&mut connection)?;
    Ok(connection)
}

/// Moves a damaged database out of the way; one that was set aside before goes.
fn set_aside(path: &Path, error: &StoreError) {
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
}
