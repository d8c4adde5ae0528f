//! The reply cache as a whole: what is in it, and what is taken out by hand.

use rusqlite::params;

use super::database::{Database, StoreError};
use super::replies::{ReplyRecord, number, read, sql};

/// What is in the cache.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplyStats {
    /// Replies.
    pub entries: u64,
    /// Bytes that their values take, compressed.
    pub entry_bytes: u64,
    /// When the first of them was made, in seconds since 1970.
    pub oldest: Option<u64>,
    /// When the last of them was.
    pub newest: Option<u64>,
    /// What each model gave of them, the one with the most first.
    pub models: Vec<ModelReplies>,
}

/// What one model gave of the replies in the cache.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ModelReplies {
    /// Its name as its server has it, or else the deployment's.
    pub model: String,
    /// How many.
    pub entries: u64,
    /// Tokens of prompts and replies that were paid for them.
    pub tokens: u64,
}

/// Records that are read at a time.
const PAGE: u64 = 500;

impl Database {
    /// What is in the cache.
    pub fn reply_stats(&self) -> Result<ReplyStats, StoreError> {
        self.with(|connection| {
            let mut stats = connection.query_row(
                "SELECT count(*), coalesce(sum(length(value)), 0), min(created_at), max(created_at)
                 FROM reply",
                [],
                |row| {
                    let time = |column| {
                        let time: Option<i64> = row.get(column)?;
                        Ok::<_, rusqlite::Error>(time.and_then(|time| u64::try_from(time).ok()))
                    };
                    Ok(ReplyStats {
                        entries: number(row, 0)?,
                        entry_bytes: number(row, 1)?,
                        oldest: time(2)?,
                        newest: time(3)?,
                        models: Vec::new(),
                    })
                },
            )?;
            let mut models = connection.prepare(
                "SELECT coalesce(model, deployment) AS name, count(*) AS entries,
                    sum(prompt_tokens + completion_tokens)
                 FROM reply GROUP BY name ORDER BY entries DESC, name",
            )?;
            let rows = models.query_map([], |row| {
                Ok(ModelReplies {
                    model: row.get(0)?,
                    entries: number(row, 1)?,
                    tokens: number(row, 2)?,
                })
            })?;
            stats.models = rows.collect::<rusqlite::Result<_>>()?;
            Ok(stats)
        })
    }

    /// Gives every reply to `take`, the oldest first; damaged ones are passed over and counted. It ends
    /// when `take` says so.
    pub fn each_reply(
        &self,
        mut take: impl FnMut(ReplyRecord) -> std::ops::ControlFlow<()>,
    ) -> Result<u64, StoreError> {
        let (mut damaged, mut after) = (0, (i64::MIN, i64::MIN));
        loop {
            let mut page = Vec::new();
            let count = self.with(|connection| {
                let mut select = connection.prepare(
                    "SELECT id, key, format, value, checksum, definition, deployment, model, created_at,
                        prompt_tokens, cached_tokens, completion_tokens, latency_ms
                     FROM reply WHERE (created_at, id) > (?1, ?2) ORDER BY created_at, id LIMIT ?3",
                )?;
                let mut rows = select.query(params![after.0, after.1, sql(PAGE)])?;
                let mut count = 0;
                while let Some(row) = rows.next()? {
                    count += 1;
                    after = (row.get(8)?, row.get(0)?);
                    page.push(read(row, number(row, 8)?)?);
                }
                Ok(count)
            })?;
            for record in page {
                match record {
                    Some(record) => {
                        if take(record).is_break() {
                            return Ok(damaged);
                        }
                    }
                    None => damaged += 1,
                }
            }
            if count < PAGE {
                return Ok(damaged);
            }
        }
    }

    /// Takes out the replies that were made for these definitions: says how many.
    pub fn forget_replies(
        &self,
        mut is_meant: impl FnMut(&str) -> bool,
    ) -> Result<u64, StoreError> {
        let forgotten = self.with(|connection| {
            let transaction = connection.transaction()?;
            let mut meant: Vec<i64> = Vec::new();
            {
                let mut select = transaction.prepare("SELECT id, definition FROM reply")?;
                let mut rows = select.query([])?;
                while let Some(row) = rows.next()? {
                    let definition: String = row.get(1)?;
                    if is_meant(&definition) {
                        meant.push(row.get(0)?);
                    }
                }
                let mut delete = transaction.prepare("DELETE FROM reply WHERE id = ?1")?;
                for id in &meant {
                    delete.execute([id])?;
                }
            }
            transaction.commit()?;
            Ok(meant.len() as u64)
        })?;
        self.give_back_room()?;
        Ok(forgotten)
    }

    /// Takes out every reply, and what is known of earlier runs: says how many there were.
    pub fn clear_replies(&self) -> Result<u64, StoreError> {
        let cleared = self.with(|connection| {
            let transaction = connection.transaction()?;
            let cleared = transaction.execute("DELETE FROM reply", [])?;
            transaction.execute("DELETE FROM reply_tally", [])?;
            transaction.execute("DELETE FROM reply_saving", [])?;
            transaction.commit()?;
            Ok(u64::try_from(cleared).unwrap_or_default())
        })?;
        self.give_back_room()?;
        Ok(cleared)
    }
}
