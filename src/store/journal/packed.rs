//! Contents, compressed.

use std::io::Read as _;

use super::super::content_hash::ContentHash;

/// zstd's own default: source code shrinks to a quarter at hundreds of megabytes a second.
const LEVEL: i32 = 3;

/// A content may be this much larger unpacked; source files are refused long before.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// The content, packed; `None` if the library fails, which it has no reason to.
pub(super) fn pack(content: &[u8]) -> Option<Vec<u8>> {
    zstd::bulk::compress(content, LEVEL).ok()
}

/// What was packed, if it is still what has this hash.
pub(super) fn unpack(packed: &[u8], hash: ContentHash) -> Option<Vec<u8>> {
    unpack_after(&[], packed, hash)
}

/// The content, packed with another that it resembles as the dictionary.
pub(super) fn pack_after(before: &[u8], content: &[u8]) -> Option<Vec<u8>> {
    let compressor = zstd::bulk::Compressor::with_dictionary(LEVEL, before);
    compressor.and_then(|mut one| one.compress(content)).ok()
}

/// What was packed with `before` as the dictionary, if it is still what has this hash.
pub(super) fn unpack_after(before: &[u8], packed: &[u8], hash: ContentHash) -> Option<Vec<u8>> {
    let decoder = zstd::stream::read::Decoder::with_dictionary(packed, before).ok()?;
    let mut content = Vec::new();
    decoder.take(MAX_BYTES).read_to_end(&mut content).ok()?;
    (ContentHash::of(&[&content]) == hash).then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_come_back_whole_or_not_at_all() {
        let before = "def f():\n    pass\n".repeat(500);
        let after = before.replacen("pass", "\"\"\"Do it.\"\"\"", 3);
        let hash = ContentHash::of(&[after.as_bytes()]);
        let packed = pack(after.as_bytes()).unwrap();
        assert_eq!(unpack(&packed, hash).unwrap(), after.as_bytes());
        let delta = pack_after(before.as_bytes(), after.as_bytes()).unwrap();
        assert!(delta.len() < 100, "{}", delta.len());
        let back = unpack_after(before.as_bytes(), &delta, hash).unwrap();
        assert_eq!(back, after.as_bytes());
        assert_eq!(unpack_after(b"another", &delta, hash), None);
        assert_eq!(unpack(&packed[..packed.len() / 2], hash), None);
        assert_eq!(unpack(b"rubbish", hash), None);
        let empty = ContentHash::of(&[b""]);
        assert_eq!(unpack(&pack(b"").unwrap(), empty).unwrap(), b"");
        let delta = pack_after(b"", b"x = 1\n").unwrap();
        let hash = ContentHash::of(&[b"x = 1\n"]);
        assert_eq!(unpack_after(b"", &delta, hash).unwrap(), b"x = 1\n");
    }
}
