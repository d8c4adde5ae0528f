//! A file as a run leaves it: where its definitions are now, and how good their docstrings have become.

use std::collections::HashMap;

use crate::config::RuleSet;
use crate::generate::{AnalyzedFile, analyze_source};
use crate::report::ScoreChange;
use crate::rules::quality::qualities;
use crate::source::SourceFile;

/// A file that was rewritten, read again. Its definitions are those of the old one, in the same order.
#[derive(Debug)]
pub(super) struct After {
    file: AnalyzedFile,
    is_written: bool,
}

impl After {
    /// Reads the new bytes of `source`, on a thread with [`crate::python::STACK_BYTES`] of stack;
    /// `is_written` says whether they have replaced it.
    pub(super) fn read(source: &SourceFile, bytes: &[u8], is_written: bool) -> Option<Self> {
        let source = SourceFile::from_bytes(&source.path, source.name.clone(), bytes.to_vec());
        Some(Self {
            file: analyze_source(source.ok()?).ok()?,
            is_written,
        })
    }

    /// What is there now.
    pub(super) fn file(&self) -> &AnalyzedFile {
        &self.file
    }

    /// The line of a definition's name in the file as it lies there now, by its position.
    pub(super) fn line(&self, definition: usize) -> Option<usize> {
        let definition = self.file.module.definitions.get(definition)?;
        self.is_written.then_some(definition.place.line)
    }

    /// What the docstrings of `touched` scored and score, by the definition's position.
    pub(super) fn scores(
        &self,
        before: &AnalyzedFile,
        rules: RuleSet,
        touched: &[usize],
    ) -> HashMap<usize, ScoreChange> {
        let before = scores(before, rules, touched);
        let change = |(definition, after): (usize, f64)| {
            // What had none scored nothing.
            let before = before.get(&definition).copied().unwrap_or_default();
            (definition, ScoreChange { before, after })
        };
        let after = scores(&self.file, rules, touched);
        after.into_iter().map(change).collect()
    }
}

/// Rounded to a tenth, as scores are shown.
fn scores(file: &AnalyzedFile, rules: RuleSet, definitions: &[usize]) -> HashMap<usize, f64> {
    let found = qualities(file.judged(rules), definitions.iter().copied()).into_iter();
    let rounded = |score: f64| (score * 10.0).round() / 10.0;
    found
        .map(|one| (one.definition, rounded(one.scores.total())))
        .collect()
}
