//! Which files have changed.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::super::{Discovered, LineChange, Touched};
use super::lines::changed_lines;
use super::{Git, GitError, is_named_by_environment, path_of};

/// Which changes are meant. A file that was only renamed has changed: its name is part of what is documented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// What differs between the working tree and the point where the current branch left this
    /// revision; new files that git does not know yet count.
    Since(String),
    /// What is staged for the next commit.
    Staged,
}

/// How much of a changed file counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    #[default]
    Files,
    /// The lines that have changed.
    Lines,
}

/// The files that have changed, deleted ones left out. Those of submodules are among them.
#[derive(Debug, Default)]
pub struct ChangedFiles {
    /// Without links in their folders.
    files: HashSet<PathBuf>,
    /// Folders of which every file counts.
    folders: Vec<PathBuf>,
    /// Files that are staged, and not as they are in the working tree.
    half_staged: HashSet<PathBuf>,
    extent: Extent,
    /// What has changed in those that were there before, where only that counts.
    lines: HashMap<PathBuf, Vec<LineChange>>,
}

/// What is compared in a repository.
#[derive(Debug, Clone)]
pub(super) enum Between {
    /// A commit and the working tree.
    CommitAndFiles(String),
    /// The newest commit and the index.
    HeadAndIndex,
    /// Two commits.
    Commits(String, String),
}

/// The mode that git gives to the commit of a submodule.
const SUBMODULE: &str = "160000";

/// A path that differs.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    old: Side,
    new: Side,
    /// From the repository's top.
    path: PathBuf,
}

/// What stands at a path.
#[derive(Debug, PartialEq, Eq)]
struct Side {
    mode: String,
    object: String,
}

impl Side {
    fn submodule(&self) -> Option<&str> {
        (self.mode == SUBMODULE).then_some(self.object.as_str())
    }
}

impl ChangedFiles {
    /// Asks git about the repositories that `paths` lie in.
    pub fn find(changes: &Changes, extent: Extent, paths: &[PathBuf]) -> Result<Self, GitError> {
        let mut found = Self {
            extent,
            ..Self::default()
        };
        for git in repositories(paths)? {
            let between = match changes {
                Changes::Staged => Between::HeadAndIndex,
                Changes::Since(revision) => Between::CommitAndFiles(git.base_of(revision)?),
            };
            found.add(&git, &between)?;
            if *changes == Changes::Staged {
                let names = git.pieces(&["diff", "--name-only", "-z", "--no-ext-diff", "--"])?;
                let paths = names.iter().map(|name| git.top.join(path_of(name)));
                found
                    .half_staged
                    .extend(paths.filter(|path| found.files.contains(path)));
            }
        }
        Ok(found)
    }

    /// Whether `file` is one of them.
    #[must_use]
    pub fn contain(&self, file: &Discovered) -> bool {
        let is_one = |path: &PathBuf| {
            let folders = || self.folders.iter().any(|folder| path.starts_with(folder));
            self.files.contains(path) || folders()
        };
        is_one(&file.path) || real_paths(file).iter().any(is_one)
    }

    /// Which lines of `file`, one of them, count.
    #[must_use]
    pub fn touched(&self, file: &Discovered) -> Touched {
        let known = self.lines.get(&file.path).or_else(|| {
            let real = real_paths(file);
            real.iter().find_map(|path| self.lines.get(path))
        });
        known.map_or(Touched::Everything, |lines| Touched::Lines(lines.clone()))
    }

    /// Whether `file` is staged, and has other content in the working tree.
    #[must_use]
    pub fn are_half_staged(&self, file: &Discovered) -> bool {
        if self.half_staged.is_empty() {
            return false;
        }
        let mut real = real_paths(file).into_iter();
        self.half_staged.contains(&file.path) || real.any(|path| self.half_staged.contains(&path))
    }

    fn add(&mut self, git: &Git, between: &Between) -> Result<(), GitError> {
        for difference in differences(git, between)? {
            let path = git.top.join(&difference.path);
            if difference.new.submodule().is_some() {
                self.descend(&path, &difference, between)?;
            } else {
                self.files.insert(path);
            }
        }
        if self.extent == Extent::Lines {
            let lines = changed_lines(git, between)?.into_iter();
            self.lines
                .extend(lines.map(|(path, lines)| (git.top.join(path), lines)));
        }
        if let Between::CommitAndFiles(_) = between {
            for name in git.pieces(&[
                "ls-files",
                "--others",
                "--exclude-standard",
                "--full-name",
                "-z",
                "--",
                ":/",
            ])? {
                let path = git.top.join(path_of(&name));
                // A repository inside this one that is no submodule is all new to it.
                if name.ends_with(b"/") {
                    self.folders.push(path);
                } else {
                    self.files.insert(path);
                }
            }
        }
        Ok(())
    }

    /// Takes in what has changed in a submodule, where it is checked out. Without the commits to compare, all
    /// of it counts.
    fn descend(
        &mut self,
        folder: &Path,
        difference: &Difference,
        between: &Between,
    ) -> Result<(), GitError> {
        // Without it, git would find the repository around.
        if !folder.join(".git").exists() {
            return Ok(());
        }
        let git = Git::of_submodule(folder)?;
        let known = |commit: Option<&str>| match commit {
            Some(commit) => {
                let known = git.commit(commit)?;
                Ok::<_, GitError>(known.map(|id| id.as_str().to_owned()))
            }
            None => Ok(None),
        };
        let old = known(difference.old.submodule())?;
        let new = known(difference.new.submodule())?;
        let between = match (between, old, new) {
            (Between::CommitAndFiles(_), Some(old), _) => Between::CommitAndFiles(old),
            (_, Some(old), Some(new)) => Between::Commits(old, new),
            _ => {
                if difference.old.submodule().is_some() {
                    tracing::warn!(
                        "all files of the submodule `{}` count as changed: it does not have the commits to compare",
                        difference.path.display()
                    );
                }
                self.folders.push(folder.to_path_buf());
                return Ok(());
            }
        };
        self.add(&git, &between)
    }
}

/// The paths of a file as git names them: without links in its folders, and of the file itself.
fn real_paths(file: &Discovered) -> Vec<PathBuf> {
    let folder = file.path.parent().and_then(|one| one.canonicalize().ok());
    let in_folder = folder.zip(file.path.file_name());
    let in_folder = in_folder.map(|(folder, name)| folder.join(name));
    in_folder
        .into_iter()
        .chain(file.path.canonicalize())
        .collect()
}

/// The repositories that the paths lie in, each once.
fn repositories(paths: &[PathBuf]) -> Result<Vec<Git>, GitError> {
    if is_named_by_environment() {
        let git = Git::at(Path::new("."))?;
        let outside = paths.iter().find(|path| !real(path).starts_with(&git.top));
        return match outside {
            Some(path) => Err(GitError::Outside {
                path: path.clone(),
                top: git.top,
            }),
            None => Ok(vec![git]),
        };
    }
    let folders: BTreeSet<PathBuf> = paths.iter().map(|path| home(&real(path))).collect();
    folders.iter().map(|folder| Git::at(folder)).collect()
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// The top folder of the repository around `path` by the looks of it, so that git need not be asked about each
/// folder; or else the folder that `path` is or lies in.
fn home(path: &Path) -> PathBuf {
    let looks_like_one = |folder: &&Path| folder.join(".git").exists();
    let folder = match path.parent() {
        Some(parent) if !path.is_dir() => parent,
        _ => path,
    };
    let top = folder.ancestors().find(looks_like_one);
    top.unwrap_or(folder).to_path_buf()
}

fn differences(git: &Git, between: &Between) -> Result<Vec<Difference>, GitError> {
    let mut arguments = vec![
        "diff",
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "--no-ext-diff",
    ];
    match between {
        Between::CommitAndFiles(commit) => arguments.extend(["--ignore-submodules=none", commit]),
        // What is not committed in a submodule is no part of the next commit.
        Between::HeadAndIndex => arguments.extend(["--ignore-submodules=dirty", "--cached"]),
        Between::Commits(old, new) => arguments.extend([old.as_str(), new]),
    }
    arguments.push("--");
    let pieces = git.pieces(&arguments)?;
    let pairs = pieces.as_chunks().0.iter();
    Ok(pairs
        .filter_map(|[about, path]| difference(about, path))
        .collect())
}

/// Reads `:OLDMODE NEWMODE OLDOBJECT NEWOBJECT STATUS` and a path; `None` for one that is gone.
fn difference(about: &[u8], path: &[u8]) -> Option<Difference> {
    let about = String::from_utf8_lossy(about);
    let mut fields = about.strip_prefix(':')?.split(' ').map(str::to_owned);
    let (old_mode, new_mode) = (fields.next()?, fields.next()?);
    let (old_object, new_object) = (fields.next()?, fields.next()?);
    if fields.next()? == "D" {
        return None;
    }
    Some(Difference {
        old: Side {
            mode: old_mode,
            object: old_object,
        },
        new: Side {
            mode: new_mode,
            object: new_object,
        },
        path: PathBuf::from(path_of(path)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_read_and_what_is_gone_is_none() {
        let about = b":100644 160000 aa bb T";
        let read = difference(about, b"sub").unwrap();
        assert_eq!(read.path, Path::new("sub"));
        assert_eq!(
            (read.old.submodule(), read.new.submodule()),
            (None, Some("bb"))
        );
        assert_eq!(difference(b":100644 000000 aa 00 D", b"gone.py"), None);
        assert_eq!(difference(b"what is that", b"a.py"), None);
    }
}
