//! How a run goes about it, and what follows from that.

use super::confirm::Assent;
use crate::commands::Format;
use crate::commands::document::WordsBy;
use crate::commands::lock::Wait;
use crate::config::{Config, Mode};
use crate::generate::{CacheUse, Existing};
use crate::report::Loudness;
use crate::store::Access;

/// What becomes of the docstrings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunMode {
    /// Files are rewritten.
    Write,
    /// Files are rewritten with the docstrings that the user accepts.
    Ask,
    /// The change is shown as a diff.
    Diff,
    /// The new file is given back.
    Filter,
}

impl RunMode {
    /// Whether files are changed.
    pub(in crate::commands) fn writes(self) -> bool {
        matches!(self, Self::Write | Self::Ask)
    }

    /// Whether it may make the project's state folder: where nothing is to be written it may do so for
    /// what was paid for, which is needed when the same is asked with another mode.
    pub(super) fn access(self, by: WordsBy, config: &Config) -> Access {
        let pays = by == WordsBy::Model && config.cache.enabled;
        if self.writes() || pays {
            Access::Create
        } else {
            Access::IfThere
        }
    }
}

/// How a run goes about it.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// What becomes of the docstrings.
    pub mode: RunMode,
    /// Docstrings that are there are written anew.
    pub overwrites: bool,
    /// What standard output holds.
    pub format: Format,
    /// How much is said on standard error.
    pub loudness: Loudness,
    /// Whether what is remembered of models' words is used.
    pub cache: CacheUse,
    /// How long another docgen is waited for.
    pub wait: Wait,
    /// Each prompt is shown as it is sent.
    pub shows_prompts: bool,
    /// Whether it is agreed to beforehand.
    pub assent: Assent,
}

impl RunOptions {
    /// What becomes of the docstrings that are there.
    pub(super) fn existing(self, config: &Config, by: WordsBy) -> Existing {
        existing(config, self.overwrites, by)
    }
}

/// What becomes of the docstrings that are there by the settings, unless they are written anew.
pub(in crate::commands) fn existing(config: &Config, overwrites: bool, by: WordsBy) -> Existing {
    match config.mode {
        _ if overwrites => Existing::Overwrite,
        Mode::Missing => Existing::Keep,
        Mode::Stale => Existing::MendOnly,
        Mode::All if config.below.is_some() && by == WordsBy::Model => Existing::Improve,
        Mode::All => Existing::Mend,
    }
}
