//! One file of a run: what is to be done in it, and what is asked of a model for that.

mod after;
mod apply;
mod delivery;
mod finish;
mod mends;
mod outcomes;
mod remembered;

use std::collections::HashMap;

use super::findings::Findings;
use super::run::RunMode;
use crate::config::{Config, DocstringStyle, MaxSource, Wording};
use crate::generate::{
    self, AnalyzedFile, Answer, Assignment, Batch, Example, Existing, Prompt, ReplyKey, Selection,
    Surroundings, Target, Voice, stale,
};
use crate::python::{Definition, Project};
use crate::report::{FileReport, HotSpot};
use crate::rewrite;
use mends::Mends;

pub(super) use delivery::{Delivery, WordsBy};

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
        let wording = config.wordings.of_file(&file.source.path);
        // Who does not show the docstrings cannot have them improved.
        let may_improve = existing == Existing::Improve && wording.max_source != MaxSource::None;
        if let (true, Some(below)) = (may_improve, config.below) {
            stale::add_poor(&mut selection, &file, &config.select, rules, below.value());
        }
        let writable = || rewrite::writable(&file.source.path, &config.files.root);
        let barrier = if mode.writes() && !selection.targets.is_empty() {
            writable().err().map(|error| format!("the file {error}"))
        } else {
            None
        };
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
    pub(super) fn offline_answers(&self, delivery: &Delivery) -> Vec<Answer> {
        generate::drafted(&self.assignment(delivery, &[]), self.wanted())
    }

    fn definition(&self, target: Target) -> &Definition {
        &self.file.module.definitions[target.definition]
    }
}
