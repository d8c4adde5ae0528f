//! The resolved [`Config`]: every setting with its value, nothing optional that has a default.
//!
//! Built once by [`super::load`]; every other room reads from it and none of them knows whether
//! a value came from a default, a file, the environment or a flag. The defaults are the `Default`
//! of these types and stand nowhere else.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use super::budget::{Budget, Thresholds};
use super::choices::{
    AttributesInDocstring, BatchOrder, Mode, Preset, RaisesInDocstring, Style, TypesInDocstring,
    WantedSection,
};
use super::language::Language;
use super::per_file::Rules;
use super::report::ReportFile;
use super::texts::HttpUrl;
use super::values::{ContextWindow, LineLength, Percent};
use super::wording::Wordings;

/// Everything that a command needs to know, resolved from all sources.
///
/// Who writes the words is not among it: see [`super::Loaded::provider`].
#[derive(Debug, Clone)]
pub struct Config {
    /// Which files are read.
    pub files: Files,
    /// Which definitions need a docstring.
    pub select: Select,
    /// How a docstring is written.
    pub docstring: DocstringStyle,
    /// Which docstrings a run writes.
    pub mode: Mode,
    /// The score, from 0 to 100, below which `all` improves the docstrings that are there.
    pub below: Option<Percent>,
    /// Documented definitions of the project that a prompt shows for their manner, at most.
    pub examples: usize,
    /// How definitions share requests.
    pub batch: Batch,
    /// What models said, remembered.
    pub cache: Cache,
    /// What may be spent.
    pub budget: Budget,
    /// What a run may come to without a warning.
    pub thresholds: Thresholds,
    /// What the words are like, file by file, and what a model is shown for them.
    pub wordings: Wordings,
    /// When `check` fails.
    pub check: Check,
    /// When `score` fails.
    pub score: Score,
    /// Where the run's report goes; nowhere when it is not wanted.
    pub reports: Vec<ReportFile>,
    /// The address that has the project's files, which the report's links then lead to.
    pub link_base: Option<HttpUrl>,
    /// What is kept to take runs back.
    pub journal: Journal,
    /// Figures of runs for Prometheus.
    pub metrics: Metrics,
    /// What is logged to a file.
    pub log: Log,
}

/// Which files are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The folder that globs are relative to, absolute: where the settings file stands, or the
    /// repository's top, or what the given paths have in common.
    pub root: PathBuf,
    /// Globs a file must match one of; empty means every Python file.
    pub include: Vec<String>,
    /// Globs of files and folders that are left out.
    pub exclude: Vec<String>,
    /// Leave out what `.gitignore` leaves out.
    pub respect_gitignore: bool,
    /// Apply `exclude` to files named on the command line too (as pre-commit names them).
    pub force_exclude: bool,
}

/// Which definitions need a docstring.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each one is a switch of its own, as the settings file has them"
)]
pub struct Select {
    /// Whose rule it is, the following aside.
    pub preset: Preset,
    /// Private definitions too (a leading underscore, or left out of `__all__`).
    pub private: bool,
    /// Functions inside functions too.
    pub nested: bool,
    /// Magic methods (`__eq__`), code D105.
    pub magic: bool,
    /// `__init__` methods, code D107.
    pub init: bool,
    /// Files of tests: `test_*.py`, `*_test.py`, `conftest.py` and folders named `tests`.
    pub tests: bool,
    /// Functions of a lower cyclomatic complexity are left alone; 1 takes every function.
    pub min_complexity: NonZeroU32,
}

impl Default for Select {
    fn default() -> Self {
        Self::of(Preset::default())
    }
}

impl Select {
    /// What a preset selects.
    #[must_use]
    pub fn of(preset: Preset) -> Self {
        let (private, magic) = match preset {
            Preset::Public => (false, true),
            Preset::All => (true, true),
            Preset::Api => (false, false),
        };
        Self {
            preset,
            private,
            nested: private,
            magic,
            init: magic,
            tests: true,
            min_complexity: NonZeroU32::MIN,
        }
    }
}

/// How a docstring is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocstringStyle {
    /// How the sections are laid out.
    pub style: Style,
    /// Columns a line may have, indentation included.
    pub line_length: LineLength,
    /// Whether argument and return types are repeated in the docstring.
    pub types: TypesInDocstring,
    /// Which exceptions are described.
    pub raises: RaisesInDocstring,
    /// Which attributes of a class are described.
    pub attributes: AttributesInDocstring,
    /// Sections that the words may fill besides the usual.
    pub sections: Vec<WantedSection>,
    /// What language the words are in.
    pub language: Language,
    /// What the settings leave to the project's own docstrings.
    pub open: OpenStyle,
}

/// What the settings leave to the project's own docstrings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenStyle {
    /// How the sections are laid out.
    pub style: bool,
    /// Whether types are repeated.
    pub types: bool,
}

impl DocstringStyle {
    /// Follows the project's conventions in what the settings leave open; where the project has none,
    /// the defaults stay.
    pub fn follow(&mut self, style: Option<Style>, types: Option<TypesInDocstring>) {
        if let (true, Some(style)) = (self.open.style, style) {
            self.style = style;
        }
        if let (true, Some(types)) = (self.open.types, types) {
            self.types = types;
        }
    }
}

impl Default for DocstringStyle {
    fn default() -> Self {
        Self {
            style: Style::Google,
            line_length: LineLength::DEFAULT,
            types: TypesInDocstring::Omit,
            raises: RaisesInDocstring::Own,
            attributes: AttributesInDocstring::All,
            sections: Vec::new(),
            language: Language::default(),
            open: OpenStyle {
                style: true,
                types: true,
            },
        }
    }
}

/// How definitions share requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// Estimated prompt tokens of the definitions that share a request.
    pub max_tokens: NonZeroU32,
    /// Definitions that share a request.
    pub max_definitions: NonZeroUsize,
    /// Estimated tokens of what a request shows of the code around its definitions.
    pub context_tokens: u32,
    /// Which definitions are documented first.
    pub order: BatchOrder,
    /// What the model takes in one request.
    pub context_window: ContextWindow,
}

impl Config {
    /// The same for models of which one takes no more than `tokens` in a request, if that is known.
    #[must_use]
    pub fn within(&self, tokens: Option<u64>) -> Self {
        let mut config = self.clone();
        if let Some(tokens) = tokens {
            let window = &mut config.batch.context_window;
            *window = window.within(tokens);
        }
        config
    }
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            max_tokens: positive(6000),
            max_definitions: count(12),
            context_tokens: 1200,
            order: BatchOrder::default(),
            context_window: ContextWindow::DEFAULT,
        }
    }
}

/// How what models said is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cache {
    /// It is.
    pub enabled: bool,
    /// Days after which it is forgotten; 0 never forgets.
    pub ttl_days: u32,
    /// Megabytes (of a million bytes) that the project's database may have; 0 has no bound.
    pub max_size_mb: u32,
}

impl Cache {
    /// How long it is of use; `None` is for ever.
    #[must_use]
    pub fn ttl(&self) -> Option<Duration> {
        (self.ttl_days > 0).then(|| Duration::from_hours(24 * u64::from(self.ttl_days)))
    }

    /// Bytes that the database may have.
    #[must_use]
    pub fn max_bytes(&self) -> Option<u64> {
        (self.max_size_mb > 0).then(|| u64::from(self.max_size_mb) * 1_000_000)
    }
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            enabled: true,
            ttl_days: 90,
            max_size_mb: 256,
        }
    }
}

/// When `check` fails.
#[derive(Debug, Clone, Default)]
pub struct Check {
    /// Coverage in percent below which `check` fails; `None` fails on any missing docstring.
    pub fail_under: Option<Percent>,
    /// The file of findings to live with.
    pub baseline: Option<PathBuf>,
    /// The rules in force; `run` writes no docstring that none of them asks for.
    pub rules: Rules,
}

/// When `score` fails.
#[derive(Debug, Clone, Default)]
pub struct Score {
    /// The score below which `score` fails; `None` fails on no score.
    pub fail_under: Option<Percent>,
}

/// What is kept to take runs back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Journal {
    /// The newest runs whose files are kept as they were before; 0 keeps none.
    pub keep_runs: u32,
    /// Megabytes (of a million bytes) that they may take together, compressed.
    pub max_size_mb: NonZeroU32,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            keep_runs: 50,
            max_size_mb: positive(200),
        }
    }
}

/// Figures of runs for Prometheus.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metrics {
    /// The file that they are written to, absolute; `None` writes none.
    pub file: Option<PathBuf>,
    /// The project's name in them.
    pub project: String,
}

/// What is logged to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The file, absolute; `None` writes none.
    pub file: Option<PathBuf>,
    /// Megabytes (of a million bytes) after which a new file is begun.
    pub max_size_mb: NonZeroU32,
    /// Full files that are kept besides the one that is written.
    pub keep: u32,
    /// Whether what is sent to the model and what comes back is logged too.
    pub bodies: bool,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            file: None,
            max_size_mb: positive(10),
            keep: 3,
            bodies: false,
        }
    }
}

pub(super) fn positive(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

pub(super) fn count(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap_or(NonZeroUsize::MIN)
}
