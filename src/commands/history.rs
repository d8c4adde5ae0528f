//! `docgen history`: what became of one docstring.

mod walk;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::past::{Runs, Versions, read_file};
use super::{Error, Format, Scope, analyze_all, named, output, thread_pool};
use crate::config::Config;
use crate::docstring::Past;
use crate::exit_status::ExitStatus;
use crate::report::{self, DocstringHistory, HistoryStyle};
use crate::source::{
    Content, Extent, FileChange, FileName, GitError, History, LoggedCommit, Start, Wanted,
    absolute_path,
};
use walk::Walk;

/// What a history is to tell.
#[derive(Debug)]
pub struct HistoryOptions {
    /// The definition, by its id or the end of it.
    pub id: String,
    /// Whole docstrings, not only the lines that changed.
    pub is_full: bool,
    /// What standard output holds.
    pub format: Format,
}

/// A definition that is asked for.
#[derive(Debug, Clone)]
struct Asked {
    /// The file, absolute, links followed as far as it is there.
    path: PathBuf,
    /// What people call the file.
    name: FileName,
    qualified_name: String,
}

/// Tells what became of a docstring.
pub fn history(config: &Config, options: &HistoryOptions) -> Result<ExitStatus, Error> {
    let pool = thread_pool()?;
    let here = std::env::current_dir()?;
    let here = here.canonicalize().unwrap_or(here);
    let (history, why_not) = match History::around(Path::new(".")) {
        Ok(history) => (Some(history), None),
        Err(error @ (GitError::NoRepository(_) | GitError::NotStarted(_))) => (None, Some(error)),
        Err(error) => return Err(error.into()),
    };
    let mut teller = Teller {
        history,
        runs: Runs::open(config),
        pool,
        here,
        versions: Versions::default(),
    };
    let told = teller.tell(config, &options.id)?;
    if let (true, Some(source)) = (told.events.is_empty(), why_not) {
        let id = told.id;
        return Err(Error::NoHistory { id, source });
    }
    for note in &told.notes {
        tracing::warn!("{}", report::escape(note));
    }
    match options.format {
        Format::Json => output::write_json(&report::history_json(&told))?,
        Format::Text => {
            let style = HistoryStyle {
                is_full: options.is_full,
                is_colored: output::is_colored(),
            };
            output::write(report::history_text(&told, style).as_bytes())?;
        }
    }
    Ok(ExitStatus::Success)
}

struct Teller {
    pool: rayon::ThreadPool,
    /// `None` without git.
    history: Option<History>,
    runs: Runs,
    here: PathBuf,
    versions: Versions,
}

/// What is known of a file.
struct FileHistory {
    /// What the working tree makes of it, if that differs from the last commit.
    uncommitted: Option<FileChange>,
    /// What commits made of it, newest first.
    log: Vec<(LoggedCommit, FileChange)>,
    /// What is on disk, where git knows nothing of the file.
    on_disk: Option<Past>,
}

impl Teller {
    fn tell(&mut self, config: &Config, id: &str) -> Result<DocstringHistory, Error> {
        let mut similar = Vec::new();
        if let Some(asked) = self.direct(id) {
            let (asked, file, renamings) = self.file_now(asked)?;
            if let Some(mut told) = self.of_definition(&asked, &file) {
                told.notes.splice(..0, renamings);
                return Ok(told);
            }
            let names = self.names(&file);
            let near = named::near(names.iter().map(String::as_str), &asked.qualified_name);
            similar = near
                .iter()
                .map(|name| format!("{}::{name}", asked.name))
                .collect();
        }
        match self.search(config, id)? {
            Ok(asked) => {
                let file = self.file(&asked)?;
                if let Some(told) = self.of_definition(&asked, &file) {
                    return Ok(told);
                }
            }
            Err(others) => similar.extend(others),
        }
        Err(Error::NoSuchDefinition {
            name: id.to_owned(),
            similar,
        })
    }

    /// What an id means that names its file.
    fn direct(&self, id: &str) -> Option<Asked> {
        let (path, qualified_name) = match id.rsplit_once("::") {
            Some((path, name)) => (path, name),
            None => (id, ""),
        };
        let path = Path::new(path);
        let is_python = path
            .extension()
            .is_some_and(|one| one == "py" || one == "pyi");
        is_python.then(|| self.asked(&absolute_path(path), qualified_name))
    }

    fn asked(&self, path: &Path, qualified_name: &str) -> Asked {
        // git names files without links in their folders.
        let real = path.parent().and_then(|folder| folder.canonicalize().ok());
        let path = match (real, path.file_name()) {
            (Some(folder), Some(name)) => folder.join(name),
            _ => path.to_path_buf(),
        };
        Asked {
            name: FileName::new(&path, &self.here),
            path,
            qualified_name: qualified_name.to_owned(),
        }
    }

    /// The definition that is there now and whose id ends with `id`.
    fn search(&self, config: &Config, id: &str) -> Result<Result<Asked, Vec<String>>, Error> {
        let scope = Scope {
            paths: &[PathBuf::from(".")],
            changes: None,
            extent: Extent::Files,
        };
        let wanted = Wanted::SourcesAndStubs;
        let analyzed = analyze_all(&self.pool, &scope, config, wanted, |file| {
            let names = file.module.definitions.into_iter();
            let names: Vec<String> = names.map(|one| one.qualified_name).collect();
            (file.source.path, file.source.name, names)
        })?;
        let all = analyzed.files.iter().flat_map(|(path, file, names)| {
            let ids = names.iter();
            ids.map(move |name| ((path, name), format!("{file}::{name}")))
        });
        let found = named::find(all, id);
        Ok(found.map(|(path, name)| self.asked(path, name)))
    }

    /// Reads every version of a file, by the name that it has now: what is asked for under an old name
    /// is the same definition.
    fn file_now(&mut self, asked: Asked) -> Result<(Asked, FileHistory, Vec<String>), Error> {
        let (mut asked, mut notes) = (asked, Vec::new());
        let mut met = HashSet::new();
        loop {
            let file = self.file(&asked)?;
            met.insert(asked.path.clone());
            let last = match (&self.history, &file.uncommitted, file.log.first()) {
                (Some(history), None, Some((logged, change))) if change.new == Content::Absent => {
                    Some((history, &logged.commit, &change.path))
                }
                _ => None,
            };
            let renamed = match last {
                Some((history, commit, path)) => history.renamed(&commit.id, path)?.map(|new| {
                    let new = self.asked(&history.top().join(new), &asked.qualified_name);
                    let (old, short) = (&asked.name, &commit.short);
                    let note = format!("`{old}` is called `{}` since {short}.", new.name);
                    (new, note)
                }),
                None => None,
            };
            match renamed {
                Some((new, note)) if !met.contains(&new.path) => {
                    asked = new;
                    notes.push(note);
                }
                _ => return Ok((asked, file, notes)),
            }
        }
    }

    /// Reads every version of a file.
    fn file(&mut self, asked: &Asked) -> Result<FileHistory, Error> {
        let mut file = FileHistory {
            uncommitted: None,
            log: Vec::new(),
            on_disk: None,
        };
        if let Some(history) = &self.history
            && let Ok(path) = asked.path.strip_prefix(history.top())
        {
            let head = history.head()?;
            let start = head.clone().map_or(Start::Beginning, Start::After);
            let mut changes = history.changes(&start, None)?.into_iter();
            file.uncommitted = changes.find(|change| change.path == path);
            if head.is_some() {
                let uncommitted = file.uncommitted.as_ref();
                let old = uncommitted.and_then(|one| one.old_path.as_deref());
                let log = history.follow(old.unwrap_or(path))?.into_iter();
                let log = log.filter_map(|mut logged| {
                    let file = logged.files.pop()?;
                    Some((logged, file))
                });
                file.log = log.collect();
            }
            let contents = file.changes().flat_map(|change| {
                let contents = change.old.iter().chain([&change.new]);
                contents.map(|content| (history.top().join(&change.path), content))
            });
            self.versions.load(&self.pool, history, contents)?;
        }
        if file.changes().next().is_none() {
            file.on_disk = self.pool.install(|| read_file(&asked.path)).ok();
        }
        Ok(file)
    }

    fn path(&self, change: &FileChange) -> PathBuf {
        let top = self.history.as_ref().map(History::top);
        top.map_or_else(|| change.path.clone(), |top| top.join(&change.path))
    }

    fn past(&self, change: &FileChange, content: &Content) -> Result<&Past, &str> {
        self.versions.get(&self.path(change), content)
    }

    /// Every name that a definition of the file ever had.
    fn names(&self, file: &FileHistory) -> Vec<String> {
        let mut names: Vec<String> = file
            .changes()
            .flat_map(|change| {
                let contents = change.old.iter().chain([&change.new]);
                contents.filter_map(|content| self.past(change, content).ok())
            })
            .flat_map(|past| past.definitions().iter())
            .map(|one| one.qualified_name.to_string())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What became of the docstring of a definition; `None` when the file never had that definition.
    fn of_definition(&self, asked: &Asked, file: &FileHistory) -> Option<DocstringHistory> {
        let mut walk = Walk::new(&asked.path, &asked.qualified_name);
        let mut notes: Vec<String> = Vec::new();
        let mut unread = 0_usize;
        let mut is_defined = None;
        if let Some(past) = &file.on_disk {
            walk.meet(past);
            is_defined = Some(walk.is_known);
        }
        let changes: Vec<(Option<&LoggedCommit>, &FileChange)> = file
            .uncommitted
            .iter()
            .map(|change| (None, change))
            .chain(
                file.log
                    .iter()
                    .map(|(logged, change)| (Some(logged), change)),
            )
            .collect();
        for (index, (logged, change)) in changes.iter().enumerate() {
            let Ok(new) = self.past(change, &change.new) else {
                unread += 1;
                continue;
            };
            is_defined.get_or_insert_with(|| new.get(&asked.qualified_name).is_some());
            let old = change.old.first().unwrap_or(&Content::Absent);
            let older = || {
                // In place of what cannot be read stands what was before it.
                let mut older = changes.get(index + 1..)?.iter();
                older.find_map(|(_, older)| self.past(older, &older.new).ok())
            };
            let old = self.past(change, old).ok().or_else(older);
            let commit = logged.map(|logged| &logged.commit);
            let old = old.filter(|_| !commit.is_some_and(|commit| commit.is_cut));
            let Some(old) = old else {
                walk.meet(new);
                continue;
            };
            let path = self.path(change);
            let name = FileName::new(&path, &self.here);
            walk.step((&path, &name), (old, new), commit, &self.runs);
        }
        let is_known = walk.is_known;
        let events = walk.events(&self.runs, &self.here);
        if !is_known && events.is_empty() {
            return None;
        }
        if unread > 0 {
            notes.push(format!(
                "{unread} of the {} versions of the file could not be read as Python.",
                changes.len()
            ));
        }
        if self.history.is_none() {
            notes.push(
                "There is no git here: this is what docgen's own runs on this machine did."
                    .to_owned(),
            );
        }
        if self.history.as_ref().is_some_and(History::is_shallow) {
            notes.push(
                "The clone is shallow: what happened before its oldest commits cannot be told."
                    .to_owned(),
            );
        }
        Some(DocstringHistory {
            id: format!("{}::{}", asked.name, asked.qualified_name),
            is_defined: is_defined.unwrap_or_default(),
            events,
            is_in_git: self.history.is_some(),
            notes,
        })
    }
}

impl FileHistory {
    fn changes(&self) -> impl Iterator<Item = &FileChange> {
        let logged = self.log.iter().map(|(_, change)| change);
        self.uncommitted.iter().chain(logged)
    }
}
