//! What all files of a run have in common: what is known of the code around them, and what is to become
//! of their docstrings.

use std::sync::Arc;

use crate::commands::keeper::Keeper;
use crate::commands::recall::Recall;
use crate::commands::run::{Questions, RunMode};
use crate::config::Config;
use crate::generate::{Summaries, Usages, Voice};
use crate::python::Project;

/// What is to become of the docstrings.
#[derive(Debug, Clone)]
pub(in crate::commands) struct Delivery {
    pub(in crate::commands) config: Arc<Config>,
    pub(in crate::commands) project: Arc<Project>,
    /// What the run has written so far.
    pub(in crate::commands) summaries: Arc<Summaries>,
    /// Where definitions are used.
    pub(in crate::commands) usages: Arc<Usages>,
    /// What the project's docstrings are like, in one sentence.
    pub(in crate::commands) habits: Option<Arc<str>>,
    /// The project's docstrings, to be shown for their manner.
    pub(in crate::commands) voice: Option<Arc<Voice>>,
    pub(in crate::commands) mode: RunMode,
    /// Who writes words.
    pub(in crate::commands) words: WordsBy,
    /// What the next run knows of the files that this one writes.
    pub(in crate::commands) recall: Arc<Recall>,
    /// The user is asked about each.
    pub(in crate::commands) questions: Option<Arc<Questions>>,
    /// What replaces files, if anything does.
    pub(in crate::commands) keeper: Option<Arc<Keeper>>,
}

/// Who writes the words of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum WordsBy {
    /// docgen, from the code alone.
    Code,
    /// A model.
    Model,
}
