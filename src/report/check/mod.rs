//! What a check found, in each form that it is shown in.

mod full;
mod github;
mod json;
mod junit;
mod sarif;
mod summary;
mod text;

use std::collections::{BTreeMap, HashMap};

use crate::rules::{Coverage, Diagnostic, RuleCode};
use crate::source::FileName;

pub use github::check_github;
pub(in crate::report) use github::{data, property};
pub use json::check_json;
pub use junit::check_junit;
pub use sarif::check_sarif;
pub use summary::missed_threshold;
pub use text::{Detail, Layout, TextStyle, check_text};

/// Everything that the reports of a check are drawn from.
#[derive(Debug, Default)]
pub struct CheckReport {
    /// The findings, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that were taken in, sorted by name.
    pub files: Vec<FileCoverage>,
    /// The share in percent below which the check fails; without one, any missing docstring
    /// fails it.
    pub fail_under: Option<f64>,
    /// Findings that the baseline records, and that are left out.
    pub recorded: usize,
}

/// What a file owes and has.
#[derive(Debug, Clone)]
pub struct FileCoverage {
    /// The file.
    pub path: FileName,
    /// Its definitions.
    pub coverage: Coverage,
}

/// What the files of a folder owe and have, those of its subfolders not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderCoverage {
    /// The folder, `.` for the working directory.
    pub folder: String,
    /// The definitions of its files.
    pub coverage: Coverage,
}

/// How many findings there are of each sort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Definitions without a docstring.
    pub missing: usize,
    /// Details in which a docstring and the code differ.
    pub drifted: usize,
    /// Files that could not be taken in.
    pub unread: usize,
}

impl CheckReport {
    /// The coverage of all files.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        let mut total = Coverage::default();
        for file in &self.files {
            total += file.coverage;
        }
        total
    }

    /// Whether there is a threshold, and less than that is documented.
    #[must_use]
    pub fn is_below_threshold(&self) -> bool {
        self.fail_under
            .is_some_and(|threshold| self.coverage().percent() < threshold)
    }

    /// Whether the check is passed. The threshold forgives what is missing, never what is wrong
    /// or could not be read.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        let forgiven = |one: &Diagnostic| self.fail_under.is_some() && one.code.is_missing();
        !self.is_below_threshold() && self.diagnostics.iter().all(forgiven)
    }

    /// The findings by their sort.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for diagnostic in &self.diagnostics {
            *if diagnostic.code.is_unread() {
                &mut counts.unread
            } else if diagnostic.code.is_missing() {
                &mut counts.missing
            } else {
                &mut counts.drifted
            } += 1;
        }
        counts
    }

    /// The codes that were found with how often they were, the most frequent first.
    #[must_use]
    pub fn statistics(&self) -> Vec<(RuleCode, usize)> {
        let mut counts = BTreeMap::new();
        for diagnostic in &self.diagnostics {
            *counts.entry(diagnostic.code).or_insert(0) += 1;
        }
        let mut statistics: Vec<_> = counts.into_iter().collect();
        // Stable: codes of one frequency keep the order of the list of codes.
        statistics.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        statistics
    }

    /// The coverage of each folder that has a file, sorted by name.
    #[must_use]
    pub fn folders(&self) -> Vec<FolderCoverage> {
        let mut folders: BTreeMap<&str, Coverage> = BTreeMap::new();
        for file in &self.files {
            *folders.entry(folder_of(file.path.as_str())).or_default() += file.coverage;
        }
        folders
            .into_iter()
            .map(|(folder, coverage)| FolderCoverage {
                folder: folder.to_owned(),
                coverage,
            })
            .collect()
    }

    /// Each finding with its number among those of one code in one definition, from 1: what
    /// tells it from its like however lines move.
    fn numbered(&self) -> impl Iterator<Item = (&Diagnostic, usize)> {
        let mut seen = HashMap::new();
        self.diagnostics.iter().map(move |one| {
            let count = seen
                .entry((one.path.as_str(), one.code, one.definition.as_str()))
                .or_insert(0);
            *count += 1;
            (one, *count)
        })
    }
}

/// The folder of a file's name.
pub(in crate::report) fn folder_of(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
        None => ".",
    }
}

#[cfg(test)]
mod tests;
