//! The project around the files that a command is about: its modules are known, whichever of them
//! are documented.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::document::{Done, Job};
use super::recall::Recall;
use super::run::RunMode;
use super::voice::Ear;
use super::{Error, Scope, gathered, warn_nothing_found};
use crate::config::Config;
use crate::generate::{AnalyzedFile, Existing, analyze_file};
use crate::python::{ModuleFacts, Project};
use crate::rules::Diagnostic;
use crate::source::{self, Discovered, Touched, Wanted, import_base, import_roots, is_project};

/// How the files of a run, or of one that is planned, are looked at.
pub(super) struct Survey<'a> {
    pub(super) pool: &'a rayon::ThreadPool,
    pub(super) config: &'a Config,
    pub(super) mode: RunMode,
    /// What becomes of the docstrings that are there.
    pub(super) existing: Existing,
    /// Listens to every file that is read.
    pub(super) ear: &'a Ear<'a>,
    /// Files that are known to need nothing are not parsed.
    pub(super) recall: &'a Recall,
    pub(super) around: ReadAround,
}

/// When the project around the files is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadAround {
    Always,
    /// When there is something to do.
    IfOpen,
}

/// What the files came to.
pub(super) struct Surveyed {
    /// The files that were parsed, sorted by name.
    pub(super) jobs: Vec<Job>,
    /// What became of those that were known to need nothing.
    pub(super) done: Vec<Done>,
    /// What could not be taken in, sorted by place.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// How many files there are.
    pub(super) files: usize,
    /// The project around them, if it was read.
    pub(super) project: Option<Project>,
}

/// A file that was looked at.
enum Looked {
    Parsed(Box<(Job, ModuleFacts)>),
    Known(Done),
}

impl Survey<'_> {
    /// Finds, reads and analyses the files in `scope` and those of the project around them, each at most
    /// once. Of all but the jobs only what the project has to know stays.
    pub(super) fn take(&self, scope: &Scope<'_>) -> Result<Surveyed, Error> {
        let discovery = super::discover(scope, self.config, Wanted::Sources)?;
        let looked = self.pool.install(|| {
            let files = discovery.files.par_iter();
            files
                .map(|file| self.look(file, discovery.touched(file)))
                .collect()
        });
        let analyzed = gathered(&discovery, looked);
        if analyzed.is_empty() {
            warn_nothing_found(scope, analyzed.left_out);
        }
        let files = analyzed.files.len() + analyzed.diagnostics.len();
        let (mut jobs, mut facts, mut done) = (Vec::new(), Vec::new(), Vec::new());
        for one in analyzed.files {
            match one {
                Looked::Parsed(parsed) => {
                    let (job, module) = *parsed;
                    jobs.push(job);
                    facts.push(module);
                }
                Looked::Known(known) => done.push(known),
            }
        }
        let is_open = |job: &Job| !job.selection.targets.is_empty();
        let project = if self.around == ReadAround::Always || jobs.iter().any(is_open) {
            Some(self.project(scope, &discovery.files, &jobs, facts)?)
        } else {
            None
        };
        Ok(Surveyed {
            jobs,
            done,
            diagnostics: analyzed.diagnostics,
            files,
            project,
        })
    }

    fn look(&self, file: &Discovered, touched: Touched) -> Result<Looked, Box<Diagnostic>> {
        let read = self.recall.read(file)?;
        // What is known is known of whole files.
        let is_whole = touched == Touched::Everything;
        if let Some(findings) = self.recall.findings(&read).filter(|_| is_whole) {
            if let Some(why) = findings.why_unread(&file.name) {
                return Err(why);
            }
            if let Some(done) = findings.nothing_to_do(&file.name, self.existing) {
                return Ok(Looked::Known(done));
            }
        }
        let (file, key) = self.recall.parse(read)?;
        let facts = module_facts(&file);
        self.ear.hear(&file);
        let job = Job::new(
            file.touched_in(touched),
            self.config,
            self.mode,
            self.existing,
        );
        // A file in which something is to be done will be another when it is done.
        if job.selection.targets.is_empty() && is_whole {
            self.recall.keep(key, &job.file, &job.findings(self.config));
        }
        if job.selection.targets.is_empty() {
            self.recall.keep_gist(key, &job.file, &facts);
        }
        Ok(Looked::Parsed(Box::new((job, facts))))
    }

    /// The project of the jobs, whose `facts` are known, and of all other files around the paths.
    fn project(
        &self,
        scope: &Scope<'_>,
        asked: &[Discovered],
        jobs: &[Job],
        mut facts: Vec<ModuleFacts>,
    ) -> Result<Project, Error> {
        let parsed: BTreeSet<&PathBuf> = jobs.iter().map(|job| &job.file.source.path).collect();
        let mut others: BTreeSet<Discovered> =
            around(scope.paths, self.config)?.into_iter().collect();
        others.extend(asked.iter().cloned());
        others.retain(|file| !parsed.contains(&file.path));
        Ok(self.pool.install(|| {
            let others = others.par_iter();
            facts.par_extend(others.filter_map(|file| self.gist(file)));
            build(facts, &self.config.files.root)
        }))
    }

    /// What the project has to know of a file in which nothing is to be done. One that cannot be read is none
    /// of the command's business here.
    fn gist(&self, file: &Discovered) -> Option<ModuleFacts> {
        let read = self.recall.read(file).ok()?;
        if let Some((facts, habits)) = self.recall.gist(&read)
            && self.ear.has_heard(file, &read.bytes, habits)
        {
            return Some(facts.at(&file.name, &file.path, &import_base(&file.path)));
        }
        let (file, key) = self.recall.parse(read).ok()?;
        self.ear.hear(&file);
        let facts = module_facts(&file);
        self.recall.keep_gist(key, &file, &facts);
        Some(facts)
    }
}

/// Files that are read besides one that an editor pipes through: it waits for the answer.
const MOST_AROUND: usize = 300;

/// The project around one file that is not taken from the disk; of a large one only the folder that
/// the file is in.
pub(super) fn project_around(
    pool: &rayon::ThreadPool,
    file: &AnalyzedFile,
    config: &Config,
    ear: &Ear<'_>,
) -> Result<Project, Error> {
    let mut others = around(std::slice::from_ref(&file.source.path), config)?;
    if others.len() > MOST_AROUND {
        others.retain(|other| other.path.parent() == file.source.path.parent());
        others.truncate(MOST_AROUND);
    }
    Ok(pool.install(|| {
        let others = others.par_iter();
        let others = others.filter(|other| other.path != file.source.path);
        let mut facts: Vec<ModuleFacts> = others
            .filter_map(|other| analyze_file(other).ok())
            .inspect(|other| ear.hear(other))
            .map(|other| module_facts(&other))
            .collect();
        ear.hear(file);
        facts.push(module_facts(file));
        build(facts, &config.files.root)
    }))
}

/// The files of the project that the paths lie in, or at least of the packages around them: a
/// folder that is no project, such as a home folder, is not searched.
fn around(paths: &[PathBuf], config: &Config) -> Result<Vec<Discovered>, Error> {
    let root = &config.files.root;
    let known = |path: &PathBuf| {
        let path = source::absolute_path(path);
        let is_inside = path.starts_with(root) && is_project(root);
        if is_inside {
            return root.clone();
        }
        let package = import_base(&path);
        let inner = path.strip_prefix(&package).ok();
        match inner.and_then(|inner| inner.components().next()) {
            Some(outermost) => package.join(outermost),
            None => path,
        }
    };
    let folders: BTreeSet<PathBuf> = paths.iter().map(known).collect();
    // What does not exist yet is piped through an editor.
    let folders: Vec<PathBuf> = folders.into_iter().filter(|path| path.exists()).collect();
    let found = source::discover(&folders, &config.files, Wanted::SourcesAndStubs)?;
    Ok(found.files)
}

/// What a project keeps of a file.
pub(super) fn module_facts(file: &AnalyzedFile) -> ModuleFacts {
    let path = &file.source.path;
    ModuleFacts::read(&file.source.name, path, &import_base(path), &file.module)
}

fn build(mut facts: Vec<ModuleFacts>, root: &Path) -> Project {
    facts.sort_by(|one, other| one.file().cmp(other.file()));
    let bases: Vec<PathBuf> = facts.iter().map(|one| PathBuf::from(one.base())).collect();
    let roots = import_roots(root, bases.iter().map(PathBuf::as_path));
    Project::build(facts, &roots)
}
