//! What is found in one file, in a form that can be kept: all that `check` says of it, and all that `run`
//! says of it when it has nothing to do there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::document::Done;
use crate::config::{RuleCode, RuleSet, Select};
use crate::generate::stale::drifted;
use crate::generate::{AnalyzedFile, Existing, select};
use crate::python::{Definition, Kind, Place};
use crate::report::{CodeComplexity, FileCoverage, FileReport, HotSpot, Outcome, Status};
use crate::rules::{Coverage, Diagnostic};
use crate::source::FileName;

/// Cyclomatic complexity from which an undocumented function is a hot spot: radon's rank B ends
/// and C («slightly complex») begins.
const HOT_SPOT_COMPLEXITY: u32 = 11;

/// Why a definition is left alone that a comment excuses.
const SILENCED: &str = "a comment silences the rule";

/// What is found in a file. It names neither the file nor its place, so that it holds wherever a file of the
/// same content and the same part in its project lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Findings {
    /// Definitions that need a docstring, and those of them that have one.
    coverage: (usize, usize),
    /// What is missing, then what has drifted; or else why the file cannot be taken in.
    found: Vec<Finding>,
    /// What has no docstring and is excused by a comment.
    silenced: Vec<Silenced>,
    /// Complex functions without a docstring.
    complex: Vec<Complex>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Finding {
    place: Place,
    end: Place,
    definition: String,
    code: RuleCode,
    /// `None` where it is the rule's own.
    message: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Silenced {
    qualified_name: String,
    name: String,
    kind: Kind,
    line: usize,
    code: RuleCode,
    /// Cyclomatic and cognitive, of a function.
    complexity: Option<(u32, u32)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Complex {
    qualified_name: String,
    line: usize,
    cyclomatic: u32,
    cognitive: u32,
}

impl Findings {
    /// What is found in a file under the settings.
    pub(super) fn of(file: &AnalyzedFile, settings: &Select, rules: RuleSet) -> Self {
        let selection = select(file, settings, rules, Existing::Keep);
        let definitions = &file.module.definitions;
        let name = &file.source.name;
        let missing = selection.targets.iter().filter_map(|target| {
            let definition = definitions.get(target.definition)?;
            Some(Diagnostic::missing(name.clone(), definition, target.code))
        });
        let drifts = drifted(file, rules).into_iter().filter_map(|drift| {
            let definition = definitions.get(drift.definition)?;
            let text = &file.source.text;
            let name = name.clone();
            Some(Diagnostic::drifted(
                name,
                definition,
                drift,
                text,
                &file.lines,
            ))
        });
        let silenced = selection.suppressed.iter().filter_map(|missing| {
            let definition = definitions.get(missing.definition)?;
            Some(Silenced::new(definition, missing.code))
        });
        let Coverage { needed, documented } = selection.coverage;
        Self {
            coverage: (needed, documented),
            found: missing.chain(drifts).map(Finding::from).collect(),
            silenced: silenced.collect(),
            complex: definitions.iter().filter_map(Complex::of).collect(),
        }
    }

    /// What is found in a file that cannot be taken in.
    pub(super) fn unread(why: Diagnostic) -> Self {
        Self {
            coverage: (0, 0),
            found: vec![Finding::from(why)],
            silenced: Vec::new(),
            complex: Vec::new(),
        }
    }

    /// Whether it quotes the file, and not only names what is in it.
    pub(super) fn quotes(&self) -> bool {
        self.found.iter().any(|finding| finding.message.is_some())
    }

    /// Why the file called `name` cannot be taken in, if it cannot.
    pub(super) fn why_unread(&self, name: &FileName) -> Option<Box<Diagnostic>> {
        let why = self.found.first().filter(|first| first.code.is_unread())?;
        Some(Box::new(why.clone().at(name.clone())))
    }

    /// What `check` says of it as the file called `name`.
    pub(super) fn checked(
        self,
        name: &FileName,
    ) -> Result<(Vec<Diagnostic>, FileCoverage), Box<Diagnostic>> {
        if let Some(why) = self.why_unread(name) {
            return Err(why);
        }
        let covered = FileCoverage {
            path: name.clone(),
            coverage: self.coverage(),
        };
        let found = self.found.into_iter();
        Ok((found.map(|one| one.at(name.clone())).collect(), covered))
    }

    /// What `run` says of it as the file called `name`; `None` when there is something to do, or when that
    /// takes more to tell than is kept.
    pub(super) fn nothing_to_do(&self, name: &FileName, existing: Existing) -> Option<Done> {
        let is_open = |finding: &Finding| match existing {
            Existing::Keep => finding.code.is_missing(),
            Existing::MendOnly => !finding.code.is_missing(),
            Existing::Mend | Existing::Improve | Existing::Overwrite => true,
        };
        let is_told = !matches!(existing, Existing::Improve | Existing::Overwrite);
        if !is_told || self.found.iter().any(is_open) {
            return None;
        }
        let silenced = match existing {
            Existing::MendOnly => &[],
            _ => self.silenced.as_slice(),
        };
        Some(Done {
            report: FileReport {
                path: name.clone(),
                outcomes: silenced.iter().map(|one| one.outcome(name)).collect(),
                coverage: self.coverage(),
                masked: BTreeMap::new(),
                diff: None,
            },
            rewritten: None,
            hot_spots: self.complex.iter().map(|one| one.hot_spot(name)).collect(),
            flaws: Vec::new(),
        })
    }

    fn coverage(&self) -> Coverage {
        let (needed, documented) = self.coverage;
        Coverage { needed, documented }
    }
}

/// The outcome of a definition that a comment excuses.
pub(super) fn excused(file: &FileName, definition: &Definition, code: RuleCode) -> Outcome {
    Silenced::new(definition, code).outcome(file)
}

/// The function as a hot spot, if it is complex and has no docstring.
pub(super) fn hot_spot(file: &FileName, definition: &Definition) -> Option<HotSpot> {
    Some(Complex::of(definition)?.hot_spot(file))
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        let is_own = diagnostic.message == diagnostic.code.message();
        Self {
            place: diagnostic.place,
            end: diagnostic.end,
            definition: diagnostic.definition,
            code: diagnostic.code,
            message: (!is_own).then_some(diagnostic.message),
        }
    }
}

impl Finding {
    fn at(self, path: FileName) -> Diagnostic {
        let own = || self.code.message().to_owned();
        Diagnostic {
            path,
            place: self.place,
            end: self.end,
            definition: self.definition,
            code: self.code,
            message: self.message.unwrap_or_else(own),
        }
    }
}

impl Silenced {
    fn new(definition: &Definition, code: RuleCode) -> Self {
        let complexity = CodeComplexity::of(definition);
        Self {
            qualified_name: definition.qualified_name.clone(),
            name: definition.name.clone(),
            kind: definition.kind,
            line: definition.place.line,
            code,
            complexity: complexity.map(|one| (one.cyclomatic, one.cognitive)),
        }
    }

    fn outcome(&self, file: &FileName) -> Outcome {
        let reason = SILENCED.to_owned();
        Outcome {
            id: format!("{file}::{}", self.qualified_name),
            name: match self.qualified_name.as_str() {
                "" => self.name.clone(),
                name => name.to_owned(),
            },
            kind: self.kind,
            line: self.line,
            line_after: self.line,
            code: self.code,
            was_documented: false,
            complexity: self
                .complexity
                .map(|(cyclomatic, cognitive)| CodeComplexity {
                    cyclomatic,
                    cognitive,
                }),
            score: None,
            status: Status::Skipped { reason },
        }
    }
}

impl Complex {
    fn of(definition: &Definition) -> Option<Self> {
        let complexity = definition.complexity?;
        let is_one = definition.docstring.is_none() && complexity.cyclomatic >= HOT_SPOT_COMPLEXITY;
        is_one.then(|| Self {
            qualified_name: definition.qualified_name.clone(),
            line: definition.place.line,
            cyclomatic: complexity.cyclomatic,
            cognitive: complexity.cognitive,
        })
    }

    fn hot_spot(&self, file: &FileName) -> HotSpot {
        HotSpot {
            id: format!("{file}::{}", self.qualified_name),
            path: file.clone(),
            line: self.line,
            line_after: self.line,
            cyclomatic: self.cyclomatic,
            cognitive: self.cognitive,
        }
    }
}
