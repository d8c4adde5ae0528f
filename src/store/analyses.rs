//! What was found in files, each by the hash of all that it depends on.
//!
//! Nothing is looked up by path: a file that was moved is known, and so is one of a branch that is checked
//! out again. What the content means is its keeper's business; here it is only told whether it is whole.

use std::time::{Duration, SystemTime};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::content_hash::ContentHash;
use super::database::{Database, StoreError};

/// The table. Its row number is drawn from the key, which is part of the `seal` too.
pub(super) const TABLE: &str = "
    CREATE TABLE analysis (
        id INTEGER PRIMARY KEY,
        seal BLOB NOT NULL,
        used_on INTEGER NOT NULL,
        size INTEGER NOT NULL,
        content BLOB NOT NULL
    );
    CREATE INDEX analysis_by_use ON analysis (used_on, size);
";

const DAY: Duration = Duration::from_hours(24);

/// Days without use after which a row is forgotten.
const KEPT_DAYS: i64 = 30;

/// Days after which a row's use is noted again: most commands only read.
const NOTED_DAYS: i64 = 5;

/// Bytes of all rows together. What was not used for the longest time goes first, a day's rows at once; today's
/// stay.
const MOST_BYTES: i64 = 256 * 1024 * 1024;

/// What is kept under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analysis {
    /// What was handed in.
    pub content: Vec<u8>,
    /// Its use should be noted, or it may be forgotten one day.
    pub is_to_be_noted: bool,
}

impl Database {
    /// What is kept under `key`; a row that is not as it was written is none.
    pub fn analysis(
        &self,
        key: ContentHash,
        now: SystemTime,
    ) -> Result<Option<Analysis>, StoreError> {
        const ONE: &str = "SELECT seal, used_on, content FROM analysis WHERE id = ?1";
        let row: Option<(Vec<u8>, i64, Vec<u8>)> = self.with(|connection| {
            let mut one = connection.prepare_cached(ONE)?;
            one.query_row([key.row()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()
        })?;
        Ok(row.and_then(|(seal, used_on, content)| {
            let is_whole = seal == self::seal(key, &content).as_bytes();
            is_whole.then_some(Analysis {
                content,
                // A clock that was set back notes nothing for a while.
                is_to_be_noted: day(now) - used_on >= NOTED_DAYS,
            })
        }))
    }

    /// Keeps what is `new` in one transaction, notes the use of other rows, and forgets what was not used
    /// for long.
    pub fn keep_analyses(
        &self,
        new: &[(ContentHash, Vec<u8>)],
        used: &[ContentHash],
        now: SystemTime,
    ) -> Result<(), StoreError> {
        if new.is_empty() && used.is_empty() {
            return Ok(());
        }
        self.write(|connection| {
            let today = day(now);
            {
                let mut add = connection.prepare(
                    "INSERT OR REPLACE INTO analysis (id, seal, used_on, size, content) \
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?;
                for (key, content) in new {
                    let seal = seal(*key, content);
                    let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
                    add.execute(params![key.row(), seal.as_bytes(), today, size, content])?;
                }
                let mut note =
                    connection.prepare("UPDATE analysis SET used_on = ?2 WHERE id = ?1")?;
                for key in used {
                    note.execute(params![key.row(), today])?;
                }
            }
            forget(connection, today)
        })
    }
}

/// Forgets what was not used for long, and the oldest of what is too much.
fn forget(connection: &Connection, today: i64) -> rusqlite::Result<()> {
    let mut oldest = today - KEPT_DAYS;
    {
        let mut days = connection.prepare(
            "SELECT used_on, sum(size) FROM analysis GROUP BY used_on ORDER BY used_on DESC",
        )?;
        let mut rows = days.query([])?;
        let mut total: i64 = 0;
        while let Some(row) = rows.next()? {
            let used_on: i64 = row.get(0)?;
            total = total.saturating_add(row.get(1)?);
            if total > MOST_BYTES && used_on < today {
                oldest = oldest.max(used_on + 1);
                break;
            }
        }
    }
    connection.execute("DELETE FROM analysis WHERE used_on < ?1", [oldest])?;
    Ok(())
}

/// What tells a row that is as it was written.
fn seal(key: ContentHash, content: &[u8]) -> ContentHash {
    ContentHash::of(&[key.as_bytes(), content])
}

/// Days since 1970.
fn day(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    let days = since.map_or(0, |since| since.as_secs() / DAY.as_secs());
    days.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> ContentHash {
        ContentHash::of(&[text.as_bytes()])
    }

    fn database_with(names: &[&str], now: SystemTime) -> Database {
        let database = Database::in_memory().unwrap();
        let new: Vec<_> = names
            .iter()
            .map(|name| (key(name), name.as_bytes().to_vec()))
            .collect();
        database.keep_analyses(&new, &[], now).unwrap();
        database
    }

    fn content(database: &Database, name: &str, now: SystemTime) -> Option<String> {
        let found = database.analysis(key(name), now).unwrap()?;
        Some(String::from_utf8(found.content).unwrap())
    }

    #[test]
    fn what_is_kept_comes_back_and_damage_is_nothing() {
        let now = SystemTime::now();
        let database = database_with(&["a", "b"], now);
        assert_eq!(content(&database, "a", now).as_deref(), Some("a"));
        assert_eq!(content(&database, "c", now), None);
        database
            .with(|connection| connection.execute("UPDATE analysis SET content = x'00'", []))
            .unwrap();
        assert_eq!(content(&database, "a", now), None);
        // Another key that came to the same row number.
        let database = database_with(&["a"], now);
        database
            .with(|connection| connection.execute("UPDATE analysis SET id = ?1", [key("c").row()]))
            .unwrap();
        assert_eq!(content(&database, "c", now), None);
    }

    #[test]
    fn what_is_not_used_is_forgotten() {
        let start = SystemTime::now();
        let days = |count: u32| start + DAY * count;
        let database = database_with(&["used", "unused"], start);
        let is_to_be_noted = |at| {
            let found = database.analysis(key("used"), at).unwrap();
            found.unwrap().is_to_be_noted
        };
        assert!(!is_to_be_noted(days(1)) && is_to_be_noted(days(20)));
        database
            .keep_analyses(&[], &[key("used")], days(20))
            .unwrap();
        assert!(!is_to_be_noted(days(20)));
        let new = (key("new"), b"new".to_vec());
        database.keep_analyses(&[new], &[], days(40)).unwrap();
        let now = days(40);
        assert_eq!(content(&database, "unused", now), None);
        assert!(content(&database, "used", now).is_some());
        assert!(content(&database, "new", now).is_some());
    }

    #[test]
    fn the_oldest_goes_when_there_is_too_much() {
        let start = SystemTime::now();
        let database = database_with(&["old", "newer"], start);
        database
            .keep_analyses(&[], &[key("newer")], start + DAY)
            .unwrap();
        let grow = "UPDATE analysis SET size = ?1";
        database
            .with(|connection| connection.execute(grow, [MOST_BYTES / 2 + 1]))
            .unwrap();
        let now = start + DAY;
        let new = (key("new"), vec![1]);
        database.keep_analyses(&[new], &[], now).unwrap();
        assert_eq!(content(&database, "old", now), None);
        assert!(content(&database, "newer", now).is_some());
    }
}
