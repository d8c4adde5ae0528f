//! A file that comes through standard input.

use std::path::Path;

use super::Error;
use crate::config::Config;
use crate::generate::{AnalyzedFile, analyze_source};
use crate::rules::Diagnostic;
use crate::source::{self, FileName, SourceFile, absolute_path};

/// What came through standard input.
pub(super) enum Piped {
    /// A file.
    Analyzed(Box<AnalyzedFile>),
    /// A file that could not be taken in.
    Unreadable(Box<Diagnostic>),
    /// A file that the settings leave out.
    LeftOut,
}

impl Piped {
    /// Takes `bytes` for the file at `path`, which need not exist.
    pub(super) fn read(
        pool: &rayon::ThreadPool,
        path: &Path,
        bytes: Vec<u8>,
        config: &Config,
    ) -> Result<Self, Error> {
        if source::is_left_out(path, &config.files)? {
            return Ok(Self::LeftOut);
        }
        let path = absolute_path(path);
        let name = FileName::new(&path, &std::env::current_dir().unwrap_or_default());
        let source = match SourceFile::from_bytes(&path, name.clone(), bytes) {
            Ok(source) => source,
            Err(error) => {
                let diagnostic = Diagnostic::unreadable(name, &error);
                return Ok(Self::Unreadable(Box::new(diagnostic)));
            }
        };
        Ok(match pool.install(|| analyze_source(source)) {
            Ok(file) => Self::Analyzed(Box::new(file)),
            Err(diagnostic) => Self::Unreadable(diagnostic),
        })
    }
}
