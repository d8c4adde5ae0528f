//! What tells one content from another, the same in every run and on every machine.

use std::fmt;

use ring::digest::{Context, SHA256};

/// The first 128 bits of a SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash([u8; 16]);

impl ContentHash {
    /// The hash of several parts; where one ends and the next begins is part of it.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut context = Context::new(&SHA256);
        for part in parts {
            context.update(&(part.len() as u64).to_le_bytes());
            context.update(part);
        }
        let mut hash = [0; 16];
        for (byte, digest) in hash.iter_mut().zip(context.finish().as_ref()) {
            *byte = *digest;
        }
        Self(hash)
    }

    /// The bytes, to be kept.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// What was kept, if it is a hash.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Reads hexadecimal digits as [`fmt::Display`] writes them.
    #[must_use]
    pub fn from_hex(digits: &str) -> Option<Self> {
        let mut hash = [0; 16];
        if digits.len() != 32 || !digits.is_ascii() {
            return None;
        }
        for (at, byte) in hash.iter_mut().enumerate() {
            let pair = digits.get(2 * at..2 * at + 2)?;
            if !pair.bytes().all(|one| one.is_ascii_hexdigit()) {
                return None;
            }
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Self(hash))
    }

    /// A positive number made of it, for a table's key.
    #[must_use]
    pub(super) fn row(self) -> i64 {
        let mut bytes = [0; 8];
        for (byte, hashed) in bytes.iter_mut().zip(self.0) {
            *byte = hashed;
        }
        i64::from_le_bytes(bytes) & i64::MAX
    }
}

/// In hexadecimal digits.
impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart_and_the_hash_is_kept_whole() {
        let one = ContentHash::of(&[b"ab", b"c"]);
        assert_ne!(one, ContentHash::of(&[b"a", b"bc"]));
        assert_eq!(ContentHash::from_bytes(one.as_bytes()), Some(one));
        assert_eq!(ContentHash::from_bytes(b"short"), None);
        assert_eq!(ContentHash::from_hex(&one.to_string()), Some(one));
        assert_eq!(ContentHash::from_hex("+1"), None);
        assert_eq!(ContentHash::from_hex(&"+1".repeat(16)), None);
        // The digest of eight zero bytes.
        assert_eq!(
            ContentHash::of(&[b""]).to_string(),
            "af5570f5a1810b7af78caf4bc70a660f"
        );
        assert!(one.row() >= 0);
    }
}
