//! How good the docstrings are, in each form that it is shown in.

mod github;
mod json;
mod table;
mod text;

use std::collections::BTreeMap;

use super::check::folder_of;
use super::count::float;
use crate::python::{Kind, Place};
use crate::rules::quality::{Dimension, MissingPart, Quality, Section};
use crate::rules::{Diagnostic, RuleCode};
use crate::source::FileName;

pub use github::score_github;
pub use json::score_json;
pub use text::{ScoreDetail, ScoreStyle, missed_score, score_text};

/// Everything that the reports of a score are drawn from.
#[derive(Debug, Default)]
pub struct ScoreReport {
    /// What could not be read, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that were taken in, sorted by name.
    pub files: Vec<FileScore>,
    /// The score below which the command fails.
    pub fail_under: Option<f64>,
}

/// The docstrings of a file.
#[derive(Debug)]
pub struct FileScore {
    /// The file.
    pub path: FileName,
    /// Every definition that needs a docstring, in the order of the text.
    pub docstrings: Vec<DocstringScore>,
}

/// A definition that needs a docstring, and how good the one is that it has.
#[derive(Debug)]
pub struct DocstringScore {
    /// Where its name stands.
    pub place: Place,
    /// Its qualified name; empty for a module.
    pub definition: String,
    /// What it is.
    pub kind: Kind,
    /// The rule that asks for the docstring.
    pub code: RuleCode,
    /// A comment silences that rule: it counts, and nothing is suggested.
    pub is_silenced: bool,
    /// `None` without a docstring, which counts as 0.
    pub quality: Option<Quality>,
}

impl DocstringScore {
    /// The score, 0 to 100.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.quality
            .as_ref()
            .map_or(0.0, |quality| quality.scores.total())
    }

    /// The name to show; a module has none.
    fn shown_name(&self) -> &str {
        match self.kind {
            Kind::Module => "module",
            Kind::Package => "package",
            _ => &self.definition,
        }
    }
}

/// Scores added up.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    /// Definitions that need a docstring.
    pub needed: usize,
    /// Those of them that have one.
    pub documented: usize,
    /// Sums over the documented ones, in the order of [`Dimension::ALL`].
    sums: [f64; Dimension::ALL.len()],
    total: f64,
}

impl Tally {
    fn add(&mut self, docstring: &DocstringScore) {
        self.needed += 1;
        if let Some(quality) = &docstring.quality {
            self.documented += 1;
            for (sum, dimension) in self.sums.iter_mut().zip(Dimension::ALL) {
                *sum += quality.scores.of(dimension);
            }
            self.total += quality.scores.total();
        }
    }

    /// The mean score of all that need a docstring, those without one counting 0; a tree that needs
    /// nothing has 100.
    #[must_use]
    pub fn score(&self) -> f64 {
        mean(self.total, self.needed)
    }

    /// The mean of one dimension over the documented ones.
    #[must_use]
    pub fn mean(&self, dimension: Dimension) -> f64 {
        let at = Dimension::ALL.iter().position(|one| *one == dimension);
        let sum = at.and_then(|at| self.sums.get(at)).copied();
        mean(sum.unwrap_or_default(), self.documented)
    }
}

/// Rounded to a millionth, so that the order of summation never decides whether a threshold is met.
fn mean(sum: f64, count: usize) -> f64 {
    if count == 0 {
        return 100.0;
    }
    (sum / float(count) * 1e6).round() / 1e6
}

impl FileScore {
    fn tally(&self) -> Tally {
        tally(&self.docstrings)
    }
}

fn tally<'d>(docstrings: impl IntoIterator<Item = &'d DocstringScore>) -> Tally {
    let mut tally = Tally::default();
    for docstring in docstrings {
        tally.add(docstring);
    }
    tally
}

impl ScoreReport {
    /// The scores of all files.
    #[must_use]
    pub fn tally(&self) -> Tally {
        tally(self.files.iter().flat_map(|file| &file.docstrings))
    }

    /// Whether there is a threshold, and the score is below it.
    #[must_use]
    pub fn is_below_threshold(&self) -> bool {
        self.fail_under
            .is_some_and(|threshold| self.tally().score() < threshold)
    }

    /// Whether the command succeeds: everything could be read, and the score is high enough.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        self.diagnostics.is_empty() && !self.is_below_threshold()
    }

    /// The scores of each folder that has a file, sorted by name; those of its subfolders not counted.
    fn folders(&self) -> Vec<(&str, Tally)> {
        let mut folders: BTreeMap<&str, Tally> = BTreeMap::new();
        for file in &self.files {
            let tally = folders.entry(folder_of(file.path.as_str())).or_default();
            for docstring in &file.docstrings {
                tally.add(docstring);
            }
        }
        folders.into_iter().collect()
    }

    /// How many docstrings lack each section that their code asks for.
    fn missing_sections(&self) -> BTreeMap<Section, usize> {
        let mut counts = BTreeMap::new();
        let docstrings = self.files.iter().flat_map(|file| &file.docstrings);
        for quality in docstrings.filter_map(|one| one.quality.as_ref()) {
            let mut sections: Vec<Section> = sections_of(&quality.missing).collect();
            sections.dedup();
            for section in sections {
                *counts.entry(section).or_insert(0) += 1;
            }
        }
        counts
    }

    /// The docstrings with the lowest scores, the lowest first; those that nothing is wrong with, and
    /// those that a comment silences, are none of them.
    fn worst(&self, count: usize) -> Vec<(&FileScore, &DocstringScore, &Quality)> {
        let mut worst: Vec<_> = self
            .files
            .iter()
            .flat_map(|file| file.docstrings.iter().map(move |one| (file, one)))
            .filter(|(_, one)| !one.is_silenced)
            .filter_map(|(file, one)| Some((file, one, one.quality.as_ref()?)))
            .filter(|(_, _, quality)| !quality.suggestions.is_empty())
            .collect();
        // Stable: what scores the same keeps the order of files and lines.
        worst.sort_by(|one, other| one.1.total().total_cmp(&other.1.total()));
        worst.truncate(count);
        worst
    }
}

fn sections_of(missing: &[MissingPart]) -> impl Iterator<Item = Section> {
    missing.iter().map(|part| part.section)
}

#[cfg(test)]
mod tests;
