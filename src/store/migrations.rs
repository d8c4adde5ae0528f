//! The database's tables, step by step: a step that was released is never changed, only followed by
//! another. The number of steps taken is SQLite's `user_version`.

use rusqlite::{Connection, TransactionBehavior};

use super::{analyses, journal, replies, spending};

/// What takes the tables from each version to the next.
const STEPS: [&str; VERSION as usize] = [
    EXAMPLES,
    replies::TABLES,
    journal::TABLES,
    analyses::TABLE,
    spending::TABLE,
];

/// The version that this docgen reads and writes.
pub(super) const VERSION: u32 = 5;

/// Documented definitions, their full text, and vectors by content.
///
/// The text index keeps no text of its own (the rows of `document` have it) and is told apart from them
/// by nothing: the two have the same row numbers.
const EXAMPLES: &str = "
    CREATE TABLE file (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        hash BLOB NOT NULL,
        habits TEXT NOT NULL
    );
    CREATE TABLE document (
        id INTEGER PRIMARY KEY,
        file INTEGER NOT NULL REFERENCES file (id),
        qualified_name TEXT NOT NULL,
        group_name TEXT NOT NULL,
        traits INTEGER NOT NULL,
        header TEXT NOT NULL,
        docstring TEXT NOT NULL,
        hash BLOB NOT NULL
    );
    CREATE INDEX document_of_file ON document (file);
    CREATE VIRTUAL TABLE document_text USING fts5 (
        group_name, name, qualified_name, identifiers, docstring,
        content = '', contentless_delete = 1,
        tokenize = 'unicode61 remove_diacritics 0'
    );
    CREATE VIRTUAL TABLE document_term USING fts5vocab (document_text, row);
    CREATE TABLE vector (
        hash BLOB PRIMARY KEY,
        used_at INTEGER NOT NULL,
        numbers BLOB NOT NULL
    ) WITHOUT ROWID;
";

/// How many steps have been taken.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Takes the steps that are still to be taken, all or none.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    // With the lock from the start, so that of two processes only one takes them; and a file that
    // cannot be written shows itself here.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let taken = version(&transaction)?;
    for step in STEPS.iter().skip(taken as usize) {
        transaction.execute_batch(step)?;
    }
    if taken < VERSION {
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.commit()
}
