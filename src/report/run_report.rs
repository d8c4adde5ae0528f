//! The data of a run's report.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::budget::BudgetReport;
use super::cache::CacheReport;
use super::check::folder_of;
use super::outcome::{Outcome, Status};
use super::repairs::Repairs;
use super::requests::Requests;
use super::thresholds::{Exceeded, exceeded};
use crate::config::Thresholds;
use crate::generate::Estimate;
use crate::llm::{BudgetStatement, Stats, Usage};
use crate::rules::{Coverage, Diagnostic};
use crate::source::FileName;

/// Hot spots that a report names.
const MAX_HOT_SPOTS: usize = 20;

/// Everything that a run's report says.
#[derive(Debug, Default)]
pub struct RunReport {
    /// Who wrote the words.
    pub provider: String,
    /// Nothing was written, only shown.
    pub is_diff: bool,
    /// The run was cut short by Ctrl-C.
    pub is_interrupted: bool,
    /// Files with something to document, sorted by name.
    pub files: Vec<FileReport>,
    /// The folders of all files, sorted by name.
    pub folders: Vec<FolderReport>,
    /// Files looked at.
    pub files_read: usize,
    /// Files that could not be taken in.
    pub diagnostics: Vec<Diagnostic>,
    /// Before the run.
    pub before: Coverage,
    /// Functions without a docstring after the run, the most complex first.
    pub hot_spots: Vec<HotSpot>,
    /// What was asked of a model; `None` without one.
    pub requests: Option<Requests>,
    /// What was remembered of models' words; `None` where that was not asked.
    pub cache: Option<CacheReport>,
    /// What became of the budget; `None` without one.
    pub budget: Option<BudgetReport>,
    /// Thresholds that the run went beyond.
    pub exceeded: Vec<Exceeded>,
    /// What the requests were likely to take, reckoned before the first; `None` where none were sent.
    pub estimate: Option<Judged>,
    /// Wall time.
    pub elapsed: Duration,
}

/// What the requests for words were likely to take, and what they took.
#[derive(Debug)]
pub struct Judged {
    /// What they were likely to take.
    pub estimate: Estimate,
    /// How many there were; one that was sent again counts once.
    pub requests: u64,
    /// Their tokens.
    pub usage: Usage,
    /// What they cost, in US dollars; `None` if the price of any is unknown.
    pub usd: Option<f64>,
}

/// What became of a file's definitions.
#[derive(Debug)]
pub struct FileReport {
    /// The file.
    pub path: FileName,
    /// In the order of the text.
    pub outcomes: Vec<Outcome>,
    /// What it owed and had before the run.
    pub coverage: Coverage,
    /// Secrets that prompts did not show, by kind.
    pub masked: BTreeMap<&'static str, usize>,
    /// The change as a patch, when only shown. On a terminal, and only there, it is decoded.
    pub diff: Option<Vec<u8>>,
}

/// A complex function without a docstring.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HotSpot {
    /// `path::Qual.name`.
    pub id: String,
    /// Its file.
    #[serde(skip)]
    pub path: FileName,
    /// 1-based line of its name before the run.
    pub line: usize,
    /// The same after the run.
    pub line_after: usize,
    /// As radon counts it.
    pub cyclomatic: u32,
    /// As `SonarSource` counts it.
    pub cognitive: u32,
}

/// Counts of outcomes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Totals {
    /// Definitions that got a docstring.
    pub documented: usize,
    /// Definitions whose docstring was mended.
    pub mended: usize,
    /// Left alone on purpose.
    pub skipped: usize,
    /// Words not fit to be written.
    pub rejected: usize,
    /// Broken on the way.
    pub failed: usize,
}

/// What became of a folder's files; those of its subfolders not counted.
#[derive(Debug, Clone, Default)]
pub struct FolderReport {
    /// Its name; `.` for the working directory.
    pub folder: String,
    /// Files in it.
    pub files: usize,
    /// Before the run.
    pub before: Coverage,
    /// After the run.
    pub after: Coverage,
    /// Counts of outcomes.
    pub totals: Totals,
    /// How good the docstrings are that the run touched.
    pub quality: QualityChange,
}

/// How good docstrings were and are, of 100, as `docgen score` counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct QualityChange {
    /// Docstrings that were written or mended.
    pub definitions: usize,
    /// Their mean score before; none scores 0. `None` where there are no such docstrings.
    pub before: Option<f64>,
    /// Their mean score after.
    pub after: Option<f64>,
}

impl HotSpot {
    /// Its qualified name.
    #[must_use]
    pub fn name(&self) -> &str {
        let file = self.path.as_str().len() + "::".len();
        self.id.get(file..).unwrap_or(&self.id)
    }
}

impl Totals {
    /// Counts outcomes.
    #[must_use]
    pub fn of<'o>(outcomes: impl IntoIterator<Item = &'o Outcome>) -> Self {
        let mut totals = Self::default();
        for outcome in outcomes {
            *match outcome.status {
                Status::Documented { .. } => &mut totals.documented,
                Status::Mended { .. } => &mut totals.mended,
                Status::Skipped { .. } => &mut totals.skipped,
                Status::Rejected { .. } => &mut totals.rejected,
                Status::Failed { .. } => &mut totals.failed,
            } += 1;
        }
        totals
    }

    /// What was to be documented and is not.
    #[must_use]
    pub fn left(self) -> usize {
        self.rejected + self.failed
    }
}

impl QualityChange {
    /// The mean of outcomes with a score, rounded to a tenth.
    #[must_use]
    pub fn of<'o>(outcomes: impl IntoIterator<Item = &'o Outcome>) -> Self {
        let scores = outcomes.into_iter().filter_map(|outcome| outcome.score);
        let (mut definitions, mut before, mut after) = (0_u32, 0.0, 0.0);
        for score in scores {
            definitions += 1;
            before += score.before;
            after += score.after;
        }
        let mean = |sum: f64| {
            let mean = sum / f64::from(definitions);
            (definitions > 0).then(|| (mean * 10.0).round() / 10.0)
        };
        Self {
            definitions: definitions as usize,
            before: mean(before),
            after: mean(after),
        }
    }
}

impl FileReport {
    /// Coverage after the run.
    #[must_use]
    pub fn after(&self) -> Coverage {
        let is_new = |outcome: &&Outcome| {
            !outcome.was_documented && matches!(outcome.status, Status::Documented { .. })
        };
        Coverage {
            documented: self.coverage.documented + self.outcomes.iter().filter(is_new).count(),
            ..self.coverage
        }
    }
}

impl FolderReport {
    /// Adds up files by their folders, in the order of the folders' names.
    #[must_use]
    pub fn of<'f>(files: impl IntoIterator<Item = &'f FileReport>) -> Vec<Self> {
        let mut folders: BTreeMap<&str, Vec<&FileReport>> = BTreeMap::new();
        for file in files {
            let folder = folder_of(file.path.as_str());
            folders.entry(folder).or_default().push(file);
        }
        let report = |(folder, files): (&str, Vec<&FileReport>)| {
            let outcomes = || files.iter().flat_map(|file| &file.outcomes);
            let (mut before, mut after) = (Coverage::default(), Coverage::default());
            for file in &files {
                before += file.coverage;
                after += file.after();
            }
            Self {
                folder: folder.to_owned(),
                files: files.len(),
                before,
                after,
                totals: Totals::of(outcomes()),
                quality: QualityChange::of(outcomes()),
            }
        };
        folders.into_iter().map(report).collect()
    }
}

impl RunReport {
    /// What became of the files of a run, given in the order of their names, and the complex functions that
    /// were found in them.
    #[must_use]
    pub fn of(mut files: Vec<FileReport>, mut hot_spots: Vec<HotSpot>) -> Self {
        let folders = FolderReport::of(&files);
        let mut before = Coverage::default();
        for file in &files {
            before += file.coverage;
        }
        files.retain(|file| !file.outcomes.is_empty());
        hot_spots
            .sort_by(|one, other| (other.cyclomatic, &one.id).cmp(&(one.cyclomatic, &other.id)));
        hot_spots.truncate(MAX_HOT_SPOTS);
        Self {
            files,
            folders,
            before,
            hot_spots,
            ..Self::default()
        }
    }

    /// What became of each definition, file by file.
    pub fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.files.iter().flat_map(|file| &file.outcomes)
    }

    /// Counts of outcomes over all files.
    #[must_use]
    pub fn totals(&self) -> Totals {
        Totals::of(self.outcomes())
    }

    /// How good the docstrings are that the run touched.
    #[must_use]
    pub fn quality(&self) -> QualityChange {
        QualityChange::of(self.outcomes())
    }

    /// What it took to make the model's replies hold; `None` without a model.
    #[must_use]
    pub fn repairs(&self) -> Option<Repairs> {
        self.requests.as_ref()?;
        Some(Repairs::of(self.outcomes())).filter(|repairs| repairs.judged() > 0)
    }

    /// Secrets in source that no prompt showed, by kind, over all files.
    #[must_use]
    pub fn masked(&self) -> BTreeMap<&'static str, usize> {
        let mut masked = BTreeMap::new();
        for (kind, count) in self.files.iter().flat_map(|file| &file.masked) {
            *masked.entry(*kind).or_default() += count;
        }
        masked
    }

    /// Coverage after the run.
    #[must_use]
    pub fn after(&self) -> Coverage {
        if self.folders.is_empty() {
            return self.before;
        }
        let mut after = Coverage::default();
        for folder in &self.folders {
            after += folder.after;
        }
        after
    }

    /// Whether a definition stayed undocumented that should not have.
    #[must_use]
    pub fn is_left(&self, outcome: &Outcome) -> bool {
        let stopped = self.budget.as_ref().and_then(|one| one.stopped.as_deref());
        match &outcome.status {
            Status::Rejected { .. } | Status::Failed { .. } => true,
            Status::Skipped { reason } => stopped == Some(reason.as_str()),
            Status::Documented { .. } | Status::Mended { .. } => false,
        }
    }

    /// How many definitions of each file, and of each folder without its subfolders, stayed undocumented
    /// that should not have. What has none is not in it.
    #[must_use]
    pub fn left_by_place(&self) -> HashMap<&str, usize> {
        let mut left: HashMap<&str, usize> = HashMap::new();
        for file in &self.files {
            let count = file.outcomes.iter().filter(|one| self.is_left(one)).count();
            if count > 0 {
                let path = file.path.as_str();
                *left.entry(path).or_default() += count;
                *left.entry(folder_of(path)).or_default() += count;
            }
        }
        left
    }

    /// Whether the run ended before all was asked that it was to ask: by Ctrl-C, or by its budget.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        let budget = self.budget.as_ref();
        self.is_interrupted || budget.is_some_and(|budget| budget.left > 0)
    }

    /// Takes up what became of the budget.
    pub fn account_for(&mut self, budget: Option<BudgetStatement>) {
        self.budget = budget.map(|statement| BudgetReport::new(statement, &self.files));
    }

    /// Finds the thresholds that the run went beyond, by what a model's client has done.
    pub fn hold_to(&mut self, thresholds: &Thresholds, stats: Option<&Stats>) {
        if let Some(stats) = stats {
            self.exceeded = exceeded(self, stats, thresholds);
        }
    }

    /// Whether anything stayed undocumented that should not have.
    #[must_use]
    pub fn has_leftovers(&self) -> bool {
        let of_budget = self.budget.as_ref().map_or(0, |budget| budget.left);
        self.totals().left() + of_budget > 0 || !self.diagnostics.is_empty()
    }
}
