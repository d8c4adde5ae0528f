//! Originals are forgotten, oldest run first.

use std::collections::HashSet;

use rusqlite::{Transaction, params};

use super::super::content_hash::ContentHash;

/// How many originals are kept. What is known of docstrings stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptOriginals {
    /// Those of so many runs; none keeps no original at all.
    pub runs: u32,
    /// As many bytes as they may take together, compressed. The newest run's are kept whatever they
    /// take.
    pub bytes: u64,
}

/// Forgets what is too much.
pub(super) fn prune(transaction: &Transaction<'_>, kept: KeptOriginals) -> rusqlite::Result<()> {
    // Runs up to this one lose their originals.
    let last = last_to_lose(transaction, kept)?;
    transaction.execute(
        "UPDATE file_change SET delta = NULL WHERE run <= ?1 AND delta IS NOT NULL",
        [last],
    )?;
    transaction.execute(
        "DELETE FROM content WHERE NOT EXISTS (
            SELECT 1 FROM file_change
            WHERE before = content.hash AND run > ?1 AND state <> 'unchanged'
        )",
        params![last],
    )?;
    Ok(())
}

/// The number of the newest run whose originals are too much; 0 if none are.
fn last_to_lose(transaction: &Transaction<'_>, kept: KeptOriginals) -> rusqlite::Result<i64> {
    let mut changes = transaction.prepare(
        "SELECT file_change.run, file_change.before, length(content.packed),
            coalesce(length(file_change.delta), 0)
        FROM file_change JOIN content ON content.hash = file_change.before
        WHERE file_change.state <> 'unchanged'
        ORDER BY file_change.run DESC",
    )?;
    let mut rows = changes.query([])?;
    let mut known = HashSet::new();
    let (mut runs, mut bytes, mut current) = (0, 0_u64, None);
    while let Some(row) = rows.next()? {
        let run: i64 = row.get(0)?;
        if current != Some(run) {
            current = Some(run);
            runs += 1;
        }
        let hash: Vec<u8> = row.get(1)?;
        let packed: i64 = row.get(2)?;
        let delta: i64 = row.get(3)?;
        bytes += delta.max(0).cast_unsigned();
        if known.insert(ContentHash::from_bytes(&hash)) {
            bytes += packed.max(0).cast_unsigned();
        }
        if runs > kept.runs || (runs > 1 && bytes > kept.bytes) {
            return Ok(run);
        }
    }
    Ok(0)
}
