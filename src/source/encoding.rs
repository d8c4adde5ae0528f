//! Bytes to text and back, as Python's tokenizer does it (PEP 263).
//!
//! A file is UTF-8 unless a byte order mark or a coding line in its first two lines says
//! otherwise. Every decoding is checked to encode back to the same bytes, so whatever docgen
//! leaves alone stays alone.

use encoding_rs::{DecoderResult, Encoding};

use super::shared_codes;

/// The UTF-8 byte order mark.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// How a file's text is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceEncoding {
    /// UTF-8, perhaps after a byte order mark.
    Utf8 {
        /// The file begins with a byte order mark.
        bom: bool,
    },
    /// Seven bits.
    Ascii,
    /// ISO 8859-1: each byte is the code point of the same number.
    Latin1,
    /// Another encoding that a coding line names.
    Other(&'static Encoding),
}

/// Why bytes are not text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A byte that the encoding does not have at this place.
    #[error("byte 0x{byte:02x} is not valid {encoding}")]
    Invalid {
        /// 1-based line of the byte.
        line: usize,
        /// 1-based column, counted in bytes.
        column: usize,
        /// The byte.
        byte: u8,
        /// The encoding's name.
        encoding: String,
    },
    /// A coding line names an encoding that docgen does not know.
    #[error("unknown encoding `{name}` in the coding line")]
    UnknownEncoding {
        /// 1-based line of the coding line.
        line: usize,
        /// The name in the coding line.
        name: String,
    },
    /// A byte order mark says UTF-8 and the coding line says something else.
    #[error("the byte order mark says utf-8, the coding line says `{name}`")]
    Conflict {
        /// 1-based line of the coding line.
        line: usize,
        /// The name in the coding line.
        name: String,
    },
    /// Python source may not hold a NUL byte.
    #[error("NUL byte")]
    NulByte {
        /// 1-based line of the byte.
        line: usize,
        /// 1-based column, counted in bytes.
        column: usize,
    },
    /// Decoding and encoding again would not give the same bytes.
    #[error(
        "the bytes are not in the canonical form of {encoding}; docgen could not write them back"
    )]
    NotReversible {
        /// The encoding's name.
        encoding: String,
    },
}

impl DecodeError {
    /// 1-based line and column of the fault.
    #[must_use]
    pub fn place(&self) -> (usize, usize) {
        match *self {
            Self::Invalid { line, column, .. } | Self::NulByte { line, column } => (line, column),
            Self::UnknownEncoding { line, .. } | Self::Conflict { line, .. } => (line, 1),
            Self::NotReversible { .. } => (1, 1),
        }
    }
}

/// A character that a file's encoding does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file's encoding has no character U+{:04X}", u32::from(*.0))]
pub struct Unencodable(pub char);

/// The text of `bytes` and the encoding it is stored in.
pub fn decode(bytes: &[u8]) -> Result<(String, SourceEncoding), DecodeError> {
    let (body, bom) = match bytes.strip_prefix(BOM) {
        Some(body) => (body, true),
        None => (bytes, false),
    };
    let encoding = declared(body, bom)?;
    // Bytes that are not text at all, such as UTF-16, are better told by their first byte.
    let text = encoding.decode(body)?;
    if let Some(at) = body.iter().position(|&byte| byte == 0) {
        let (line, column) = place(body, at);
        return Err(DecodeError::NulByte { line, column });
    }
    Ok((text, encoding))
}

impl SourceEncoding {
    /// The encoding's usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 { .. } => "utf-8",
            Self::Ascii => "ascii",
            Self::Latin1 => "latin-1",
            Self::Other(encoding) => encoding.name(),
        }
    }

    /// Whether a file in this encoding can hold `c` as it is.
    #[must_use]
    pub fn can_encode(self, c: char) -> bool {
        match self {
            Self::Utf8 { .. } => true,
            Self::Ascii => c.is_ascii(),
            Self::Latin1 => u32::from(c) <= 0xff,
            Self::Other(encoding) => {
                let mut buffer = [0; 4];
                let (bytes, _, unmappable) = encoding.encode(c.encode_utf8(&mut buffer));
                // Some legacy encodings fold two characters into one byte sequence; only what
                // comes back as itself is safe to write.
                !unmappable
                    && shared_codes::are_shared(encoding, &bytes)
                    && encoding
                        .decode_without_bom_handling(&bytes)
                        .0
                        .chars()
                        .eq([c])
            }
        }
    }

    /// The bytes of `text` in this encoding, byte order mark included.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, Unencodable> {
        match self {
            Self::Utf8 { bom: false } => Ok(text.as_bytes().to_vec()),
            Self::Utf8 { bom: true } => Ok([BOM, text.as_bytes()].concat()),
            Self::Ascii | Self::Latin1 => {
                let limit: u32 = if self == Self::Ascii { 0x7f } else { 0xff };
                text.chars()
                    .map(|c| match u8::try_from(u32::from(c)) {
                        Ok(byte) if u32::from(byte) <= limit => Ok(byte),
                        _ => Err(Unencodable(c)),
                    })
                    .collect()
            }
            Self::Other(encoding) => {
                let (bytes, _, unmappable) = encoding.encode(text);
                if unmappable {
                    let missing = text.chars().find(|&c| !self.can_encode(c));
                    return Err(Unencodable(missing.unwrap_or(char::REPLACEMENT_CHARACTER)));
                }
                Ok(bytes.into_owned())
            }
        }
    }

    fn decode(self, body: &[u8]) -> Result<String, DecodeError> {
        let invalid = |at: usize| {
            let (line, column) = place(body, at);
            DecodeError::Invalid {
                line,
                column,
                byte: body.get(at).copied().unwrap_or_default(),
                encoding: self.name().to_owned(),
            }
        };
        match self {
            Self::Utf8 { .. } => match std::str::from_utf8(body) {
                Ok(text) => Ok(text.to_owned()),
                Err(error) => Err(invalid(error.valid_up_to())),
            },
            Self::Ascii => match body.iter().position(|byte| !byte.is_ascii()) {
                None => Ok(body.iter().map(|&byte| char::from(byte)).collect()),
                Some(at) => Err(invalid(at)),
            },
            Self::Latin1 => Ok(body.iter().map(|&byte| char::from(byte)).collect()),
            Self::Other(encoding) => {
                let mut decoder = encoding.new_decoder_without_bom_handling();
                let capacity = decoder.max_utf8_buffer_length_without_replacement(body.len());
                let mut text = String::with_capacity(capacity.unwrap_or(body.len()));
                let (result, read) =
                    decoder.decode_to_string_without_replacement(body, &mut text, true);
                if result != DecoderResult::InputEmpty {
                    return Err(invalid(read.saturating_sub(1)));
                }
                if encoding.encode(&text).0 != body {
                    return Err(DecodeError::NotReversible {
                        encoding: self.name().to_owned(),
                    });
                }
                Ok(text)
            }
        }
    }
}

/// The encoding that byte order mark and coding line declare.
fn declared(body: &[u8], bom: bool) -> Result<SourceEncoding, DecodeError> {
    let Some((line, name)) = coding_line(body) else {
        return Ok(SourceEncoding::Utf8 { bom });
    };
    let Some(encoding) = lookup(&name) else {
        return Err(DecodeError::UnknownEncoding { line, name });
    };
    match (encoding, bom) {
        (SourceEncoding::Utf8 { .. }, false) => Ok(SourceEncoding::Utf8 { bom }),
        // After the mark Python takes the name to the letter: `utf8` is a conflict, too.
        (SourceEncoding::Utf8 { .. }, true) if is_plain_utf8(&name) => {
            Ok(SourceEncoding::Utf8 { bom })
        }
        (_, true) => Err(DecodeError::Conflict { line, name }),
        (encoding, false) => Ok(encoding),
    }
}

/// The line and the name of the coding line, if one of the first two lines is one.
///
/// PEP 263: a comment matching `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`; it counts on the
/// second line only when the first holds nothing but blanks or a comment.
fn coding_line(body: &[u8]) -> Option<(usize, String)> {
    let mut lines = body.split(|&byte| byte == b'\n' || byte == b'\r');
    let first = lines.next()?;
    if let Some(name) = coding_name(first) {
        return Some((1, name));
    }
    let code = first.iter().find(|byte| !b" \t\x0c".contains(byte));
    if code.is_some_and(|&byte| byte != b'#') {
        return None;
    }
    // `\r\n` ends one line, not two.
    let second = match lines.next()? {
        [] if body.get(first.len()..first.len() + 2) == Some(b"\r\n") => lines.next()?,
        line => line,
    };
    Some((2, coding_name(second)?))
}

/// The encoding that a line names, if it is a coding line.
fn coding_name(line: &[u8]) -> Option<String> {
    let start = line.iter().position(|byte| !b" \t\x0c".contains(byte))?;
    let comment = line.get(start..)?.strip_prefix(b"#")?;
    let mut rest = comment;
    while let Some(at) = rest.windows(6).position(|window| window == b"coding") {
        rest = rest.get(at + 6..)?;
        if let [b':' | b'=', value @ ..] = rest {
            let name: String = value
                .iter()
                .skip_while(|byte| b" \t".contains(byte))
                .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
                .map(|&byte| char::from(byte))
                .collect();
            if !name.is_empty() {
                return Some(name);
            }
        }
    }
    None
}

/// Whether `CPython`'s tokenizer (`get_normal_name`) makes `utf-8` of a name.
fn is_plain_utf8(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    name == "utf-8" || name.starts_with("utf-8-")
}

/// The encoding of a Python codec name, by Python's own aliases.
fn lookup(name: &str) -> Option<SourceEncoding> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let other = |label: &str| Encoding::for_label(label.as_bytes()).map(SourceEncoding::Other);
    match name.as_str() {
        "utf-8" | "utf8" | "u8" | "utf" | "utf-8-sig" | "cp65001" => {
            Some(SourceEncoding::Utf8 { bom: false })
        }
        name if name.starts_with("utf-8-") => Some(SourceEncoding::Utf8 { bom: false }),
        "ascii" | "us-ascii" | "646" => Some(SourceEncoding::Ascii),
        "latin-1" | "latin1" | "latin" | "l1" | "iso-8859-1" | "iso8859-1" | "iso-latin-1"
        | "8859" | "cp819" => Some(SourceEncoding::Latin1),
        // The tokenizer takes any suffix, as Emacs writes `-unix`.
        name if ["latin-1-", "iso-8859-1-", "iso-latin-1-"]
            .iter()
            .any(|stem| name.starts_with(stem)) =>
        {
            Some(SourceEncoding::Latin1)
        }
        // The web's table maps these to Windows supersets or reads them with another meaning
        // than Python does; a refusal is better than a wrong character.
        "iso-8859-9" | "iso8859-9" | "latin5" | "l5" | "iso-8859-11" | "iso8859-11" | "tis-620"
        | "utf-16" | "utf-16le" | "utf-16be" | "utf-16-le" | "utf-16-be" => None,
        "sjis" | "shiftjis" | "shift-jis" | "s-jis" | "csshiftjis" => other("shift_jis"),
        "eucjp" | "ujis" | "u-jis" | "euc-jp" => other("euc-jp"),
        "euckr" | "euc-kr" | "korean" | "ks-c-5601" => other("euc-kr"),
        "cp866" | "866" => other("ibm866"),
        "mac-roman" | "macroman" | "macintosh" => other("macintosh"),
        "mac-cyrillic" => other("x-mac-cyrillic"),
        "936" | "cp936" | "ms936" | "gbk" | "gb2312" | "euccn" | "euc-cn" => other("gbk"),
        "big5" | "big5-tw" => other("big5"),
        name => {
            let windows = name
                .strip_prefix("cp")
                .or_else(|| name.strip_prefix("windows"));
            let number = windows.map(|number| number.trim_start_matches('-'));
            let iso = name.strip_prefix("iso8859-");
            match (number, iso) {
                (Some(number), _) if number.starts_with("125") || number == "874" => {
                    other(&format!("windows-{number}"))
                }
                (_, Some(part)) => other(&format!("iso-8859-{part}")),
                _ => other(name),
            }
        }
    }
}

/// 1-based line and byte column of an offset into raw bytes.
fn place(bytes: &[u8], at: usize) -> (usize, usize) {
    let before = bytes.get(..at).unwrap_or(bytes);
    let mut line = 1;
    let mut start = 0;
    for (index, &byte) in before.iter().enumerate() {
        let ends = byte == b'\n' || (byte == b'\r' && bytes.get(index + 1) != Some(&b'\n'));
        if ends {
            line += 1;
            start = index + 1;
        }
    }
    (line, at.saturating_sub(start) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_line_counts_in_the_first_two_lines_only() {
        assert_eq!(
            coding_line(b"# -*- coding: latin-1 -*-\n"),
            Some((1, "latin-1".into()))
        );
        assert_eq!(
            coding_line(b"#!/bin/x\r\n# vim: set fileencoding=cp1252 :\r\n"),
            Some((2, "cp1252".into()))
        );
        assert_eq!(coding_line(b"import os\n# coding: latin-1\n"), None);
        assert_eq!(coding_line(b"\n\n# coding: latin-1\n"), None);
        assert_eq!(coding_line(b"x = '# coding: latin-1'\n"), None);
        assert_eq!(
            coding_line(b"# decoding coding: koi8-r\n"),
            Some((1, "koi8-r".into()))
        );
    }

    #[test]
    fn text_goes_back_to_the_same_bytes() {
        let files: [&[u8]; 5] = [
            b"x = 1\n",
            b"\xef\xbb\xbfx = 1\r\n",
            b"# coding: latin-1\nx = '\xe9\x80'\n",
            b"# coding: koi8-r\nx = '\xd0\xd2'\n",
            b"# coding: shift_jis\nx = '\x83\x65'\n",
        ];
        for bytes in files {
            let (text, encoding) = decode(bytes).unwrap();
            assert_eq!(encoding.encode(&text).unwrap(), bytes);
        }
    }

    #[test]
    fn faults_name_their_place() {
        assert_eq!(decode(b"a\nbc\xff").unwrap_err().place(), (2, 3));
        assert_eq!(decode(b"a\r\nb\x00").unwrap_err().place(), (2, 2));
        assert!(matches!(
            decode(b"# coding: nope\n"),
            Err(DecodeError::UnknownEncoding { .. })
        ));
        for conflict in [
            &b"\xef\xbb\xbf# coding: latin-1\n"[..],
            b"\xef\xbb\xbf# coding: utf8\n",
        ] {
            assert!(matches!(
                decode(conflict),
                Err(DecodeError::Conflict { .. })
            ));
        }
        assert!(decode(b"\xef\xbb\xbf# coding: UTF_8-unix\n").is_ok());
    }

    #[test]
    fn a_missing_character_is_named() {
        let koi8 = lookup("koi8-r").unwrap();
        assert!(koi8.can_encode('ж') && !koi8.can_encode('é'));
        assert_eq!(koi8.encode("é"), Err(Unencodable('é')));
        assert_eq!(SourceEncoding::Ascii.encode("é"), Err(Unencodable('é')));
    }
}
