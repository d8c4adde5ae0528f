//! The docstrings of a job into its file: spliced, proven, and then written, shown or given back.

use std::io::IsTerminal as _;

use super::after::After;
use super::outcomes::Outcomes;
use super::{Delivery, Job};
use crate::commands::output::patch;
use crate::commands::run::RunMode;
use crate::report::{self, Status, escape};
use crate::rewrite::{self, NewDocstring, Rewritten, WriteError};
use crate::source::SourceFile;

/// What came of a file's docstrings.
#[derive(Default)]
pub(super) struct Applied {
    /// The change as a patch, when it is only shown.
    pub(super) diff: Option<Vec<u8>>,
    /// The file's new bytes, when they are to be given back.
    pub(super) rewritten: Option<Vec<u8>>,
    /// The file with what was written, or would be.
    pub(super) after: Option<After>,
    /// What docgen could not do by its own fault, each told in full.
    pub(super) flaws: Vec<String>,
}

impl Job {
    /// Writes, shows or gives back the docstrings; a docstring that did not make it changes its
    /// outcome.
    pub(super) fn apply(
        &self,
        docstrings: &[NewDocstring],
        outcomes: &mut Outcomes,
        delivery: &Delivery,
    ) -> Applied {
        let mut applied = Applied::default();
        if docstrings.is_empty() {
            return applied;
        }
        let source = &self.file.source;
        let rewritten = rewrite::rewrite(source, &self.file.module, docstrings);
        for (definition, flaw) in &rewritten.dropped {
            let reason = report::unproven_reason(flaw);
            if let Some(unproven) = self.file.module.definitions.get(*definition) {
                applied.flaws.push(report::unproven(source, unproven, flaw));
            }
            outcomes.give(*definition, &Status::Failed { reason });
        }
        match delivery.mode {
            RunMode::Diff => {
                applied.diff = Some(diff(source, &rewritten));
                applied.after = After::read(source, &rewritten.bytes, false);
            }
            RunMode::Filter => applied.rewritten = Some(rewritten.bytes),
            RunMode::Write | RunMode::Ask => match self.write(&rewritten, docstrings, delivery) {
                Ok(()) => {
                    applied.after = After::read(source, &rewritten.bytes, true);
                    if let Some(after) = &applied.after
                        && source.bytes != rewritten.bytes
                    {
                        delivery.recall.learn(after.file());
                    }
                }
                Err(error) => {
                    let name = escape(source.name.as_str());
                    tracing::error!("{name}: {}", escape(&error.to_string()));
                    outcomes.fail_all(&format!("the file {error}"));
                }
            },
        }
        applied
    }

    /// Replaces the file, unless nothing has changed in it.
    fn write(
        &self,
        rewritten: &Rewritten,
        docstrings: &[NewDocstring],
        delivery: &Delivery,
    ) -> Result<(), WriteError> {
        let source = &self.file.source;
        let (old, new) = (&source.bytes, &rewritten.bytes);
        if old == new {
            return Ok(());
        }
        if let Some(keeper) = &delivery.keeper {
            let changes = rewritten.changes(&self.file.module, docstrings);
            keeper.replace(&source.path, (old, new), &changes)?;
        } else {
            rewrite::replace(&source.path, &delivery.config.files.root, old, new)?;
        }
        Ok(())
    }
}

/// The change as a patch, which holds the file's bytes; on a terminal with its characters.
fn diff(source: &SourceFile, rewritten: &Rewritten) -> Vec<u8> {
    let (old, new) = if std::io::stdout().is_terminal() {
        (source.text.as_bytes(), rewritten.text.as_bytes())
    } else {
        (source.bytes.as_slice(), rewritten.bytes.as_slice())
    };
    patch(&source.path, old, new)
}
