//! From a file to what has to be documented in it. `check` and `run` both start here, so they
//! cannot disagree about what is missing.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use super::mask::Masks;
use super::stale::{Wanted, drifted};
use crate::config::Select;
use crate::python::{self, ByteRange, DecoratorRole, Definition, FileRole, Kind, Lines, Module};
use crate::rules::quality::Judged;
use crate::rules::{
    Coverage, Diagnostic, FileContext, Missing, Requirements, RuleCode, RuleSet, Suppressions,
    requirements,
};
use crate::source::{Discovered, FileName, SourceFile, Touched};
use crate::store::ContentHash;

/// A file read, parsed and analysed.
#[derive(Debug)]
pub struct AnalyzedFile {
    /// The file.
    pub source: SourceFile,
    /// Its definitions.
    pub module: Module,
    /// What its comments silence.
    pub suppressions: Suppressions,
    /// Where its lines begin.
    pub lines: Lines,
    masks: OnceLock<Masks>,
    wanted: OnceLock<HashMap<usize, Wanted>>,
    touched: Touched,
}

impl AnalyzedFile {
    /// The same file, in which nothing is asked for but for what these lines are in.
    #[must_use]
    pub fn touched_in(mut self, touched: Touched) -> Self {
        // A lone carriage return ends a line to Python, and none to who counted these.
        let mut ends = self.source.text.match_indices('\r');
        let counts_alike = ends.all(|(at, _)| self.source.text[at..].starts_with("\r\n"));
        self.touched = if counts_alike {
            touched
        } else {
            Touched::Everything
        };
        self
    }

    /// Whether anything may be asked for about the definition at `index`: of a function a line counts, of a class one
    /// that is in none of its methods, and of a module that was there before one of its docstring.
    pub(super) fn is_touched(&self, index: usize) -> bool {
        if self.touched == Touched::Everything {
            return true;
        }
        let definitions = &self.module.definitions;
        let Some(definition) = definitions.get(index) else {
            return false;
        };
        let line = |offset: usize| self.lines.place(&self.source.text, offset).line;
        let lines = |range: &ByteRange| line(range.start)..=line(range.end);
        match definition.kind {
            Kind::Module | Kind::Package => {
                let docstring = definition.docstring.as_ref();
                docstring.is_some_and(|one| self.touched.any(&lines(&one.range), &[]))
            }
            Kind::Class | Kind::NestedClass => {
                let inner = definitions.iter().filter(|one| one.parent == Some(index));
                let inner: Vec<_> = inner.map(|one| lines(&one.range)).collect();
                self.touched.any(&lines(&definition.range), &inner)
            }
            _ => self.touched.any(&lines(&definition.range), &[]),
        }
    }

    /// What no prompt may show of the file; found when it is first asked for, on a thread with
    /// [`python::STACK_BYTES`] of stack.
    pub(super) fn masks(&self) -> &Masks {
        self.masks.get_or_init(|| Masks::find(&self.source.text))
    }

    /// The file, to have its docstrings judged where these rules are in force.
    #[must_use]
    pub fn judged(&self, rules: RuleSet) -> Judged<'_> {
        Judged {
            text: &self.source.text,
            module: &self.module,
            rules,
            suppressions: &self.suppressions,
        }
    }

    /// Whether anything in it looks like a credential, on a thread with [`python::STACK_BYTES`] of stack.
    #[must_use]
    pub fn holds_secrets(&self) -> bool {
        !self.masks().is_empty()
    }

    /// Takes note of the parts of its docstrings for which words are wanted, by the definition's position;
    /// the first time counts.
    pub fn want_parts(&self, wanted: HashMap<usize, Wanted>) {
        _ = self.wanted.set(wanted);
    }

    /// The parts of the docstring at `definition` for which words are wanted.
    pub(super) fn wanted_parts(&self, definition: usize) -> Option<&Wanted> {
        self.wanted.get()?.get(&definition)
    }

    /// What a prompt did not show, if one was ever built.
    pub(super) fn masks_so_far(&self) -> Option<&Masks> {
        self.masks.get()
    }
}

/// What has to be documented in a file.
#[derive(Debug, Default)]
pub struct Selection {
    /// Definitions to document, in the order of the text.
    pub targets: Vec<Target>,
    /// Definitions without a docstring that a comment excuses.
    pub suppressed: Vec<Missing>,
    /// What the file owes and has.
    pub coverage: Coverage,
}

/// A definition to document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Position in [`Module::definitions`].
    pub definition: usize,
    /// The rule that asks for the docstring.
    pub code: RuleCode,
    /// It has one already.
    pub is_documented: bool,
    /// What is to be done.
    pub task: Task,
}

/// What is to be done for a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// A docstring is written, in the place of the one that it has if it has one.
    Write,
    /// The docstring that it has is mended where it contradicts the code.
    Mend,
    /// The docstring that it has is poor, and written anew with what is true of it.
    Improve,
}

/// Reads, parses and analyses one file; what cannot be taken in is a diagnostic.
///
/// Run it on a thread with [`python::STACK_BYTES`] of stack.
pub fn analyze_file(file: &Discovered) -> Result<AnalyzedFile, Box<Diagnostic>> {
    let source = SourceFile::read(&file.path, file.name.clone())
        .map_err(|error| Box::new(Diagnostic::unreadable(file.name.clone(), &error)))?;
    analyze_source(source)
}

/// Parses and analyses a file that has been read; the same holds as for [`analyze_file`].
pub fn analyze_source(source: SourceFile) -> Result<AnalyzedFile, Box<Diagnostic>> {
    let tree = python::parse(&source.text)
        .map_err(|error| Box::new(Diagnostic::syntax(source.name.clone(), &error)))?;
    let module = python::analyze(&tree, &source.text, &role_of(&source.path));
    let suppressions = Suppressions::read(&tree, &source.text);
    Ok(AnalyzedFile {
        source,
        module,
        suppressions,
        lines: tree.into_lines(),
        masks: OnceLock::new(),
        wanted: OnceLock::new(),
        touched: Touched::default(),
    })
}

/// The hash of what a file's path says of it: together with its bytes and the settings, all that what is found
/// in it depends on. Packages around it count, and whether the working directory sees it among tests.
#[must_use]
pub fn traits_of(file: &Discovered) -> ContentHash {
    let (role, context) = (role_of(&file.path), context_of(&file.path, &file.name));
    ContentHash::of(&[format!("{role:?} {context:?}").as_bytes()])
}

/// What becomes of the docstrings that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Existing {
    /// They stay.
    #[default]
    Keep,
    /// Those that contradict the code are mended, and nothing else is written.
    MendOnly,
    /// Those that contradict the code are mended, and missing ones are written.
    Mend,
    /// The same, and poor ones are improved.
    Improve,
    /// They are written anew, but for those that a program shows to its users.
    Overwrite,
}

/// What an analysed file owes and has, under the settings.
#[must_use]
pub fn required(file: &AnalyzedFile, settings: &Select, rules: RuleSet) -> Requirements {
    let context = context_of(&file.source.path, &file.source.name);
    let mut found = requirements(&file.module, settings, rules, context, &file.suppressions);
    if file.touched != Touched::Everything {
        found.retain(|definition| file.is_touched(definition));
    }
    found
}

fn context_of(path: &Path, name: &FileName) -> FileContext {
    FileContext {
        is_test: is_test(name.as_str()),
        is_stub: path.extension().is_some_and(|kind| kind == "pyi"),
    }
}

/// What has to be documented in an analysed file.
#[must_use]
pub fn select(
    file: &AnalyzedFile,
    settings: &Select,
    rules: RuleSet,
    existing: Existing,
) -> Selection {
    let requirements = required(file, settings, rules);
    let (suppressed, open): (Vec<_>, Vec<_>) = requirements
        .missing
        .into_iter()
        .partition(|one| one.is_suppressed);
    let (suppressed, open) = match existing {
        Existing::MendOnly => (Vec::new(), Vec::new()),
        _ => (suppressed, open),
    };
    let mut targets: Vec<Target> = open
        .into_iter()
        .map(|missing| Target {
            definition: missing.definition,
            code: missing.code,
            is_documented: false,
            task: Task::Write,
        })
        .collect();
    if existing == Existing::Overwrite {
        let documented = requirements.documented.into_iter();
        let replaced = documented.filter_map(|(definition, code)| {
            let is_shown = is_shown_to_users(file.module.definitions.get(definition)?);
            (!is_shown).then_some(Target {
                definition,
                code,
                is_documented: true,
                task: Task::Write,
            })
        });
        targets.extend(replaced);
        targets.sort_by_key(|target| target.definition);
    }
    if matches!(
        existing,
        Existing::MendOnly | Existing::Mend | Existing::Improve
    ) {
        for drift in drifted(file, rules) {
            let definition = drift.definition;
            if targets.iter().all(|target| target.definition != definition) {
                targets.push(Target {
                    definition,
                    code: drift.code,
                    is_documented: true,
                    task: Task::Mend,
                });
            }
        }
        targets.sort_by_key(|target| target.definition);
    }
    Selection {
        targets,
        suppressed,
        coverage: requirements.coverage,
    }
}

/// Whether a program shows the definition's docstring to its users; then sections about arguments
/// have no place in it.
#[must_use]
pub(super) fn is_shown_to_users(definition: &Definition) -> bool {
    definition.has_role(DecoratorRole::Command)
}

/// Module name and privacy by the path: a leading underscore in the file's name, or in that of a
/// package around it, makes the module private.
fn role_of(path: &Path) -> FileRole {
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let is_package = stem == "__init__";
    let is_hidden =
        |name: &str| name.starts_with('_') && !(name.starts_with("__") && name.ends_with("__"));
    let mut packages = Vec::new();
    for folder in path
        .ancestors()
        .skip(1)
        .take_while(|folder| is_package_folder(folder))
    {
        packages.extend(
            folder
                .file_name()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    let is_private = is_hidden(&stem) || packages.iter().any(|name| is_hidden(name));
    let name = match (is_package, packages.first()) {
        (true, Some(folder)) => folder.clone(),
        _ => stem,
    };
    FileRole {
        name,
        is_package,
        is_private,
    }
}

fn is_package_folder(folder: &Path) -> bool {
    folder.join("__init__.py").is_file()
}

/// Whether a path is one that test runners collect, or lies among the tests.
pub(super) fn is_test(name: &str) -> bool {
    let (folders, file) = name.rsplit_once('/').unwrap_or(("", name));
    let stem = file.strip_suffix(".py").unwrap_or(file);
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem == "conftest"
        || folders
            .split('/')
            .any(|folder| matches!(folder, "tests" | "test"))
}
