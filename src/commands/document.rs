//! One file of a run: what to ask, what came back, and the file rewritten.

mod after;
mod mends;

use std::collections::HashMap;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::findings::{Findings, excused, hot_spot};
use super::keeper::Keeper;
use super::recall::Recall;
use super::run::{Questions, RunMode};
use crate::config::{Config, DocstringStyle, MaxSource, Wording};
use crate::docstring::{cleandoc, render};
use crate::generate::stale;
use crate::generate::{
    self, AnalyzedFile, Answer, Assignment, Batch, Example, Existing, Frame, Prompt, Rejection,
    Repair, ReplyKey, Selection, Summaries, Surroundings, Target, Task, ToKeep, Usages, Voice,
    Written, offline_draft, reply_keys,
};
use crate::python::{Definition, Project};
use crate::report::{self, FileReport, HotSpot, Outcome, Status, escape};
use crate::rewrite::{self, NewDocstring, Rewritten, WriteError};
use crate::source::SourceFile;
use crate::store::{ContentHash, DocstringChange, ReplyCost, ReplyRecord};
use after::After;
use mends::Mends;

/// A file of a run, with what has to be done in it.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) file: AnalyzedFile,
    pub(super) selection: Selection,
    /// How its docstrings are laid out, and in what language.
    pub(super) style: DocstringStyle,
    /// What their words are like.
    pub(super) wording: Wording,
    /// The docstrings that are mended.
    mends: Mends,
    /// What words are needed for: all that is to be written, and what cannot be mended without; but for
    /// what is remembered.
    asked: Vec<Target>,
    /// The same, packed into requests.
    batches: Vec<Batch>,
    /// Under which keys words are remembered, by the definition's position.
    keys: HashMap<usize, ReplyKey>,
    /// The answers that are remembered.
    recalled: Vec<Answer>,
    /// The file may not be written, so nothing is asked for it.
    barrier: Option<String>,
}

/// What is to become of the docstrings.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    pub(super) config: Arc<Config>,
    pub(super) project: Arc<Project>,
    /// What the run has written so far.
    pub(super) summaries: Arc<Summaries>,
    /// Where definitions are used.
    pub(super) usages: Arc<Usages>,
    /// What the project's docstrings are like, in one sentence.
    pub(super) habits: Option<Arc<str>>,
    /// The project's docstrings, to be shown for their manner.
    pub(super) voice: Option<Arc<Voice>>,
    pub(super) mode: RunMode,
    /// Who writes words.
    pub(super) words: WordsBy,
    /// What the next run knows of the files that this one writes.
    pub(super) recall: Arc<Recall>,
    /// The user is asked about each.
    pub(super) questions: Option<Arc<Questions>>,
    /// What replaces files, if anything does.
    pub(super) keeper: Option<Arc<Keeper>>,
}

/// Who writes the words of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordsBy {
    /// docgen, from the code alone.
    Code,
    /// A model.
    Model,
}

/// What became of a job.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) report: FileReport,
    /// The file's new bytes, when they are to be given back.
    pub(super) rewritten: Option<Vec<u8>>,
    pub(super) hot_spots: Vec<HotSpot>,
    /// What docgen could not do by its own fault, each told in full.
    pub(super) flaws: Vec<String>,
}

impl Job {
    pub(super) fn new(
        file: AnalyzedFile,
        config: &Config,
        mode: RunMode,
        existing: Existing,
    ) -> Self {
        let rules = config.check.rules.of_file(&file.source.path);
        let mut selection = generate::select(&file, &config.select, rules, existing);
        // Who does not show the docstrings cannot have them improved.
        let may_improve = existing == Existing::Improve
            && config.wordings.of_file(&file.source.path).max_source != MaxSource::None;
        if let (true, Some(below)) = (may_improve, config.below) {
            let mut poor = stale::poor(&file, &config.select, rules, below.value());
            let targets = &mut selection.targets;
            poor.retain(|one| {
                targets
                    .iter()
                    .all(|known| known.definition != one.definition)
            });
            targets.extend(poor);
            targets.sort_by_key(|target| target.definition);
        }
        let writable = || rewrite::writable(&file.source.path, &config.files.root);
        let barrier = if mode.writes() && !selection.targets.is_empty() {
            writable().err().map(|error| format!("the file {error}"))
        } else {
            None
        };
        let wording = config.wordings.of_file(&file.source.path);
        let style = DocstringStyle {
            language: wording.language.clone(),
            sections: wording.sections.clone(),
            ..config.docstring.clone()
        };
        Self {
            asked: selection.targets.clone(),
            batches: Vec::new(),
            keys: HashMap::new(),
            recalled: Vec::new(),
            mends: Mends::none(rules),
            file,
            selection,
            style,
            wording,
            barrier,
        }
    }

    /// What `check` finds in the file as it was read.
    pub(super) fn findings(&self, config: &Config) -> Findings {
        Findings::of(&self.file, &config.select, self.mends.rules())
    }

    /// Plans what is to be mended, once the project is known: what takes no words is not asked about.
    pub(super) fn prepare(&mut self, project: &Project) {
        self.mends
            .plan(&self.file, &self.selection.targets, project, &self.style);
        self.file.want_parts(self.mends.wanted());
        let mends = &self.mends;
        self.asked.retain(|target| !mends.is_settled(*target));
    }

    /// What a model is to be asked for.
    pub(super) fn wanted(&self) -> &[Target] {
        if self.barrier.is_some() {
            &[]
        } else {
            &self.asked
        }
    }

    /// Finds the keys under which words for what is wanted are remembered.
    pub(super) fn find_keys(&mut self, sampling: &[u8], delivery: &Delivery) {
        self.keys = reply_keys(&self.assignment(delivery, &[]), self.wanted(), sampling);
    }

    /// The keys of what is wanted.
    pub(super) fn keys(&self) -> impl Iterator<Item = ReplyKey> {
        self.wanted().iter().filter_map(|target| self.key(*target))
    }

    /// Takes what is remembered and still holds for answers, so that nobody is asked for them. Gives
    /// what was of use.
    pub(super) fn recall(
        &mut self,
        found: &HashMap<ReplyKey, ReplyRecord>,
        delivery: &Delivery,
    ) -> Vec<(ContentHash, ReplyCost)> {
        let mut used = Vec::new();
        let mut recalled = Vec::new();
        let assignment = self.assignment(delivery, &[]);
        for target in self.wanted() {
            let key = self.keys.get(&target.definition);
            let Some(record) = key.and_then(|key| found.get(key)) else {
                continue;
            };
            if let Some(answer) = generate::recall(&assignment, *target, record) {
                used.push((record.key, record.paid.clone()));
                recalled.push(answer);
            }
        }
        for answer in &recalled {
            if let Ok(written) = &answer.result {
                assignment.tell(answer.target, &written.docstring.summary);
            }
        }
        self.asked
            .retain(|target| recalled.iter().all(|answer| answer.target != *target));
        self.recalled.extend(recalled);
        used
    }

    /// The answer that another machine's words give for a target, if they still hold.
    pub(super) fn adopted(
        &self,
        target: Target,
        record: &ReplyRecord,
        delivery: &Delivery,
    ) -> Option<Answer> {
        let assignment = self.assignment(delivery, &[]);
        let answer = generate::recall(&assignment, target, record)?;
        if let Ok(written) = &answer.result {
            assignment.tell(target, &written.docstring.summary);
        }
        Some(answer)
    }

    /// The key of a target's words.
    pub(super) fn key(&self, target: Target) -> Option<ReplyKey> {
        self.keys.get(&target.definition).copied()
    }

    /// What is remembered of it.
    pub(super) fn recalled(&self) -> impl Iterator<Item = Target> {
        self.recalled.iter().map(|answer| answer.target)
    }

    /// The answers that are remembered; the first time counts.
    pub(super) fn take_recalled(&mut self) -> Vec<Answer> {
        std::mem::take(&mut self.recalled)
    }

    /// What is to be remembered of answers.
    pub(super) fn to_keep(&self, answers: &mut [Answer]) -> Vec<ToKeep> {
        let words = answers.iter_mut().filter_map(|answer| {
            Some(ToKeep {
                key: *self.keys.get(&answer.target.definition)?,
                definition: self.id(answer.target),
                paid: answer.paid.take()?,
            })
        });
        words.collect()
    }

    /// Packs what the model is asked for into requests.
    pub(super) fn pack(&mut self, delivery: &Delivery) {
        self.batches = generate::batches(&self.assignment(delivery, &[]), self.wanted());
    }

    /// What the model is asked for, packed into requests.
    pub(super) fn batches(&self) -> &[Batch] {
        &self.batches
    }

    /// The same; the first time counts.
    pub(super) fn take_batches(&mut self) -> Vec<Batch> {
        std::mem::take(&mut self.batches)
    }

    /// The requests that a batch begins with, with examples of `voice`.
    pub(super) fn prompts(
        &self,
        batch: &Batch,
        delivery: &Delivery,
        voice: Option<&Voice>,
    ) -> Vec<Prompt> {
        let examples = self.examples(&batch.targets, delivery, voice);
        generate::prompts(&self.assignment(delivery, &examples), batch)
    }

    /// What the requests about it are made of.
    pub(super) fn assignment<'a>(
        &'a self,
        delivery: &'a Delivery,
        examples: &'a [Example],
    ) -> Assignment<'a> {
        Assignment {
            file: &self.file,
            style: &self.style,
            wording: &self.wording,
            limits: delivery.config.batch,
            surroundings: Surroundings {
                project: &delivery.project,
                summaries: &delivery.summaries,
                usages: &delivery.usages,
                habits: delivery.habits.as_deref(),
                examples,
            },
        }
    }

    /// Docstrings of the project that a prompt about some of its definitions shows.
    pub(super) fn examples(
        &self,
        targets: &[Target],
        delivery: &Delivery,
        voice: Option<&Voice>,
    ) -> Vec<Example> {
        let Some(voice) = voice else {
            return Vec::new();
        };
        let count = delivery.config.examples;
        voice.examples_for(&self.file, targets, count, self.wording.max_source)
    }

    /// Answers from the code alone.
    pub(super) fn offline_answers(&self, project: &Project) -> Vec<Answer> {
        let answer = |target: &Target| {
            let definition = &self.file.module.definitions[target.definition];
            let at = (target.definition, definition);
            let drafted = || {
                let frame = Frame::new(&self.file, at, project, &self.style);
                let draft = offline_draft(&self.file.module, definition, &frame);
                generate::validate(&draft, definition, &frame)
            };
            let docstring = match target.task {
                Task::Write | Task::Improve => drafted(),
                Task::Mend => stale::draft(&self.file, target.definition, project, &self.style),
            };
            let result = docstring
                .map(|docstring| Written {
                    docstring,
                    repair: Repair::None,
                    faults: Vec::new(),
                })
                .map_err(Rejection::Faults);
            Answer {
                target: *target,
                result,
                paid: None,
            }
        };
        self.wanted().iter().map(answer).collect()
    }

    /// Renders, splices, proves and delivers what was answered; what was not becomes `unanswered`.
    pub(super) fn finish(
        &self,
        answers: Vec<Answer>,
        delivery: &Delivery,
        unanswered: &Status,
    ) -> Done {
        let mut docstrings = Vec::new();
        let mut outcomes = self.unanswered(&answers, unanswered, &mut docstrings);
        for answer in answers {
            if answer.target.task == Task::Mend {
                let target = answer.target;
                let (docstring, status) =
                    self.mends
                        .answered(&self.file, answer, &self.style, delivery);
                docstrings.extend(docstring);
                outcomes.push((target, status));
                continue;
            }
            let status = match answer.result {
                Ok(written) => {
                    let definition = self.definition(answer.target);
                    let at = (answer.target.definition, definition);
                    let frame = Frame::new(&self.file, at, &delivery.project, &self.style);
                    let text = render(&written.docstring, frame.style, frame.width);
                    if let Some(status) = self.is_no_better(answer.target, &text) {
                        outcomes.push((answer.target, status));
                        continue;
                    }
                    docstrings.push(NewDocstring {
                        definition: answer.target.definition,
                        text: text.clone(),
                        mended: None,
                    });
                    Status::Documented {
                        repair: written.repair,
                        faults: written.faults,
                        docstring: text,
                    }
                }
                Err(rejection) if rejection.is_for_the_budget() => Status::Skipped {
                    reason: rejection.to_string(),
                },
                Err(rejection) if rejection.is_refusal_of_words() => Status::Rejected {
                    faults: rejection.fault_kinds(),
                    reason: rejection.to_string(),
                },
                Err(rejection) => Status::Failed {
                    reason: rejection.to_string(),
                },
            };
            outcomes.push((answer.target, status));
        }
        if let Some(questions) = &delivery.questions {
            for declined in questions.review(&self.file, &mut docstrings) {
                let reason = declined.reason.to_owned();
                let status = Status::Skipped { reason };
                give(&mut outcomes, declined.definition, &status);
            }
            for edited in &docstrings {
                reword(&mut outcomes, edited);
            }
        }
        let mut flaws = Vec::new();
        let applied = self.apply(&docstrings, &mut outcomes, &mut flaws, delivery);
        Done {
            flaws,
            rewritten: applied.rewritten,
            ..self.report(outcomes, applied.diff, applied.after.as_ref(), delivery)
        }
    }

    /// A docstring that was to be improved stays if the new one scores no higher.
    fn is_no_better(&self, target: Target, text: &str) -> Option<Status> {
        if target.task != Task::Improve {
            return None;
        }
        let (old, new) = stale::scores(&self.file, target.definition, self.mends.rules(), text);
        (new <= old).then(|| Status::Skipped {
            reason: format!("the new docstring scores {new:.0}, the old one {old:.0}: it stays"),
        })
    }

    /// What becomes of the targets that have no answer: what can be mended without one is.
    fn unanswered(
        &self,
        answers: &[Answer],
        status: &Status,
        docstrings: &mut Vec<NewDocstring>,
    ) -> Vec<(Target, Status)> {
        let is_answered = |target: &&Target| {
            answers
                .iter()
                .any(|answer| answer.target.definition == target.definition)
        };
        let status = match &self.barrier {
            Some(reason) => Status::Failed {
                reason: reason.clone(),
            },
            None => status.clone(),
        };
        let targets = self.selection.targets.iter();
        let unanswered = targets.filter(|target| !is_answered(target));
        let mut outcomes = Vec::new();
        for target in unanswered {
            if self.barrier.is_none() && self.mends.is_settled(*target) {
                let (docstring, status) = self.mends.settled(*target);
                docstrings.extend(docstring);
                outcomes.push((*target, status));
            } else {
                outcomes.push((*target, status.clone()));
            }
        }
        outcomes
    }

    /// Writes, shows or gives back the docstrings; a docstring that did not make it changes its
    /// outcome.
    fn apply(
        &self,
        docstrings: &[NewDocstring],
        outcomes: &mut [(Target, Status)],
        flaws: &mut Vec<String>,
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
                flaws.push(report::unproven(source, unproven, flaw));
            }
            give(outcomes, *definition, &Status::Failed { reason });
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
                    fail_all(outcomes, &format!("the file {error}"));
                }
            },
        }
        applied
    }

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
            let changes = self.changes(rewritten, docstrings);
            keeper.replace(&source.path, (old, new), &changes)?;
        } else {
            rewrite::replace(&source.path, &delivery.config.files.root, old, new)?;
        }
        Ok(())
    }

    /// What becomes of the docstrings, in the order of the file.
    fn changes(&self, rewritten: &Rewritten, docstrings: &[NewDocstring]) -> Vec<DocstringChange> {
        let is_dropped = |one: &NewDocstring| {
            let mut dropped = rewritten.dropped.iter();
            dropped.any(|(definition, _)| *definition == one.definition)
        };
        let written = docstrings.iter().filter(|one| !is_dropped(one));
        let mut written: Vec<&NewDocstring> = written.collect();
        written.sort_by_key(|one| one.definition);
        let changes = written.into_iter().filter_map(|one| {
            let definition = self.file.module.definitions.get(one.definition)?;
            let new = match &one.mended {
                Some(mended) => cleandoc(&mended.value),
                None => one.text.clone(),
            };
            let old = definition.docstring.as_ref();
            let change = DocstringChange {
                qualified_name: definition.qualified_name.clone(),
                kind: definition.kind.to_string(),
                old: old.map(|old| cleandoc(&old.value)),
                new: Some(new),
            };
            (change.old != change.new).then_some(change)
        });
        changes.collect()
    }

    fn report(
        &self,
        outcomes: Vec<(Target, Status)>,
        diff: Option<Vec<u8>>,
        after: Option<&After>,
        delivery: &Delivery,
    ) -> Done {
        let name = &self.file.source.name;
        let documented: Vec<usize> = outcomes
            .iter()
            .filter(|(_, status)| status.reason().is_none())
            .map(|(target, _)| target.definition)
            .collect();
        let rules = self.mends.rules();
        let mut scores = after.map_or_else(HashMap::new, |after| {
            after.scores(&self.file, rules, &documented)
        });
        let line_of = |definition| after.and_then(|after| after.line(definition));
        let mut rows: Vec<(usize, Outcome)> = outcomes
            .into_iter()
            .map(|(target, status)| {
                (
                    target.definition,
                    Outcome::new(name, self.definition(target), target, status),
                )
            })
            .collect();
        rows.extend(self.selection.suppressed.iter().filter_map(|missing| {
            let definition = self.file.module.definitions.get(missing.definition)?;
            Some((missing.definition, excused(name, definition, missing.code)))
        }));
        rows.sort_by_key(|(index, _)| *index);
        for (index, outcome) in &mut rows {
            outcome.line_after = line_of(*index).unwrap_or(outcome.line);
            outcome.score = scores.remove(index);
        }
        Done {
            report: FileReport {
                path: name.clone(),
                outcomes: rows.into_iter().map(|(_, outcome)| outcome).collect(),
                coverage: self.selection.coverage,
                masked: generate::masked(&self.assignment(delivery, &[]), self.wanted()),
                diff: diff.filter(|diff| !diff.is_empty()),
            },
            rewritten: None,
            hot_spots: self.hot_spots(&documented, line_of),
            flaws: Vec::new(),
        }
    }

    /// Complex functions that have no docstring even now.
    fn hot_spots(
        &self,
        documented: &[usize],
        line_of: impl Fn(usize) -> Option<usize>,
    ) -> Vec<HotSpot> {
        let definitions = self.file.module.definitions.iter().enumerate();
        definitions
            .filter(|(index, definition)| {
                definition.docstring.is_none() && !documented.contains(index)
            })
            .filter_map(|(index, definition)| {
                let mut spot = hot_spot(&self.file.source.name, definition)?;
                spot.line_after = line_of(index).unwrap_or(spot.line);
                Some(spot)
            })
            .collect()
    }

    fn id(&self, target: Target) -> String {
        let name = &self.definition(target).qualified_name;
        format!("{}::{name}", self.file.source.name)
    }

    fn definition(&self, target: Target) -> &Definition {
        &self.file.module.definitions[target.definition]
    }
}

/// What came of a file's docstrings.
#[derive(Default)]
struct Applied {
    diff: Option<Vec<u8>>,
    rewritten: Option<Vec<u8>>,
    /// The file with what was written, or would be.
    after: Option<After>,
}

/// The change as a patch, which holds the file's bytes; on a terminal with its characters.
fn diff(source: &SourceFile, rewritten: &Rewritten) -> Vec<u8> {
    let (old, new) = if std::io::stdout().is_terminal() {
        (source.text.as_bytes(), rewritten.text.as_bytes())
    } else {
        (source.bytes.as_slice(), rewritten.bytes.as_slice())
    };
    rewrite::unified_diff(&from_here(&source.path), old, new)
}

/// `path` as seen from the working directory; from the file system's root if it is not below it.
pub(super) fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let shown = path.strip_prefix(here).or_else(|_| path.strip_prefix("/"));
    shown.unwrap_or(path).to_path_buf()
}

/// Gives a definition another outcome.
fn give(outcomes: &mut [(Target, Status)], definition: usize, status: &Status) {
    for (target, old) in outcomes {
        if target.definition == definition {
            *old = status.clone();
        }
    }
}

/// Takes over a docstring's words as the user has edited them.
fn reword(outcomes: &mut [(Target, Status)], edited: &NewDocstring) {
    for (target, status) in outcomes {
        if let Status::Documented { docstring, .. } | Status::Mended { docstring, .. } = status
            && target.definition == edited.definition
        {
            docstring.clone_from(&edited.text);
        }
    }
}

/// None of what was to be documented is.
fn fail_all(outcomes: &mut [(Target, Status)], reason: &str) {
    for (_, status) in outcomes {
        if status.reason().is_none() {
            *status = Status::Failed {
                reason: reason.to_owned(),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Environment, Isolation, LoadRequest, PartialConfig, load};
    use crate::docstring::Docstring;
    use crate::source::{FileName, SourceFile};

    #[test]
    fn what_cannot_be_proven_fails_alone_and_is_told() {
        let config = load(LoadRequest {
            paths: &[],
            config_file: None,
            isolated: Isolation::Isolated,
            flags: PartialConfig::default(),
            environment: Environment::default(),
        })
        .unwrap()
        .config;
        let name = FileName::new(Path::new("a.py"), Path::new(""));
        let text = "def f():\n    pass\n\n\ndef g():\n    pass\n";
        let source = SourceFile::from_bytes(Path::new("a.py"), name, text.into()).unwrap();
        let file = generate::analyze_source(source).unwrap();
        let job = Job::new(file, &config, RunMode::Diff, Existing::Keep);
        // Python takes a margin off, so the second text can never be read back as it is.
        let summaries = ["Define f and g.", "Do it.\n    Now.", "Do it."];
        let answers = job.wanted().iter().zip(summaries);
        let answers = answers.map(|(target, summary)| Answer {
            target: *target,
            result: Ok(Written {
                docstring: Docstring {
                    summary: summary.to_owned(),
                    ..Docstring::default()
                },
                repair: Repair::None,
                faults: Vec::new(),
            }),
            paid: None,
        });
        let delivery = Delivery {
            config: Arc::new(config),
            summaries: Arc::default(),
            usages: Arc::default(),
            project: Arc::new(Project::build(Vec::new(), &[])),
            habits: None,
            voice: None,
            mode: RunMode::Diff,
            words: WordsBy::Code,
            recall: Arc::default(),
            questions: None,
            keeper: None,
        };
        let reason = "not answered".to_owned();
        let done = job.finish(answers.collect(), &delivery, &Status::Failed { reason });
        let outcomes = done.report.outcomes.iter();
        let words: Vec<&str> = outcomes.map(|outcome| outcome.status.word()).collect();
        assert_eq!(words, ["documented", "failed", "documented"]);
        let diff = String::from_utf8(done.report.diff.unwrap()).unwrap();
        assert!(
            diff.contains("Define f and g.") && !diff.contains("Now."),
            "{diff}"
        );
        let [told] = &done.flaws[..] else {
            panic!("{:?}", done.flaws)
        };
        assert!(
            told.starts_with("a.py:1:5: `f` is left undocumented"),
            "{told}"
        );
    }
}
