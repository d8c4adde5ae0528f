//! What runs wrote into the docstring of one definition.

use std::time::SystemTime;

use rusqlite::params;

use super::super::database::{Database, StoreError};
use super::{DocstringChange, time_of};

/// What a run made of a docstring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenDocstring {
    /// The run's number.
    pub run: i64,
    /// Who wrote its words.
    pub words: String,
    /// When the file was replaced.
    pub at: SystemTime,
    /// What became of the docstring.
    pub docstring: DocstringChange,
}

impl Database {
    /// What runs made of the docstring of a definition, the newest first; `path` is the file's, from the
    /// project's root, divided by `/`. A replacement that may not have happened does not count.
    pub fn docstrings_written(
        &self,
        path: &str,
        qualified_name: &str,
    ) -> Result<Vec<WrittenDocstring>, StoreError> {
        self.with(|connection| {
            let mut written = connection.prepare(
                "SELECT run.id, run.words, file_change.at, kind, old, new
                FROM docstring_change
                JOIN file_change ON file_change.id = docstring_change.change
                JOIN run ON run.id = docstring_change.run
                WHERE docstring_change.path = ?1 AND qualified_name = ?2 AND state = 'done'
                ORDER BY docstring_change.id DESC",
            )?;
            let rows = written.query_map(params![path, qualified_name], |row| {
                Ok(WrittenDocstring {
                    run: row.get(0)?,
                    words: row.get(1)?,
                    at: time_of(row.get(2)?),
                    docstring: DocstringChange {
                        qualified_name: qualified_name.to_owned(),
                        kind: row.get(3)?,
                        old: row.get(4)?,
                        new: row.get(5)?,
                    },
                })
            })?;
            rows.collect()
        })
    }
}
