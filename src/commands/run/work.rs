//! What a run is to document, with what is known of everything around it.

use std::sync::Arc;

use super::RunOptions;
use super::words::Words;
use crate::commands::document::Job;
use crate::commands::keeper::Keeper;
use crate::commands::recall::Recall;
use crate::commands::voice::{Ear, Manner};
use crate::config::Config;
use crate::generate::{ReplyCache, Voice};
use crate::python::Project;

/// What a run is to document.
pub(in crate::commands) struct Work {
    pub(in crate::commands) jobs: Vec<Job>,
    /// What is known of everything around it.
    pub(in crate::commands) project: Project,
    /// What the project's docstrings are like, in one sentence.
    pub(in crate::commands) habits: Option<Arc<str>>,
    /// Its docstrings, to be shown for their manner.
    pub(in crate::commands) voice: Option<Voice>,
    /// What replaces its files, if anything does.
    pub(in crate::commands) keeper: Option<Arc<Keeper>>,
    /// What the next run knows of the files that are written.
    pub(in crate::commands) recall: Arc<Recall>,
}

impl Work {
    /// The jobs, done in the project's manner where the settings leave it open; without a project
    /// there is nothing to be done.
    pub(in crate::commands) fn new(
        mut jobs: Vec<Job>,
        project: Option<Project>,
        ear: Ear<'_>,
    ) -> Self {
        let (project, manner) = match project {
            Some(project) => (project, ear.finish()),
            None => (Project::build(Vec::new(), &[]), Manner::default()),
        };
        let (style, types) = (manner.habits.style(), manner.habits.types());
        for job in &mut jobs {
            job.style.follow(style, types);
        }
        Self {
            jobs,
            project,
            habits: manner.habits.told().map(Arc::from),
            voice: manner.voice,
            keeper: None,
            recall: Arc::default(),
        }
    }

    /// Whether anything is to be done.
    pub(super) fn is_open(&self) -> bool {
        let is_open = |job: &Job| !job.selection.targets.is_empty();
        self.jobs.iter().any(is_open)
    }

    /// What is remembered for it, where anything is to be done.
    pub(super) fn cache(
        &self,
        words: &Words<'_>,
        config: &Config,
        options: RunOptions,
    ) -> Option<ReplyCache> {
        let cache = self.is_open().then(|| words.cache(config, options));
        cache.flatten()
    }
}
