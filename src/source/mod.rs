//! Files: found on disk, read once, decoded to text, and encoded back.
//!
//! Nothing here knows Python's grammar beyond PEP 263's coding line.

mod discover;
mod encoding;
mod git;
mod imports;
mod newline;
mod shared_codes;
mod touched;

use std::fmt;
use std::path::{Path, PathBuf};

pub use discover::{
    Discovered, Discovery, DiscoveryError, Sieve, Wanted, absolute_path, discover, is_left_out,
};
pub use encoding::{DecodeError, SourceEncoding, Unencodable, decode};
pub use git::{
    Authorship, ChangedFiles, Changes, Commit, Commits, Content, Extent, FileChange, GitError,
    Graph, History, LoggedCommit, ObjectId, Repository, Start, Stored, Tag,
};
pub use imports::{import_base, import_roots, is_project};
pub use newline::Newline;
pub use touched::{LineChange, Touched};

/// A file larger than this is refused: no hand-written module comes near it.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A file's name as people see it: relative to the working directory where it lies below it,
/// with forward slashes on every system, so that reports and ids are the same everywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName(String);

impl FileName {
    /// The name of `path` as seen from `working_directory`.
    #[must_use]
    pub fn new(path: &Path, working_directory: &Path) -> Self {
        let shown = path.strip_prefix(working_directory).unwrap_or(path);
        let shown = shown.strip_prefix(".").unwrap_or(shown);
        Self(shown.to_string_lossy().replace('\\', "/"))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file read once: its bytes as they were, and the text they mean.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Where the file is.
    pub path: PathBuf,
    /// What people call it.
    pub name: FileName,
    /// The bytes on disk when it was read.
    pub bytes: Vec<u8>,
    /// The decoded text, without a byte order mark; all offsets count its bytes.
    pub text: String,
    /// How to get from text back to bytes.
    pub encoding: SourceEncoding,
}

/// Why a file could not be read as text.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The operating system would not give the bytes.
    #[error("cannot be read: {0}")]
    Io(#[source] std::io::Error),
    /// The file is larger than docgen takes.
    #[error("has {0} bytes; docgen reads files of at most {MAX_BYTES}")]
    TooLarge(u64),
    /// The bytes are not text in the file's encoding.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// The bytes of the file at `path`.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, ReadError> {
    let size = std::fs::metadata(path).map_err(ReadError::Io)?.len();
    if size > MAX_BYTES {
        return Err(ReadError::TooLarge(size));
    }
    std::fs::read(path).map_err(ReadError::Io)
}

impl SourceFile {
    /// Reads and decodes the file at `path`.
    pub fn read(path: &Path, name: FileName) -> Result<Self, ReadError> {
        Self::decoded(path, name, read_bytes(path)?)
    }

    /// Takes the bytes of a file that is somewhere else than on disk: in an editor, or a pipe.
    pub fn from_bytes(path: &Path, name: FileName, bytes: Vec<u8>) -> Result<Self, ReadError> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > MAX_BYTES {
            return Err(ReadError::TooLarge(size));
        }
        Self::decoded(path, name, bytes)
    }

    fn decoded(path: &Path, name: FileName, bytes: Vec<u8>) -> Result<Self, ReadError> {
        let (text, encoding) = decode(&bytes)?;
        Ok(Self {
            path: path.to_path_buf(),
            name,
            bytes,
            text,
            encoding,
        })
    }
}
