//! What an encoding means to Python as much as to the web.
//!
//! `encoding_rs` knows the encodings as the web uses them (WHATWG, «Encoding»), which for the East Asian
//! ones is with vendors' extensions that Python's codecs of the same names refuse or read as other
//! characters. Text that is there goes back as it came; what docgen adds has to be in the part that both
//! share. `tests/judges/encodings.py` holds every character of the basic plane against Python.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, KOI8_U, SHIFT_JIS, WINDOWS_1255};

/// Whether Python reads `bytes`, which stand for one character, as that character.
pub(super) fn are_shared(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    match *bytes {
        [ascii] if ascii.is_ascii() => true,
        [byte] if encoding == WINDOWS_1255 => byte != 0xca,
        [byte] if encoding == KOI8_U => !matches!(byte, 0xae | 0xbe),
        // The euro sign, which GBK proper has not.
        [byte] if encoding == GBK || encoding == GB18030 => byte != 0x80,
        [_] => true,
        [lead, trail] if encoding == SHIFT_JIS => {
            let base = if lead < 0xa0 { 0x81 } else { 0xc1 };
            let row = (lead - base) * 2 + 1;
            match trail {
                0x9f.. => is_jis(row + 1, trail - 0x9e),
                0x80..0x9f => is_jis(row, trail - 0x40),
                _ => is_jis(row, trail - 0x3f),
            }
        }
        // Katakana of half the width.
        [0x8e, _] if encoding == EUC_JP => true,
        [lead @ 0xa1..=0xff, trail @ 0xa1..=0xff] => {
            let (row, cell) = (lead - 0xa0, trail - 0xa0);
            if encoding == EUC_JP {
                is_jis(row, cell)
            } else if encoding == EUC_KR {
                is_ks(row, cell)
            } else if encoding == GBK || encoding == GB18030 {
                is_gb(row)
            } else {
                encoding == BIG5 && is_big5(lead, trail)
            }
        }
        [lead, trail] => encoding == BIG5 && is_big5(lead, trail),
        _ => false,
    }
}

/// JIS X 0208 without the signs of row 1 and 2 that Python and the web take for different characters.
fn is_jis(row: u8, cell: u8) -> bool {
    let is_read_differently = matches!((row, cell), (1, 29 | 33 | 34 | 61 | 81 | 82) | (2, 44));
    matches!(row, 1 | 3..=8 | 16..=84) && !is_read_differently
}

/// KS X 1001 without the filler, with which Python begins a syllable in parts.
fn is_ks(row: u8, cell: u8) -> bool {
    matches!(row, 1 | 3..=12 | 16..=40 | 42..=93) && (row, cell) != (4, 52)
}

/// GB 2312: full-width forms, kana and ideographs, of which GBK and GB 18030 changed nothing.
fn is_gb(row: u8) -> bool {
    matches!(row, 3..=5 | 16..=87)
}

/// Big5's two levels of ideographs.
fn is_big5(lead: u8, trail: u8) -> bool {
    match lead {
        0xa4..=0xc5 | 0xc9..=0xf8 => true,
        0xc6 => trail <= 0x7e,
        0xf9 => trail <= 0xd5,
        _ => false,
    }
}
