//! Vectors of texts, by the hash of all that they depend on.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use rusqlite::{OptionalExtension as _, params};

use super::content_hash::ContentHash;
use super::database::{Database, StoreError};

/// A vector that was not asked for in so long is forgotten.
const KEPT: Duration = Duration::from_hours(90 * 24);

impl Database {
    /// The vectors that are known of these, by their hashes; they count as used `now`.
    pub fn vectors(
        &self,
        wanted: &[ContentHash],
        now: SystemTime,
    ) -> Result<HashMap<ContentHash, Vec<f32>>, StoreError> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            let mut found = HashMap::new();
            {
                let mut one = transaction.prepare("SELECT numbers FROM vector WHERE hash = ?1")?;
                let mut used =
                    transaction.prepare("UPDATE vector SET used_at = ?2 WHERE hash = ?1")?;
                for hash in wanted {
                    let numbers: Option<Vec<u8>> = one
                        .query_row([hash.as_bytes()], |row| row.get(0))
                        .optional()?;
                    if let Some(numbers) = numbers {
                        used.execute(params![hash.as_bytes(), seconds(now)])?;
                        found.insert(*hash, from_bytes(&numbers));
                    }
                }
            }
            transaction.commit()?;
            Ok(found)
        })
    }

    /// Keeps vectors, and forgets those that nobody has asked for in a long time.
    pub fn keep_vectors(
        &self,
        vectors: &[(ContentHash, Vec<f32>)],
        now: SystemTime,
    ) -> Result<(), StoreError> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            {
                let mut add = transaction.prepare(
                    "INSERT OR REPLACE INTO vector (hash, used_at, numbers) VALUES (?1, ?2, ?3)",
                )?;
                for (hash, vector) in vectors {
                    add.execute(params![hash.as_bytes(), seconds(now), to_bytes(vector)])?;
                }
            }
            let oldest = seconds(now).saturating_sub(KEPT.as_secs().cast_signed());
            transaction.execute("DELETE FROM vector WHERE used_at < ?1", [oldest])?;
            transaction.commit()
        })
    }
}

fn to_bytes(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|one| one.to_le_bytes()).collect()
}

fn from_bytes(bytes: &[u8]) -> Vec<f32> {
    let (numbers, _) = bytes.as_chunks();
    numbers.iter().map(|one| f32::from_le_bytes(*one)).collect()
}

fn seconds(time: SystemTime) -> i64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs().cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_are_kept_bit_by_bit_and_forgotten_when_unused() {
        let database = Database::in_memory().unwrap();
        let hash = |text: &str| ContentHash::of(&[text.as_bytes()]);
        let (used, unused, unknown) = (hash("a"), hash("b"), hash("c"));
        let vector = vec![0.1, -2.5e-8, f32::MAX];
        let start = SystemTime::now();
        let both = [(used, vector.clone()), (unused, vec![1.0])];
        database.keep_vectors(&both, start).unwrap();
        let found = database
            .vectors(&[used, unknown], start + KEPT / 2)
            .unwrap();
        assert_eq!(found, HashMap::from([(used, vector)]));
        let later = start + KEPT + Duration::from_secs(1);
        database.keep_vectors(&[], later).unwrap();
        let found = database.vectors(&[used, unused], later).unwrap();
        assert_eq!(found.into_keys().collect::<Vec<_>>(), [used]);
    }
}
