//! Which files git says have changed. docgen asks the `git` that the user has, so that worktrees,
//! submodules, `safe.directory` and whatever else is configured mean what they mean everywhere.

mod authorship;
mod blobs;
mod graph;
mod history;
mod raw;
mod since;

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Discovered;

pub use authorship::Authorship;
pub use blobs::Stored;
pub use graph::{Commits, Graph};
pub use history::{Commit, Content, FileChange, History, LoggedCommit, ObjectId, Start, Tag};

/// Which changes are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// What differs between the working tree and the point where the current branch left this
    /// revision; new files that git does not know yet count.
    Since(String),
    /// What is staged for the next commit.
    Staged,
}

/// Why git could not tell.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no `git` to ask.
    #[error("`git` cannot be started: {0}")]
    NotStarted(#[source] std::io::Error),
    /// The folder is in no repository.
    #[error("`{}` is in no git repository", .0.display())]
    NoRepository(PathBuf),
    /// The revision is unknown.
    #[error("git knows no revision `{revision}`")]
    UnknownRevision {
        /// What was asked for.
        revision: String,
        /// The clone holds only the newest commits.
        is_shallow: bool,
    },
    /// What looks like a date is none.
    #[error("`{0}` is neither a revision that git knows nor a date")]
    NoDate(String),
    /// The repository is another user's, and git will not look at it.
    #[error("git does not trust `{}`, which belongs to another user", .0.display())]
    OtherOwner(PathBuf),
    /// Anything else, in git's words.
    #[error("git failed: {0}")]
    Failed(String),
}

impl GitError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::OtherOwner(folder) => {
                let folder = folder.display();
                return format!(
                    "if you trust it: `git config --global --add safe.directory '{folder}'`"
                );
            }
            Self::NotStarted(_) => "install git, or name the files instead",
            Self::NoRepository(_) => "run docgen inside the repository, or name the files instead",
            Self::UnknownRevision { is_shallow, .. } if *is_shallow => {
                "the clone is shallow: fetch more history (`git fetch --unshallow`; for actions/checkout `fetch-depth: 0`)"
            }
            Self::UnknownRevision { .. } => {
                "name a commit, tag or branch; fetch it first if it is on the remote"
            }
            Self::NoDate(_) => {
                "write dates as `2026-11-01` or `2026-11-01T12:00`, or say `3 weeks ago`"
            }
            Self::Failed(_) => "see git's words above",
        };
        hint.to_owned()
    }
}

/// The files that have changed, deleted ones left out.
#[derive(Debug, Default)]
pub struct ChangedFiles(HashSet<PathBuf>);

impl ChangedFiles {
    /// Asks git about the repository around `folder`.
    pub fn find(changes: &Changes, folder: &Path) -> Result<Self, GitError> {
        let git = Git::at(folder)?;
        let names = match changes {
            Changes::Staged => {
                git.lines(&["diff", "--cached", "--name-only", "-z", "--diff-filter=d"])?
            }
            Changes::Since(revision) => {
                let base = git.base_of(revision)?;
                let mut names =
                    git.lines(&["diff", "--name-only", "-z", "--diff-filter=d", &base, "--"])?;
                names.extend(git.lines(&["ls-files", "--others", "--exclude-standard", "-z"])?);
                names
            }
        };
        let paths = names.iter().map(|name| git.top.join(name));
        Ok(Self(paths.collect()))
    }

    /// Whether `file` is one of them.
    #[must_use]
    pub fn contain(&self, file: &Discovered) -> bool {
        // git names files without links in their folders.
        let real = || {
            let folder = file.path.parent()?.canonicalize().ok()?;
            Some(folder.join(file.path.file_name()?))
        };
        self.0.contains(&file.path) || real().is_some_and(|path| self.0.contains(&path))
    }
}

/// The repository around a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Its top folder.
    pub top: PathBuf,
    /// Whether it holds only the newest commits.
    pub is_shallow: bool,
}

impl Repository {
    /// Asks git for the repository around `folder`.
    pub fn around(folder: &Path) -> Result<Self, GitError> {
        let git = Git::at(folder)?;
        Ok(Self {
            is_shallow: git.is_shallow()?,
            top: git.top,
        })
    }
}

#[derive(Debug)]
struct Git {
    top: PathBuf,
}

impl Git {
    fn at(folder: &Path) -> Result<Self, GitError> {
        let top = run(folder, &["rev-parse", "--show-toplevel"])?.map_err(|words| {
            let folder = folder
                .canonicalize()
                .unwrap_or_else(|_| folder.to_path_buf());
            if words.contains("dubious ownership") {
                GitError::OtherOwner(folder)
            } else {
                GitError::NoRepository(folder)
            }
        })?;
        let top = PathBuf::from(path_of(top.trim_ascii_end()));
        Ok(Self { top })
    }

    fn is_shallow(&self) -> Result<bool, GitError> {
        let answer = run(&self.top, &["rev-parse", "--is-shallow-repository"])?;
        Ok(answer.is_ok_and(|answer| answer.starts_with(b"true")))
    }

    /// The commit where the current branch left `revision`; `revision` itself when they have no
    /// history in common, or there is no commit yet to compare.
    fn base_of(&self, revision: &str) -> Result<String, GitError> {
        let Some(commit) = self.commit(revision)? else {
            return Err(GitError::UnknownRevision {
                revision: revision.to_owned(),
                is_shallow: self.is_shallow()?,
            });
        };
        let commit = commit.as_str().to_owned();
        let base = run(&self.top, &["merge-base", &commit, "HEAD"])?;
        Ok(base.map_or(commit, |base| {
            String::from_utf8_lossy(&base).trim().to_owned()
        }))
    }

    /// The commit that a revision names, if there is one.
    fn commit(&self, revision: &str) -> Result<Option<ObjectId>, GitError> {
        let commit = format!("{revision}^{{commit}}");
        let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
        let known = run(&self.top, &[&verify[..], &[&commit]].concat())?;
        Ok(known
            .ok()
            .map(|id| ObjectId::new(&String::from_utf8_lossy(&id))))
    }

    /// What git prints, which has to succeed.
    fn output(&self, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        run(&self.top, arguments)?.map_err(GitError::Failed)
    }

    /// What git prints, as text.
    fn text(&self, arguments: &[&str]) -> Result<String, GitError> {
        let output = self.output(arguments)?;
        Ok(String::from_utf8_lossy(&output).into_owned())
    }

    /// The names that a command with `-z` prints, relative to the repository's top.
    fn lines(&self, arguments: &[&str]) -> Result<Vec<PathBuf>, GitError> {
        let output = self.output(arguments)?;
        let names = output
            .split(|byte| *byte == 0)
            .filter(|name| !name.is_empty());
        Ok(names.map(|name| PathBuf::from(path_of(name))).collect())
    }
}

/// What git prints, or what it complains of.
fn run(
    folder: &Path,
    arguments: &[impl AsRef<OsStr>],
) -> Result<Result<Vec<u8>, String>, GitError> {
    let output = command(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(GitError::NotStarted)?;
    Ok(if output.status.success() {
        Ok(output.stdout)
    } else {
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(words)
    })
}

/// git, about to be run in `folder`.
fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        // No lock for a command that only looks, and words that can be looked for.
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C");
    command
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> &OsStr {
    use std::os::unix::ffi::OsStrExt as _;
    OsStr::from_bytes(bytes)
}

/// git prints UTF-8 on Windows.
#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> std::borrow::Cow<'_, OsStr> {
    match String::from_utf8_lossy(bytes) {
        std::borrow::Cow::Borrowed(text) => std::borrow::Cow::Borrowed(OsStr::new(text)),
        std::borrow::Cow::Owned(text) => std::borrow::Cow::Owned(text.into()),
    }
}
