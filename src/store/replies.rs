//! The replies of models, kept so that none is paid for twice.
//!
//! What a reply says and what its key is made of is the keeper's business: here are bytes under a hash,
//! with what they cost and when they were of use.

use std::collections::HashMap;

use rusqlite::{Connection, Row, Statement, params};

use super::content_hash::ContentHash;
use super::database::{Database, StoreError};

/// The tables of the cache.
pub(super) const TABLES: &str = "
    CREATE TABLE reply (
        id INTEGER PRIMARY KEY,
        key BLOB NOT NULL,
        format INTEGER NOT NULL,
        value BLOB NOT NULL,
        checksum BLOB NOT NULL,
        definition TEXT NOT NULL,
        deployment TEXT NOT NULL,
        model TEXT,
        created_at INTEGER NOT NULL,
        used_at INTEGER NOT NULL,
        uses INTEGER NOT NULL,
        prompt_tokens INTEGER NOT NULL,
        cached_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL,
        latency_ms INTEGER NOT NULL
    );
    CREATE INDEX reply_by_use ON reply (used_at);
    CREATE INDEX reply_by_age ON reply (created_at);
    CREATE TABLE reply_tally (
        of TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        hits INTEGER NOT NULL,
        misses INTEGER NOT NULL
    );
    CREATE TABLE reply_saving (
        of TEXT NOT NULL,
        deployment TEXT NOT NULL,
        model TEXT,
        prompt_tokens INTEGER NOT NULL,
        cached_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL,
        latency_ms INTEGER NOT NULL
    );
";

/// The format of [`ReplyRecord::value`] that this docgen writes; a later one is left alone.
pub const REPLY_FORMAT: u32 = 1;

/// Of zstd: replies are short, and higher levels save no more.
const COMPRESSION: i32 = 3;

/// A value never unpacks to more: what claims to is no value of docgen's.
const MOST_BYTES: usize = 4 << 20;

/// Keys that one question to the database is about.
const CHUNK: usize = 256;

/// A reply as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyRecord {
    /// What determines it.
    pub key: ContentHash,
    /// What it says.
    pub value: Vec<u8>,
    /// The definition that it was made for: `path::Qual.name`.
    pub definition: String,
    /// Who gave it.
    pub paid: ReplyCost,
    /// Seconds since 1970.
    pub created_at: u64,
}

/// What a reply cost, and who gave it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplyCost {
    /// The deployment's name.
    pub deployment: String,
    /// The model, as the server calls it.
    pub model: Option<String>,
    /// Its share of the prompt's tokens.
    pub prompt_tokens: u64,
    /// Those of them that came from the service's cache.
    pub cached_tokens: u64,
    /// Its share of the reply's tokens.
    pub completion_tokens: u64,
    /// Its share of the time that the requests took.
    pub latency_ms: u64,
}

/// What the cache was good for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplyTally {
    /// Definitions whose words were remembered.
    pub hits: u64,
    /// Definitions that had to be asked about.
    pub misses: u64,
    /// What was saved, by the model that gave the words.
    pub saved: Vec<ReplyCost>,
}

impl ReplyTally {
    /// Counts a definition whose words were remembered.
    pub fn add_hit(&mut self, cost: &ReplyCost) {
        self.hits += 1;
        self.add_saved(cost);
    }

    pub(super) fn add_saved(&mut self, cost: &ReplyCost) {
        let known = self.saved.iter_mut().find(|one| {
            // A deployment that never said what it is stands for itself.
            one.model == cost.model && (cost.model.is_some() || one.deployment == cost.deployment)
        });
        match known {
            Some(known) => {
                known.prompt_tokens += cost.prompt_tokens;
                known.cached_tokens += cost.cached_tokens;
                known.completion_tokens += cost.completion_tokens;
                known.latency_ms += cost.latency_ms;
            }
            None => self.saved.push(cost.clone()),
        }
    }

    /// Tokens of prompts and replies that were not paid for again.
    #[must_use]
    pub fn saved_tokens(&self) -> u64 {
        let tokens = |one: &ReplyCost| one.prompt_tokens + one.completion_tokens;
        self.saved.iter().map(tokens).sum()
    }
}

/// What a look-up gave.
#[derive(Debug, Default)]
pub struct FoundReplies {
    /// By key.
    pub records: HashMap<ContentHash, ReplyRecord>,
    /// Those that were damaged; they are gone.
    pub damaged: usize,
}

impl Database {
    /// The replies under these keys that were made at `since` or later. A damaged one is taken out.
    pub fn replies(&self, keys: &[ContentHash], since: u64) -> Result<FoundReplies, StoreError> {
        let mut found = FoundReplies::default();
        let mut damaged: Vec<i64> = Vec::new();
        self.with(|connection| {
            for chunk in keys.chunks(CHUNK) {
                find(connection, chunk, since, &mut found.records, &mut damaged)?;
            }
            if damaged.is_empty() {
                return Ok(());
            }
            let transaction = connection.transaction()?;
            for id in &damaged {
                transaction.execute("DELETE FROM reply WHERE id = ?1", [id])?;
            }
            transaction.commit()
        })?;
        found.damaged = damaged.len();
        Ok(found)
    }

    /// Keeps replies in place of what is there under their keys. They are on the disk, past any power
    /// cut, when this comes back.
    pub fn keep_replies(&self, records: &[ReplyRecord]) -> Result<(), StoreError> {
        let packed: Vec<Vec<u8>> = records.iter().map(|one| pack(&one.value)).collect();
        self.durably(|transaction| {
            let mut insert = transaction.prepare(
                "INSERT OR REPLACE INTO reply
                    (id, key, format, value, checksum, definition, deployment, model, created_at,
                     used_at, uses, prompt_tokens, cached_tokens, completion_tokens, latency_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, 0, ?10, ?11, ?12, ?13)",
            )?;
            for (record, packed) in records.iter().zip(&packed) {
                put(&mut insert, record, packed)?;
            }
            Ok(())
        })
    }

    /// Takes note of replies that were of use at `now`.
    pub fn touch_replies(&self, keys: &[ContentHash], now: u64) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        self.with(|connection| {
            let transaction = connection.transaction()?;
            {
                let mut touch = transaction
                    .prepare("UPDATE reply SET used_at = ?2, uses = uses + 1 WHERE id = ?1")?;
                for key in keys {
                    touch.execute(params![key.row(), sql(now)])?;
                }
            }
            transaction.commit()
        })
    }
}

fn find(
    connection: &Connection,
    keys: &[ContentHash],
    since: u64,
    found: &mut HashMap<ContentHash, ReplyRecord>,
    damaged: &mut Vec<i64>,
) -> rusqlite::Result<()> {
    let marks = vec!["?"; keys.len()].join(",");
    let mut select = connection.prepare(&format!(
        "SELECT id, key, format, value, checksum, definition, deployment, model, created_at,
            prompt_tokens, cached_tokens, completion_tokens, latency_ms
         FROM reply WHERE id IN ({marks})"
    ))?;
    let ids = rusqlite::params_from_iter(keys.iter().map(|key| key.row()));
    let mut rows = select.query(ids)?;
    while let Some(row) = rows.next()? {
        let format: u32 = row.get(2)?;
        let created_at = u64::try_from(row.get::<_, i64>(8)?).unwrap_or_default();
        if format > REPLY_FORMAT || created_at < since {
            continue;
        }
        match read(row, created_at)? {
            Some(record) if keys.contains(&record.key) => {
                found.insert(record.key, record);
            }
            // Another key that has the same row.
            Some(_) => {}
            None => damaged.push(row.get(0)?),
        }
    }
    Ok(())
}

/// A row as a record; `None` if it is damaged.
pub(super) fn read(row: &Row<'_>, created_at: u64) -> rusqlite::Result<Option<ReplyRecord>> {
    let packed: Vec<u8> = row.get(3)?;
    let checksum: Vec<u8> = row.get(4)?;
    let key: Vec<u8> = row.get(1)?;
    let Some(key) = ContentHash::from_bytes(&key) else {
        return Ok(None);
    };
    if checksum != ContentHash::of(&[&packed]).as_bytes() {
        return Ok(None);
    }
    let Some(value) = unpack(&packed) else {
        return Ok(None);
    };
    Ok(Some(ReplyRecord {
        key,
        value,
        definition: row.get(5)?,
        paid: ReplyCost {
            deployment: row.get(6)?,
            model: row.get(7)?,
            prompt_tokens: number(row, 9)?,
            cached_tokens: number(row, 10)?,
            completion_tokens: number(row, 11)?,
            latency_ms: number(row, 12)?,
        },
        created_at,
    }))
}

fn put(insert: &mut Statement<'_>, record: &ReplyRecord, packed: &[u8]) -> rusqlite::Result<()> {
    let paid = &record.paid;
    insert.execute(params![
        record.key.row(),
        record.key.as_bytes(),
        REPLY_FORMAT,
        packed,
        ContentHash::of(&[packed]).as_bytes(),
        record.definition,
        paid.deployment,
        paid.model,
        sql(record.created_at),
        sql(paid.prompt_tokens),
        sql(paid.cached_tokens),
        sql(paid.completion_tokens),
        sql(paid.latency_ms),
    ])?;
    Ok(())
}

/// A value as it is kept.
pub(super) fn pack(value: &[u8]) -> Vec<u8> {
    // Packing in memory fails for want of memory alone; an empty value is read as a damaged one.
    zstd::bulk::compress(value, COMPRESSION).unwrap_or_default()
}

pub(super) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    zstd::bulk::decompress(packed, MOST_BYTES).ok()
}

pub(super) fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or_default())
}

/// A number as SQLite has it.
pub(super) fn sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
impl ReplyRecord {
    /// What a model said of a function in `a.py`, with its cost.
    pub(super) fn sample(key: &[u8], value: &str, created_at: u64) -> Self {
        Self {
            key: ContentHash::of(&[key]),
            value: value.as_bytes().to_vec(),
            definition: "a.py::f".to_owned(),
            paid: ReplyCost {
                deployment: "docs".to_owned(),
                model: Some("gpt-4.1".to_owned()),
                prompt_tokens: 10,
                cached_tokens: 4,
                completion_tokens: 5,
                latency_ms: 900,
            },
            created_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(database: &Database, sql: &str) {
        database
            .with(|connection| connection.execute_batch(sql))
            .unwrap();
    }

    #[test]
    fn a_reply_is_found_as_it_was_kept_until_it_is_too_old() {
        let database = Database::in_memory().unwrap();
        let (one, other) = (
            ReplyRecord::sample(b"1", "words", 100),
            ReplyRecord::sample(b"2", "others", 200),
        );
        database
            .keep_replies(&[one.clone(), other.clone()])
            .unwrap();
        let unknown = ContentHash::of(&[b"3"]);
        let keys = [one.key, other.key, unknown];
        let found = database.replies(&keys, 0).unwrap();
        assert_eq!(found.records.len(), 2);
        assert_eq!(found.records[&one.key], one);
        let found = database.replies(&keys, 150).unwrap();
        assert_eq!(found.records.into_values().collect::<Vec<_>>(), [other]);
        let again = ReplyRecord::sample(b"1", "better words", 300);
        database.keep_replies(std::slice::from_ref(&again)).unwrap();
        assert_eq!(
            database.replies(&keys, 0).unwrap().records[&again.key],
            again
        );
        assert_eq!(database.reply_stats().unwrap().entries, 2);
    }

    #[test]
    fn a_damaged_reply_is_no_reply_and_goes() {
        let database = Database::in_memory().unwrap();
        let record = ReplyRecord::sample(b"1", "words", 100);
        let damages = [
            "UPDATE reply SET value = zeroblob(length(value))",
            "UPDATE reply SET value = x''",
            "UPDATE reply SET checksum = x'00'",
            "UPDATE reply SET key = x'00'",
        ];
        for damage in damages {
            database
                .keep_replies(std::slice::from_ref(&record))
                .unwrap();
            set(&database, damage);
            let found = database.replies(&[record.key], 0).unwrap();
            assert_eq!((found.records.len(), found.damaged), (0, 1), "{damage}");
            let found = database.replies(&[record.key], 0).unwrap();
            assert_eq!((found.records.len(), found.damaged), (0, 0), "{damage}");
        }
    }

    #[test]
    fn a_reply_of_a_later_format_is_not_used_and_stays() {
        let database = Database::in_memory().unwrap();
        let record = ReplyRecord::sample(b"1", "words", 100);
        database
            .keep_replies(std::slice::from_ref(&record))
            .unwrap();
        set(&database, "UPDATE reply SET format = 99");
        let found = database.replies(&[record.key], 0).unwrap();
        assert_eq!((found.records.len(), found.damaged), (0, 0));
        assert_eq!(database.reply_stats().unwrap().entries, 1);
    }

    #[test]
    fn another_key_in_the_same_row_is_not_mistaken() {
        let database = Database::in_memory().unwrap();
        let record = ReplyRecord::sample(b"1", "words", 100);
        database
            .keep_replies(std::slice::from_ref(&record))
            .unwrap();
        let other = ContentHash::of(&[b"other"]).to_string();
        set(&database, &format!("UPDATE reply SET key = x'{other}'"));
        let found = database.replies(&[record.key], 0).unwrap();
        assert_eq!((found.records.len(), found.damaged), (0, 0));
    }

    #[test]
    fn replies_can_be_forgotten_by_their_definitions() {
        let database = Database::in_memory().unwrap();
        let mut other = ReplyRecord::sample(b"2", "words", 100);
        other.definition = "b.py::g".to_owned();
        database
            .keep_replies(&[ReplyRecord::sample(b"1", "words", 100), other.clone()])
            .unwrap();
        let forgotten = database.forget_replies(|id| id.starts_with("a.py"));
        assert_eq!(forgotten.unwrap(), 1);
        let mut left = Vec::new();
        let take = |record| {
            left.push(record);
            std::ops::ControlFlow::Continue(())
        };
        assert_eq!(database.each_reply(take).unwrap(), 0);
        assert_eq!(left, [other]);
        assert_eq!(database.clear_replies().unwrap(), 1);
    }

    #[test]
    fn every_page_of_replies_is_gone_through_once() {
        let database = Database::in_memory().unwrap();
        let records: Vec<ReplyRecord> = (0..1_234_u32)
            .map(|number| {
                ReplyRecord::sample(&number.to_le_bytes(), "words", u64::from(number % 3))
            })
            .collect();
        database.keep_replies(&records).unwrap();
        let mut seen = std::collections::HashSet::new();
        let take = |record: ReplyRecord| {
            assert!(seen.insert(record.key));
            std::ops::ControlFlow::Continue(())
        };
        database.each_reply(take).unwrap();
        assert_eq!(seen.len(), records.len());
    }
}
