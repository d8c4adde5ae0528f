//! `docgen changelog`: what became of docstrings, release by release. git is asked what files held, and
//! nothing is written.

mod origin;
mod releases;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use origin::Touches;
use releases::{Stretch, Timeline, names};

use super::past::{Runs, Versions};
use super::{Error, output, thread_pool};
use crate::config::Config;
use crate::docstring::{Action, DocstringChange};
use crate::exit_status::ExitStatus;
use crate::python::Kind;
use crate::report::{self, Changelog, Origin, Release, ReleaseChange, UnreadFile};
use crate::source::{
    Content, DiscoveryError, FileChange, FileName, History, LoggedCommit, ObjectId, Sieve, Start,
};

/// How a changelog is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangelogFormat {
    /// For people, and for release notes.
    Markdown,
    /// For programs.
    Json,
    /// A page.
    Html,
}

/// What a changelog is to tell.
#[derive(Debug)]
pub struct ChangelogOptions {
    /// The revision or date that it begins after.
    pub since: Option<String>,
    /// The tags that are releases, as a glob.
    pub tags: Option<String>,
    /// How it is written.
    pub format: ChangelogFormat,
    /// Where it goes, if not to standard output.
    pub output_file: Option<PathBuf>,
}

/// Tells what became of the docstrings of the files under `paths`.
pub fn changelog(
    config: &Config,
    paths: &[PathBuf],
    options: &ChangelogOptions,
) -> Result<ExitStatus, Error> {
    let pool = thread_pool()?;
    let history = History::around(Path::new("."))?;
    let sieve = Sieve::new(paths, &config.files)?;
    let runs = Runs::open(config);
    let told = Teller::new(&pool, &history, &sieve, &runs, options)?.tell()?;
    // What is there no more may be asked for, and what never was may not.
    let is_told = |release: &Release| !release.changes.is_empty() || !release.unread.is_empty();
    if let Some(path) = paths.iter().find(|path| !path.exists())
        && !told.releases.iter().any(is_told)
    {
        return Err(DiscoveryError::NotFound(path.clone()).into());
    }
    for note in &told.notes {
        tracing::warn!("{}", report::escape(note));
    }
    let text = match options.format {
        ChangelogFormat::Markdown => report::changelog_markdown(&told),
        ChangelogFormat::Json => format!("{:#}\n", report::changelog_json(&told)),
        ChangelogFormat::Html => report::changelog_html(&told),
    };
    match &options.output_file {
        Some(path) => output::write_file(path, &text)?,
        None => output::write(text.as_bytes())?,
    }
    Ok(ExitStatus::Success)
}

/// Whoever knows the repository, and tells of it.
struct Teller<'h> {
    pool: &'h rayon::ThreadPool,
    history: &'h History,
    sieve: &'h Sieve,
    runs: &'h Runs,
    head: Option<ObjectId>,
    timeline: Timeline,
    log: Vec<LoggedCommit>,
    versions: Versions,
    here: PathBuf,
}

impl<'h> Teller<'h> {
    fn new(
        pool: &'h rayon::ThreadPool,
        history: &'h History,
        sieve: &'h Sieve,
        runs: &'h Runs,
        options: &ChangelogOptions,
    ) -> Result<Self, Error> {
        let head = history.head()?;
        let (since, tags) = (options.since.as_deref(), options.tags.as_deref());
        let timeline = Timeline::read(history, head.as_ref(), since, tags)?;
        let log = match &head {
            Some(head) => history.log(head, &timeline.start)?,
            None => Vec::new(),
        };
        let here = std::env::current_dir()?;
        Ok(Self {
            pool,
            history,
            sieve,
            runs,
            head,
            timeline,
            log,
            versions: Versions::default(),
            here: here.canonicalize().unwrap_or(here),
        })
    }

    fn tell(mut self) -> Result<Changelog, Error> {
        let mut told = Vec::with_capacity(self.timeline.stretches.len());
        for stretch in &self.timeline.stretches {
            told.push(self.history.changes(&stretch.start, stretch.end.as_ref())?);
        }
        for files in &mut told {
            files.retain(|file| self.takes(file));
        }
        let uncommitted = match &self.head {
            Some(head) => {
                let start = Start::After(head.clone());
                let mut files = self.history.changes(&start, None)?;
                files.retain(|file| self.takes(file));
                files
            }
            None => Vec::new(),
        };
        self.load(told.iter().flatten().chain(&uncommitted))?;
        let uncommitted: HashSet<(PathBuf, Arc<str>)> = uncommitted
            .iter()
            .flat_map(|file| {
                let changes = self.changes(file).unwrap_or_default();
                changes
                    .into_iter()
                    .map(|change| (file.path.clone(), change.qualified_name))
            })
            .collect();
        let mut releases = Vec::with_capacity(told.len());
        let mut found = Vec::with_capacity(told.len());
        for (stretch, files) in self.timeline.stretches.iter().zip(told) {
            let (release, changed) = self.release(stretch, files);
            releases.push(release);
            found.push(changed);
        }
        self.attribute(&mut releases, &found, &uncommitted)?;
        releases.retain(|release| {
            // What is not released is told when there is something to tell, or nothing else.
            !release.tags.is_empty() || !release.changes.is_empty() || !release.unread.is_empty()
        });
        Ok(Changelog {
            releases,
            notes: self.notes(),
        })
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.history.is_shallow() {
            notes.push(
                "The clone is shallow: what happened before its oldest commits cannot be told."
                    .to_owned(),
            );
        }
        notes
    }

    /// Whether a changed file is one that the command is about.
    fn takes(&self, file: &FileChange) -> bool {
        let old = file.old_path.as_ref().unwrap_or(&file.path);
        let top = self.history.top();
        self.sieve.takes(&top.join(&file.path)) || self.sieve.takes(&top.join(old))
    }

    fn name(&self, path: &Path) -> FileName {
        FileName::new(&self.history.top().join(path), &self.here)
    }

    fn load<'f>(&mut self, files: impl Iterator<Item = &'f FileChange>) -> Result<(), Error> {
        let top = self.history.top();
        let wanted = files.flat_map(|file| {
            let contents = file.old.iter().chain([&file.new]);
            contents.map(|content| (top.join(&file.path), content))
        });
        self.versions.load(self.pool, self.history, wanted)
    }

    /// What became of the docstrings of a file, or at which of the two times that cannot be told, and why.
    fn changes(&self, file: &FileChange) -> Result<Vec<DocstringChange>, (Side, String)> {
        let path = self.history.top().join(&file.path);
        let old = file.old.first().unwrap_or(&Content::Absent);
        let read = |side, content| {
            let past = self.versions.get(&path, content);
            past.map_err(|reason| (side, reason.to_owned()))
        };
        let new = read(Side::New, &file.new)?;
        let mut changes = read(Side::Old, old)?.changes_to(new);
        for change in &mut changes {
            if change.kind == Kind::Module && file.path.file_stem() == Some("__init__".as_ref()) {
                change.kind = Kind::Package;
            }
        }
        Ok(changes)
    }

    /// A release without its changes' origins, and the file of each change.
    fn release(&self, stretch: &Stretch, mut files: Vec<FileChange>) -> (Release, Vec<FileChange>) {
        let at_end = if stretch.tags.is_empty() {
            "the working tree".to_owned()
        } else {
            names(&stretch.tags)
        };
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let mut release = Release {
            tags: stretch.tags.iter().map(|tag| tag.name.clone()).collect(),
            commit: stretch.end.as_ref().map(ToString::to_string),
            time: stretch.tags.iter().map(|tag| tag.time.clone()).min(),
            since: stretch.start_name.clone(),
            ..Release::default()
        };
        let mut told = Vec::new();
        for file in files {
            match self.changes(&file) {
                Ok(changes) => told.extend(changes.into_iter().map(|one| (file.clone(), one))),
                Err((side, reason)) => release.unread.push(UnreadFile {
                    path: self.name(&file.path),
                    at: match side {
                        Side::New => at_end.clone(),
                        Side::Old => stretch.start_name.clone().unwrap_or_default(),
                    },
                    reason,
                }),
            }
        }
        leave_out_moved(&mut told);
        let mut of_change = Vec::with_capacity(told.len());
        for (file, change) in told {
            release.changes.push(ReleaseChange {
                path: self.name(&file.path),
                old_path: file.old_path.as_deref().map(|old| self.name(old)),
                change,
                origin: Origin::default(),
            });
            of_change.push(file);
        }
        (release, of_change)
    }

    /// Finds the commit of each change.
    fn attribute(
        &mut self,
        releases: &mut [Release],
        files: &[Vec<FileChange>],
        uncommitted: &HashSet<(PathBuf, Arc<str>)>,
    ) -> Result<(), Error> {
        let mut touches = Vec::with_capacity(files.len());
        for (stretch, files) in self.timeline.stretches.iter().zip(files) {
            let paths = files
                .iter()
                .map(|file| (file.path.as_path(), file.old_path.as_deref()));
            touches.push(
                stretch
                    .commits
                    .as_ref()
                    .map(|commits| Touches::find(&self.log, &self.timeline.graph, commits, paths)),
            );
        }
        // Contents in commits are stored, wherever their files were.
        let wanted = touches.iter().flatten().flat_map(Touches::contents);
        let wanted = wanted.map(|content| (PathBuf::new(), content));
        self.versions.load(self.pool, self.history, wanted)?;
        for ((release, files), touches) in releases.iter_mut().zip(files).zip(&touches) {
            let is_released = !release.tags.is_empty();
            for (one, file) in release.changes.iter_mut().zip(files) {
                let name = Arc::clone(&one.change.qualified_name);
                let origin = &mut one.origin;
                origin.is_uncommitted = !is_released
                    && (self.head.is_none() || uncommitted.contains(&(file.path.clone(), name)));
                if let (Some(touches), false) = (touches, origin.is_uncommitted) {
                    let commit = touches.origin(&file.path, &one.change, &self.versions);
                    origin.commit = commit.cloned();
                }
                let committed_at = origin.commit.as_ref().map(|commit| commit.committed_at);
                if origin.is_uncommitted || committed_at.is_some() {
                    let top = self.history.top();
                    let paths = [Some(&file.path), file.old_path.as_ref()].map(|path| {
                        let path = path.unwrap_or(&file.path);
                        top.join(path)
                    });
                    let paths = paths.iter().map(PathBuf::as_path);
                    origin.run = self.runs.note(paths, &one.change, committed_at);
                }
            }
        }
        Ok(())
    }
}

/// One of two times.
#[derive(Debug, Clone, Copy)]
enum Side {
    Old,
    New,
}

/// Leaves out definitions that moved to another file and kept their names and docstrings.
fn leave_out_moved(changed: &mut Vec<(FileChange, DocstringChange)>) {
    let key = |change: &DocstringChange| {
        let text = change.new.as_ref().or(change.old.as_ref())?;
        Some((Arc::clone(&change.qualified_name), Arc::clone(text)))
    };
    let mut gone: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, (_, change)) in changed.iter().enumerate() {
        if change.with_definition && change.action == Action::Removed {
            gone.entry(key(change)).or_default().push(index);
        }
    }
    let mut moved = HashSet::new();
    for (index, (_, change)) in changed.iter().enumerate() {
        if change.with_definition
            && change.action == Action::Added
            && let Some(from) = gone.get_mut(&key(change)).and_then(Vec::pop)
        {
            moved.extend([index, from]);
        }
    }
    let mut index = 0;
    changed.retain(|_| {
        index += 1;
        !moved.contains(&(index - 1))
    });
}
