//! The room that the reply cache takes, and what it was good for.

use rusqlite::{Connection, Row, Transaction, params};

use super::database::{Database, StoreError};
use super::replies::{ReplyCost, ReplyTally, number, sql};

/// Of the bound, what replies may take in any case, however much the database holds besides: one part in
/// so many.
const LEAST_SHARE: u64 = 4;

/// Bytes that a reply takes besides its value and its names, about: the other columns, the overhead of the
/// row and its entries in the indexes.
const OVERHEAD: &str = "120";

/// Replies that are taken out before it is looked again whether that is enough.
const CHUNK: u64 = 1_000;

/// What was taken out of the cache.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Pruned {
    /// Replies that were too old.
    pub expired: u64,
    /// Replies that there was no room for, the least recently used first.
    pub evicted: u64,
}

impl Database {
    /// Takes out the replies made before `since`, then the least recently used ones until the database
    /// has no more than `bound` bytes; gives the room back to the file system.
    pub fn prune_replies(&self, since: u64, bound: Option<u64>) -> Result<Pruned, StoreError> {
        self.with(|connection| {
            let expired =
                connection.execute("DELETE FROM reply WHERE created_at < ?1", [sql(since)])?;
            let mut pruned = Pruned {
                expired: u64::try_from(expired).unwrap_or_default(),
                evicted: 0,
            };
            if let Some(bound) = bound {
                pruned.evicted = evict(connection, bound)?;
            }
            give_back(connection)?;
            Ok(pruned)
        })
    }

    /// Gives pages that are free back to the file system.
    pub(super) fn give_back_room(&self) -> Result<(), StoreError> {
        self.with(|connection| {
            give_back(connection)?;
            // What is in the log is in the file then, and the file is as short as it can be.
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        })
    }

    /// Bytes of the database: its file, without what waits in the log.
    pub fn bytes(&self) -> Result<u64, StoreError> {
        self.with(|connection| bytes(connection))
    }

    /// Takes note of a run that the cache was good for this.
    pub fn count_reply_run(&self, tally: &ReplyTally, now: u64) -> Result<(), StoreError> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            let mut all =
                tally_of(&transaction, ALL)?.map_or_else(ReplyTally::default, |one| one.1);
            all.hits += tally.hits;
            all.misses += tally.misses;
            tally.saved.iter().for_each(|cost| all.add_saved(cost));
            write_tally(&transaction, LAST, tally, now)?;
            write_tally(&transaction, ALL, &all, now)?;
            transaction.commit()
        })
    }

    /// What the cache was good for in the last run that asked it, with the time of that in seconds since
    /// 1970, and in all of them.
    pub fn reply_tallies(&self) -> Result<Option<(u64, ReplyTally, ReplyTally)>, StoreError> {
        self.with(|connection| {
            let last = tally_of(connection, LAST)?;
            let all = tally_of(connection, ALL)?;
            Ok(last.zip(all).map(|((at, last), (_, all))| (at, last, all)))
        })
    }
}

const LAST: &str = "last";
const ALL: &str = "all";

fn tally_of(connection: &Connection, of: &str) -> rusqlite::Result<Option<(u64, ReplyTally)>> {
    let mut select =
        connection.prepare("SELECT at, hits, misses FROM reply_tally WHERE of = ?1")?;
    let mut rows = select.query([of])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let at = number(row, 0)?;
    let mut tally = ReplyTally {
        hits: number(row, 1)?,
        misses: number(row, 2)?,
        saved: Vec::new(),
    };
    let mut saved = connection.prepare(
        "SELECT deployment, model, prompt_tokens, cached_tokens, completion_tokens, latency_ms
         FROM reply_saving WHERE of = ?1 ORDER BY rowid",
    )?;
    let rows = saved.query_map([of], saving)?;
    tally.saved = rows.collect::<rusqlite::Result<_>>()?;
    Ok(Some((at, tally)))
}

fn saving(row: &Row<'_>) -> rusqlite::Result<ReplyCost> {
    Ok(ReplyCost {
        deployment: row.get(0)?,
        model: row.get(1)?,
        prompt_tokens: number(row, 2)?,
        cached_tokens: number(row, 3)?,
        completion_tokens: number(row, 4)?,
        latency_ms: number(row, 5)?,
    })
}

fn write_tally(
    transaction: &Transaction<'_>,
    of: &str,
    tally: &ReplyTally,
    now: u64,
) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT OR REPLACE INTO reply_tally (of, at, hits, misses) VALUES (?1, ?2, ?3, ?4)",
        params![of, sql(now), sql(tally.hits), sql(tally.misses)],
    )?;
    transaction.execute("DELETE FROM reply_saving WHERE of = ?1", [of])?;
    for one in &tally.saved {
        transaction.execute(
            "INSERT INTO reply_saving VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                of,
                one.deployment,
                one.model,
                sql(one.prompt_tokens),
                sql(one.cached_tokens),
                sql(one.completion_tokens),
                sql(one.latency_ms),
            ],
        )?;
    }
    Ok(())
}

/// Pages in use, as bytes.
fn bytes(connection: &Connection) -> rusqlite::Result<u64> {
    let pragma = |name: &str| -> rusqlite::Result<u64> {
        connection.query_row(&format!("PRAGMA {name}"), [], |row| number(row, 0))
    };
    let pages = pragma("page_count")?.saturating_sub(pragma("freelist_count")?);
    Ok(pages.saturating_mul(pragma("page_size")?))
}

/// Takes out the least recently used replies until what is there fits the bound; what the database holds
/// besides may not push them all out.
fn evict(connection: &mut Connection, bound: u64) -> rusqlite::Result<u64> {
    let mut evicted = 0;
    let used = bytes(connection)?;
    if used <= bound {
        return Ok(0);
    }
    let sizes = format!(
        "SELECT coalesce(sum(length(value) + length(definition) + length(deployment)
            + coalesce(length(model), 0) + {OVERHEAD}), 0), count(*) FROM reply"
    );
    let (of_replies, mut left): (u64, u64) =
        connection.query_row(&sizes, [], |row| Ok((number(row, 0)?, number(row, 1)?)))?;
    let others = used.saturating_sub(of_replies);
    // A little more than has to go, so that the next run does not begin where this one ended.
    let room = bound.saturating_sub(others).max(bound / LEAST_SHARE) / 10 * 9;
    let mut to_go = of_replies.saturating_sub(room);
    let average = (of_replies / left.max(1)).max(1);
    while to_go > 0 && left > 0 {
        let count = (to_go / average + 1).min(CHUNK);
        let gone = connection.execute(
            "DELETE FROM reply WHERE id IN (SELECT id FROM reply ORDER BY used_at LIMIT ?1)",
            [sql(count)],
        )?;
        let gone = u64::try_from(gone).unwrap_or_default();
        if gone == 0 {
            break;
        }
        evicted += gone;
        left = left.saturating_sub(gone);
        to_go = to_go.saturating_sub(gone.saturating_mul(average));
    }
    Ok(evicted)
}

/// Gives pages that are free back to the file system.
fn give_back(connection: &Connection) -> rusqlite::Result<()> {
    let mut vacuum = connection.prepare("PRAGMA incremental_vacuum")?;
    let mut rows = vacuum.query([])?;
    // One row for each page.
    while rows.next()?.is_some() {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Access, ContentHash, ReplyRecord};

    /// Words that do not compress to nothing.
    fn record(number: u32, created_at: u64) -> ReplyRecord {
        let key = ContentHash::of(&[&number.to_le_bytes()]);
        let words: String = (0..20_u8)
            .map(|part| ContentHash::of(&[key.as_bytes(), &[part]]).to_string())
            .collect();
        ReplyRecord {
            key,
            value: words.into_bytes(),
            definition: format!("pkg/module.py::function_{number}"),
            paid: ReplyCost::default(),
            created_at,
        }
    }

    #[test]
    fn the_least_recently_used_go_until_the_file_fits() {
        let root = tempfile::tempdir().unwrap();
        let database = Database::open(root.path(), Access::Create).unwrap();
        let records: Vec<ReplyRecord> = (0..4_000).map(|number| record(number, 100)).collect();
        database.keep_replies(&records).unwrap();
        let used: Vec<ContentHash> = records.iter().rev().take(500).map(|one| one.key).collect();
        database.touch_replies(&used, 200).unwrap();
        let full = database.bytes().unwrap();
        let bound = full / 2;
        let pruned = database.prune_replies(0, Some(bound)).unwrap();
        assert!(pruned.evicted > 1_000 && pruned.expired == 0, "{pruned:?}");
        assert!(
            database.bytes().unwrap() <= bound,
            "{}",
            database.bytes().unwrap()
        );
        let left = database.replies(&used, 0).unwrap().records.len();
        assert_eq!(left, used.len(), "what was used is still there");
        // The room is the file system's again.
        database.give_back_room().unwrap();
        let file = root.path().join(".docgen/state.db");
        assert!(std::fs::metadata(file).unwrap().len() <= bound);
        let nothing = database.prune_replies(0, Some(full)).unwrap();
        assert_eq!(nothing, Pruned::default());
    }

    #[test]
    fn what_else_is_kept_does_not_push_all_replies_out() {
        let database = Database::in_memory().unwrap();
        let records: Vec<ReplyRecord> = (0..1_000).map(|number| record(number, 100)).collect();
        database.keep_replies(&records).unwrap();
        let of_replies = database.bytes().unwrap();
        let fill = "CREATE TABLE other (x BLOB); INSERT INTO other VALUES (zeroblob(9000000))";
        database
            .with(|connection| connection.execute_batch(fill))
            .unwrap();
        let bound = of_replies * 2;
        database.prune_replies(0, Some(bound)).unwrap();
        let left = database.reply_stats().unwrap().entries;
        assert!(left > 300 && left < 700, "{left}");
    }

    #[test]
    fn old_replies_go() {
        let database = Database::in_memory().unwrap();
        database
            .keep_replies(&[record(1, 100), record(2, 200)])
            .unwrap();
        let pruned = database.prune_replies(150, None).unwrap();
        assert_eq!((pruned.expired, pruned.evicted), (1, 0));
        assert_eq!(database.reply_stats().unwrap().oldest, Some(200));
    }

    #[test]
    fn runs_are_summed_up_by_model() {
        let database = Database::in_memory().unwrap();
        assert_eq!(database.reply_tallies().unwrap(), None);
        let cost = |model: Option<&str>| ReplyCost {
            deployment: "docs".to_owned(),
            model: model.map(str::to_owned),
            prompt_tokens: 10,
            completion_tokens: 1,
            ..ReplyCost::default()
        };
        let mut tally = ReplyTally {
            misses: 3,
            ..ReplyTally::default()
        };
        tally.add_hit(&cost(Some("one")));
        tally.add_hit(&cost(None));
        database.count_reply_run(&tally, 7).unwrap();
        let mut second = ReplyTally::default();
        second.add_hit(&cost(Some("one")));
        database.count_reply_run(&second, 8).unwrap();
        let (at, last, all) = database.reply_tallies().unwrap().unwrap();
        assert_eq!((at, last), (8, second));
        assert_eq!((all.hits, all.misses, all.saved_tokens()), (3, 3, 33));
        assert_eq!(all.saved.len(), 2);
    }
}
