//! Docstrings that contradict their code, mended by edit: what is wrong is put right, and every other
//! character stays as people wrote it.
//!
//! Each step answers one finding of the drift rules, and is kept only if the rules, run over the new
//! text, no longer find it. What the code does not settle is left, and told.

mod arguments;
mod defaults;
mod exceptions;
mod improve;
pub(super) mod prompt;
mod renamed;
mod told;
mod values;
mod words;

use std::collections::HashSet;

use super::fault::Fault;
use super::frame::Frame;
use super::offline;
use super::select::{AnalyzedFile, is_shown_to_users};
use super::validate::validate;
use crate::config::DocstringStyle;
use crate::docstring::{Claims, Docstring, Edited, Written};
use crate::python::{ByteRange, Definition, ParameterKind, Project};
use crate::rules::{Drift, RuleCode, RuleSet, drifts, drifts_of};
use crate::source::Newline;

pub use improve::{add_poor, scores};
pub use words::Wanted;

/// Steps after which a docstring is given up; each one answers a finding.
const MAX_STEPS: usize = 200;

/// Where the words of what is missing come from.
#[derive(Debug, Clone, Copy)]
pub enum Words<'w> {
    /// A draft from the code alone.
    Draft(&'w Docstring),
    /// A model, which was shown the docstring that is there.
    Model(&'w Docstring),
    /// Nobody: what needs words is left, for this reason.
    Nobody(&'w str),
    /// Nobody yet: it is only to be seen which parts need words, and others stand in for them.
    Trial,
}

/// What became of a stale docstring.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mend {
    /// The new text, if anything could be mended.
    pub text: Option<MendedText>,
    /// What was mended, each in a few words.
    pub changes: Vec<String>,
    /// What was left as it is, each with the rule and the reason.
    pub left: Vec<String>,
    /// The parts whose words it takes.
    pub wanted: Wanted,
}

/// A docstring's new literal and what Python reads in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MendedText {
    /// Where the old literal stands in the file.
    pub range: ByteRange,
    /// The new literal, with prefix and quotes; what was not mended is written as it was.
    pub literal: String,
    /// Its value.
    pub value: String,
}

/// Every finding of the drift rules in a file that no comment silences.
#[must_use]
pub fn drifted(file: &AnalyzedFile, rules: RuleSet) -> Vec<Drift> {
    let mut found = drifts(&file.module, rules);
    found.retain(|drift| {
        !drift.is_silenced(&file.module, &file.suppressions) && file.is_touched(drift.definition)
    });
    found
}

/// The definition whose parameters the docstring at `index` describes: its own, or a class's
/// `__init__`.
#[must_use]
pub fn speaker(file: &AnalyzedFile, index: usize) -> usize {
    let definitions = &file.module.definitions;
    let is_class = definitions.get(index).is_some_and(|one| !one.is_function());
    let constructor = definitions
        .iter()
        .rposition(|one| one.parent == Some(index) && one.name == "__init__");
    constructor.filter(|_| is_class).unwrap_or(index)
}

/// The words that the code alone gives for what the docstring at `index` describes.
pub fn draft(
    file: &AnalyzedFile,
    index: usize,
    project: &Project,
    style: &DocstringStyle,
) -> Result<Docstring, Vec<Fault>> {
    let speaker = speaker(file, index);
    let Some(definition) = file.module.definitions.get(speaker) else {
        return Ok(Docstring::default());
    };
    let frame = Frame::new(file, (speaker, definition), project, style);
    let draft = offline::draft(&file.module, definition, &frame);
    validate(&draft, definition, &frame)
}

/// Mends the docstring of the definition at `index`.
#[must_use]
pub fn mend(
    file: &AnalyzedFile,
    index: usize,
    project: &Project,
    rules: RuleSet,
    style: &DocstringStyle,
    words: Words<'_>,
) -> Mend {
    let definitions = &file.module.definitions;
    let (Some(definition), Some(speaker)) = (
        definitions.get(index),
        definitions.get(speaker(file, index)),
    ) else {
        return Mend::default();
    };
    let Some(existing) = &definition.docstring else {
        return Mend::default();
    };
    let mut mender = Mender {
        file,
        index,
        definition,
        speaker,
        project,
        rules,
        style,
        words,
        edited: Edited::new(&existing.value),
        given_up: HashSet::new(),
        mend: Mend::default(),
    };
    let before = mender.findings();
    if is_shown_to_users(definition) {
        mender.leave_all(&before, "a program shows this docstring to its users");
        return mender.mend;
    }
    let [_] = existing.parts.as_slice() else {
        mender.leave_all(&before, "the docstring is put together of several strings");
        return mender.mend;
    };
    let literal = file
        .source
        .text
        .get(existing.range.clone())
        .unwrap_or_default();
    let written = Written::read(literal).filter(|written| written.value() == existing.value);
    let Some(written) = written else {
        mender.leave_all(&before, "its escapes cannot be edited one by one");
        return mender.mend;
    };
    mender.steps();
    mender.finish(&before, &written, existing.range.clone())
}

/// One finding, of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    code: RuleCode,
    /// The parameter or exception; empty where the rule is about none.
    name: String,
    drift: Drift,
}

impl Finding {
    fn key(&self) -> (RuleCode, String) {
        (self.code, self.name.clone())
    }
}

/// How a step ended: what it mended, or why it left it.
type Step = Result<String, String>;

struct Mender<'a> {
    file: &'a AnalyzedFile,
    index: usize,
    definition: &'a Definition,
    /// Whose parameters are described.
    speaker: &'a Definition,
    project: &'a Project,
    rules: RuleSet,
    style: &'a DocstringStyle,
    words: Words<'a>,
    edited: Edited,
    given_up: HashSet<(RuleCode, String)>,
    mend: Mend,
}

impl<'a> Mender<'a> {
    /// What the rules find in the text as it is now, name by name.
    fn findings(&self) -> Vec<Finding> {
        let found = drifts_of(
            &self.file.module,
            self.index,
            self.edited.text(),
            self.rules,
        );
        let found = found
            .into_iter()
            .filter(|drift| !drift.is_silenced(&self.file.module, &self.file.suppressions));
        found
            .flat_map(|drift| {
                let names = if drift.about.is_empty() {
                    vec![String::new()]
                } else {
                    drift.about.clone()
                };
                names.into_iter().map(move |name| Finding {
                    code: drift.code,
                    name,
                    drift: drift.clone(),
                })
            })
            .collect()
    }

    /// Columns that a line may have.
    fn width(&self) -> usize {
        self.style.line_length.columns()
    }

    /// Answers one finding after the other until none is left that could be. What was left is tried
    /// again after every round that mended something: what stood in its way may be gone, and a
    /// second run is to find nothing that this one could have done.
    fn steps(&mut self) {
        let mut steps = 0..MAX_STEPS;
        loop {
            let before = self.edited.clone();
            self.given_up.clear();
            self.mend.left.clear();
            while steps.next().is_some() && self.step() {}
            if !self.mend.changes.is_empty() {
                self.stars();
                self.edited.collapse(self.width());
            }
            if self.edited == before || steps.is_empty() {
                break;
            }
        }
    }

    /// Answers the next finding that was not given up, or gives it up; `false` where none is left.
    fn step(&mut self) -> bool {
        let mut open = self.findings();
        open.retain(|finding| !self.given_up.contains(&finding.key()));
        let Some((answered, step)) = self.next(&open) else {
            return false;
        };
        let keys: Vec<_> = answered.iter().map(Finding::key).collect();
        let saved = (self.edited.clone(), self.mend.wanted.clone());
        let result = step(self, &answered).and_then(|change| {
            let now = self.findings();
            let is_there =
                |key: &(RuleCode, String)| now.iter().any(|finding| finding.key() == *key);
            if keys.iter().any(is_there) {
                Err("no edit of it would hold".to_owned())
            } else {
                Ok(change)
            }
        });
        match result {
            Ok(change) => self.mend.changes.push(change),
            Err(reason) => {
                (self.edited, self.mend.wanted) = saved;
                self.leave(&answered, &reason);
            }
        }
        true
    }

    /// What to do next: the findings that it answers, and how.
    fn next(&self, open: &[Finding]) -> Option<(Vec<Finding>, StepFn<'a>)> {
        let with = |code: RuleCode| open.iter().find(|finding| finding.code == code).cloned();
        if let Some((gone, new)) = self.renamed(open) {
            return Some((vec![gone, new], Self::rename));
        }
        if let Some((gone, new)) = self.perhaps_renamed(open) {
            return Some((vec![gone, new], Self::rename_if_told));
        }
        let answer = |(code, step): (RuleCode, StepFn<'a>)| Some((vec![with(code)?], step));
        // What is wrong goes first: a docstring that describes nothing any more owes nothing. Only a
        // section that is to hold something new is not emptied before.
        let gone = open
            .iter()
            .filter(|one| one.code == RuleCode::DOC102)
            .count();
        let is_emptied = gone > 0 && Claims::read(self.edited.text()).described().count() == gone;
        if is_emptied && let Some(next) = answer((RuleCode::D417, Self::add_argument)) {
            return Some(next);
        }
        if let Some(next) = answer((RuleCode::DOC102, Self::remove_argument)) {
            return Some(next);
        }
        let pairs: [(RuleCode, RuleCode); 2] = [
            (RuleCode::DOC202, RuleCode::DOC402),
            (RuleCode::DOC403, RuleCode::DOC201),
        ];
        for (wrong, missing) in pairs {
            if let (Some(wrong), Some(missing)) = (with(wrong), with(missing)) {
                return Some((vec![wrong, missing], Self::retitle_value));
            }
        }
        if let Some((gone, new)) = self.renamed_exception(open) {
            return Some((vec![gone, new], Self::rename_exception));
        }
        let single: [(RuleCode, StepFn<'a>); 12] = [
            (RuleCode::DOC202, Self::remove_value),
            (RuleCode::DOC403, Self::remove_value),
            (RuleCode::DOC502, Self::remove_exception),
            (RuleCode::DOC104, Self::reorder_arguments),
            (RuleCode::DG105, Self::retype_argument),
            (RuleCode::DG106, Self::correct_default),
            (RuleCode::DG203, Self::retype_value),
            (RuleCode::DG404, Self::retype_value),
            (RuleCode::D417, Self::add_argument),
            (RuleCode::DOC201, Self::add_value),
            (RuleCode::DOC402, Self::add_value),
            (RuleCode::DOC501, Self::add_exception),
        ];
        single.into_iter().find_map(answer)
    }

    /// Leaves findings as they are, for a reason that is told.
    fn leave(&mut self, findings: &[Finding], reason: &str) {
        let told = |finding: &Finding| match finding.name.as_str() {
            "" => finding.code.to_string(),
            name => format!("{} `{name}`", finding.code),
        };
        let what: Vec<String> = findings.iter().map(told).collect();
        self.mend
            .left
            .push(format!("{}: {reason}", what.join(", ")));
        self.given_up.extend(findings.iter().map(Finding::key));
    }

    fn leave_all(&mut self, findings: &[Finding], reason: &str) {
        let mut codes: Vec<String> = findings.iter().map(|one| one.code.to_string()).collect();
        codes.dedup();
        if !codes.is_empty() {
            self.mend
                .left
                .push(format!("{}: {reason}", codes.join(", ")));
        }
    }

    /// The new literal, if nothing is found in it that was not found in the old one.
    fn finish(mut self, before: &[Finding], written: &Written<'_>, range: ByteRange) -> Mend {
        if self.mend.changes.is_empty() {
            return self.mend;
        }
        let known: HashSet<_> = before.iter().map(Finding::key).collect();
        let new = self
            .findings()
            .into_iter()
            .find(|one| !known.contains(&one.key()));
        let newline = Newline::near(&self.file.source.text, range.start);
        let can_encode = |c| self.file.source.encoding.can_encode(c);
        let literal = written.rewritten(&self.edited, newline.as_str(), can_encode);
        let reason = match (&literal, new) {
            (_, Some(new)) => Some(format!("a mend would bring {} about", new.code)),
            (None, None) => Some("its quotes or encoding cannot hold the new words".to_owned()),
            (Some(_), None) => None,
        };
        if let Some(reason) = reason {
            self.mend = Mend::default();
            self.leave_all(before, &reason);
            return self.mend;
        }
        self.mend.text = literal.map(|literal| MendedText {
            range,
            literal,
            value: self.edited.text().to_owned(),
        });
        self.mend
    }

    /// Whether a decorator that docgen does not know may change what callers get.
    fn has_foreign_decorator(&self) -> bool {
        use crate::python::DecoratorRole;
        let is_plain = |text: &str| {
            let head = text.split('(').next().unwrap_or_default();
            let last = head.rsplit('.').next().unwrap_or_default();
            matches!(
                last,
                "lru_cache"
                    | "cache"
                    | "wraps"
                    | "final"
                    | "deprecated"
                    | "no_type_check"
                    | "jit"
                    | "njit"
            )
        };
        let mut decorators = self.definition.decorators.iter();
        decorators.any(|one| one.role == DecoratorRole::Other && !is_plain(&one.text))
    }

    /// Whether the signature takes positional arguments that it does not name.
    fn takes_any_positional(&self) -> bool {
        let mut parameters = self.speaker.given_parameters();
        parameters.any(|one| one.kind == ParameterKind::VarPositional)
    }
}

/// A way to answer findings.
type StepFn<'a> = fn(&mut Mender<'a>, &[Finding]) -> Step;
