//! Finding the files that a run is about.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use ignore::overrides::{Override, OverrideBuilder};

use super::{FileName, Touched};
use crate::config::Files;

/// Which kinds of file a command reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// `.py`: what docstrings are written into.
    Sources,
    /// `.py` and `.pyi`: what can be checked.
    SourcesAndStubs,
}

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Discovered {
    /// Where it is.
    pub path: PathBuf,
    /// What people call it.
    pub name: FileName,
}

/// The files found, and what stood in the way.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The files, sorted by name, each once.
    pub files: Vec<Discovered>,
    /// Folders and files that could not be looked at, each with its reason.
    pub unreadable: Vec<(FileName, String)>,
    /// The lines that count in files of which not all do.
    pub touched: HashMap<PathBuf, Touched>,
    /// Files named by the user that are left out by `exclude` or are of another kind.
    pub left_out: usize,
}

impl Discovery {
    /// Which lines of `file` count.
    #[must_use]
    pub fn touched(&self, file: &Discovered) -> Touched {
        self.touched.get(&file.path).cloned().unwrap_or_default()
    }
}

/// Why discovery could not start.
#[derive(Debug, thiserror::Error)]
pub enum DiscoveryError {
    /// The user named something that is not there.
    #[error("`{}` does not exist", .0.display())]
    NotFound(PathBuf),
    /// The user named something that cannot be looked at.
    #[error("`{}` cannot be read: {}", .path.display(), .source)]
    Unreadable {
        /// What was named.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A glob is not one.
    #[error("`{glob}` is not a glob: {reason}")]
    Glob {
        /// The pattern.
        glob: String,
        /// Why.
        reason: String,
    },
    /// The working directory is gone.
    #[error("the working directory cannot be found: {0}")]
    WorkingDirectory(#[source] std::io::Error),
}

/// Finds the files of `paths` (files or folders) that `settings` let through.
///
/// A file named by the user is taken whatever `.gitignore` says, and whatever `exclude` says
/// unless `force_exclude` is set; what a folder holds is filtered by both.
pub fn discover(
    paths: &[PathBuf],
    settings: &Files,
    wanted: Wanted,
) -> Result<Discovery, DiscoveryError> {
    let here = std::env::current_dir().map_err(DiscoveryError::WorkingDirectory)?;
    let filter = Filter::new(settings)?;
    let mut found = BTreeSet::new();
    let mut discovery = Discovery::default();
    for path in paths {
        let kind = std::fs::metadata(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => DiscoveryError::NotFound(path.clone()),
            _ => DiscoveryError::Unreadable {
                path: path.clone(),
                source,
            },
        })?;
        if kind.is_dir() {
            walk(
                path,
                settings,
                &filter,
                wanted,
                &here,
                &mut found,
                &mut discovery,
            );
        } else if settings.force_exclude && filter.excludes(&absolute(path, &here)) {
            discovery.left_out += 1;
        } else if has_kind(path, wanted) {
            found.insert(entry(path, &here));
        } else {
            discovery.left_out += 1;
        }
    }
    discovery.files = without_links_to_others(found);
    Ok(discovery)
}

/// Whether a file that need not exist, named by the user, is left out by the settings.
pub fn is_left_out(path: &Path, settings: &Files) -> Result<bool, DiscoveryError> {
    let here = std::env::current_dir().map_err(DiscoveryError::WorkingDirectory)?;
    let filter = Filter::new(settings)?;
    Ok(settings.force_exclude && filter.excludes(&absolute(path, &here)))
}

/// The Python files that some paths and the settings let through, on disk or not.
#[derive(Debug)]
pub struct Sieve {
    filter: Filter,
    paths: Vec<PathBuf>,
}

impl Sieve {
    /// Takes what discovery in `paths` would take, were it there; what `.gitignore` says is not asked.
    pub fn new(paths: &[PathBuf], settings: &Files) -> Result<Self, DiscoveryError> {
        // Links in the folders above are followed, as git names files without them.
        let real = |path: &PathBuf| {
            let path = absolute_path(path);
            let there = path.ancestors().find_map(|above| {
                let real = above.canonicalize().ok()?;
                let rest = path.strip_prefix(above).ok()?;
                Some(real.join(rest))
            });
            there.unwrap_or(path)
        };
        Ok(Self {
            filter: Filter::new(&Files {
                root: real(&settings.root),
                ..settings.clone()
            })?,
            paths: paths.iter().map(real).collect(),
        })
    }

    /// Whether the file at this absolute path is one of them.
    #[must_use]
    pub fn takes(&self, path: &Path) -> bool {
        self.paths.iter().any(|one| path.starts_with(one))
            && has_kind(path, Wanted::SourcesAndStubs)
            && self.filter.includes(path)
            && !self.filter.excludes(path)
    }
}

/// Each file once: of a file and the links to it only the file stays, or else one of the links.
fn without_links_to_others(found: BTreeSet<Discovered>) -> Vec<Discovered> {
    let is_link = |file: &Discovered| file.path.is_symlink();
    let (links, mut files): (Vec<_>, Vec<_>) = found.into_iter().partition(is_link);
    if links.is_empty() {
        return files;
    }
    let target = |file: &Discovered| {
        file.path
            .canonicalize()
            .unwrap_or_else(|_| file.path.clone())
    };
    let mut known: BTreeSet<PathBuf> = files.iter().map(target).collect();
    files.extend(links.into_iter().filter(|link| known.insert(target(link))));
    files.sort();
    files
}

fn walk(
    folder: &Path,
    settings: &Files,
    filter: &Filter,
    wanted: Wanted,
    here: &Path,
    found: &mut BTreeSet<Discovered>,
    discovery: &mut Discovery,
) {
    let mut builder = WalkBuilder::new(folder);
    builder
        .standard_filters(false)
        .hidden(false)
        .parents(settings.respect_gitignore)
        .git_ignore(settings.respect_gitignore)
        .git_exclude(settings.respect_gitignore)
        .git_global(settings.respect_gitignore)
        // A tree that is not a repository may still carry .gitignore files.
        .require_git(false)
        .follow_links(false);
    let (exclude, base) = (filter.exclude.clone(), here.to_path_buf());
    builder.filter_entry(move |entry| {
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
        entry.depth() == 0
            || !exclude
                .matched(absolute(entry.path(), &base), is_dir)
                .is_whitelist()
    });
    for result in builder.build() {
        match result {
            Ok(entry_found) => {
                let path = entry_found.path();
                let is_file = std::fs::metadata(path).is_ok_and(|kind| kind.is_file());
                if is_file && has_kind(path, wanted) && filter.includes(&absolute(path, here)) {
                    found.insert(entry(path, here));
                }
            }
            Err(error) => {
                let (path, reason) = describe(&error, folder);
                discovery
                    .unreadable
                    .push((FileName::new(&path, here), reason));
            }
        }
    }
}

/// Compiled include and exclude globs, relative to the settings' root.
#[derive(Debug)]
struct Filter {
    include: Override,
    exclude: Override,
}

impl Filter {
    fn new(settings: &Files) -> Result<Self, DiscoveryError> {
        let root = std::path::absolute(&settings.root).unwrap_or_else(|_| settings.root.clone());
        Ok(Self {
            include: compile(&root, &settings.include)?,
            exclude: compile(&root, &settings.exclude)?,
        })
    }

    fn includes(&self, path: &Path) -> bool {
        self.include.is_empty() || self.include.matched(path, false).is_whitelist()
    }

    /// Whether `path` or a folder above it is excluded.
    fn excludes(&self, path: &Path) -> bool {
        let below_root = |path: &&Path| path.starts_with(self.exclude.path());
        path.ancestors()
            .take_while(below_root)
            .enumerate()
            .any(|(depth, path)| self.exclude.matched(path, depth > 0).is_whitelist())
    }
}

fn compile(root: &Path, globs: &[String]) -> Result<Override, DiscoveryError> {
    let fault = |glob: &str, error: &ignore::Error| DiscoveryError::Glob {
        glob: glob.to_owned(),
        reason: error.to_string(),
    };
    let mut builder = OverrideBuilder::new(root);
    for glob in globs {
        builder.add(glob).map_err(|error| fault(glob, &error))?;
    }
    builder
        .build()
        .map_err(|error| fault(&globs.join(", "), &error))
}

fn has_kind(path: &Path, wanted: Wanted) -> bool {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("py") => true,
        Some("pyi") => wanted == Wanted::SourcesAndStubs,
        _ => false,
    }
}

fn entry(path: &Path, here: &Path) -> Discovered {
    let absolute = absolute(path, here);
    Discovered {
        name: FileName::new(&absolute, here),
        path: absolute,
    }
}

/// `path` from the root on, without `.` and `..`, links left as they are.
#[must_use]
pub fn absolute_path(path: &Path) -> PathBuf {
    std::env::current_dir().map_or_else(|_| path.to_path_buf(), |here| absolute(path, &here))
}

/// An absolute path without `.` and `..`, links left as they are.
fn absolute(path: &Path, here: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in here.join(path).components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

/// The path an `ignore` error speaks of, and the bare reason.
fn describe(error: &ignore::Error, fallback: &Path) -> (PathBuf, String) {
    match error {
        ignore::Error::WithPath { path, err } => (path.clone(), describe(err, path).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            describe(err, fallback)
        }
        ignore::Error::Io(error) => (fallback.to_path_buf(), error.to_string()),
        error => (fallback.to_path_buf(), error.to_string()),
    }
}
