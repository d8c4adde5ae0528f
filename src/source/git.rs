//! What git says of the project. docgen asks the `git` that the user has, so that worktrees, submodules,
//! `safe.directory` and whatever else is configured mean what they mean everywhere.

mod authorship;
mod blobs;
mod changed;
mod graph;
mod history;
mod lines;
mod raw;
mod since;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub use authorship::Authorship;
pub use blobs::Stored;
pub use changed::{ChangedFiles, Changes, Extent};
pub use graph::{Commits, Graph};
pub use history::{Commit, Content, FileChange, History, LoggedCommit, ObjectId, Start, Tag};

/// Why git could not tell.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no `git` to ask.
    #[error("`git` cannot be started: {0}")]
    NotStarted(#[source] std::io::Error),
    /// The folder is in no repository.
    #[error("`{}` is in no git repository", .0.display())]
    NoRepository(PathBuf),
    /// Something named lies outside of the repository that the environment names.
    #[error("`{}` is not in `{}`, the repository that the environment names", .path.display(), .top.display())]
    Outside {
        /// What was named.
        path: PathBuf,
        /// The top folder of the repository.
        top: PathBuf,
    },
    /// There is nothing to compare with.
    #[error("`{}` has no commit yet", .0.display())]
    NoCommit(PathBuf),
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
            Self::Outside { .. } => {
                "name files of that repository, or unset GIT_DIR, GIT_WORK_TREE and GIT_INDEX_FILE"
            }
            Self::NoCommit(_) => "commit first, use `--staged`, or name the files",
            Self::Failed(_) => "see git's words above",
        };
        hint.to_owned()
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

/// What makes git take one repository for another; a hook runs with some of them set. What was set with
/// `git -c` is not among them.
const LOCAL_VARIABLES: [&str; 11] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_REPLACE_REF_BASE",
];

/// Whether the environment says which repository is meant, as it does in a hook. What it says may be relative
/// to the working directory, so git has to be asked from there.
fn is_named_by_environment() -> bool {
    let named = LOCAL_VARIABLES.iter().take(3);
    named
        .into_iter()
        .any(|name| std::env::var_os(name).is_some())
}

/// Which repository's variables are in the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Variables {
    /// Those of the repository that is asked, if any.
    Its,
    /// Those of another one.
    Others,
}

/// A repository to be asked.
#[derive(Debug)]
struct Git {
    /// The folder from which it is asked.
    folder: PathBuf,
    /// Its top folder, without links.
    top: PathBuf,
    variables: Variables,
}

impl Git {
    /// The repository around `folder`.
    fn at(folder: &Path) -> Result<Self, GitError> {
        Self::with(folder, Variables::Its)
    }

    /// The repository whose top folder is `folder`, whatever the environment says.
    fn of_submodule(folder: &Path) -> Result<Self, GitError> {
        Self::with(folder, Variables::Others)
    }

    fn with(folder: &Path, variables: Variables) -> Result<Self, GitError> {
        let git = Self {
            folder: folder.to_path_buf(),
            top: PathBuf::new(),
            variables,
        };
        let top = git
            .ask(&["rev-parse", "--show-toplevel"])?
            .map_err(|words| {
                let folder = folder
                    .canonicalize()
                    .unwrap_or_else(|_| folder.to_path_buf());
                if words.contains("dubious ownership") {
                    GitError::OtherOwner(folder)
                } else {
                    GitError::NoRepository(folder)
                }
            })?;
        let top = PathBuf::from(path_of(without_line_end(&top)));
        // git's own answer has no links; on Windows it has another form.
        let top = top.canonicalize().unwrap_or(top);
        let is_named = variables == Variables::Its && is_named_by_environment();
        Ok(Self {
            folder: if is_named { git.folder } else { top.clone() },
            top,
            variables,
        })
    }

    /// git, about to be asked.
    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(&self.folder)
            // Names count from the top, whatever the user has configured.
            .args(["-c", "diff.relative=false"])
            // Nor are pathspecs what the user has set.
            .env_remove("GIT_LITERAL_PATHSPECS")
            // No lock for a command that only looks, and words that can be looked for.
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("LC_ALL", "C");
        if self.variables == Variables::Others {
            for name in LOCAL_VARIABLES {
                command.env_remove(name);
            }
        }
        command
    }

    /// What git prints, or what it complains of.
    fn ask(&self, arguments: &[impl AsRef<OsStr>]) -> Result<Result<Vec<u8>, String>, GitError> {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::null());
        let output = command.output().map_err(GitError::NotStarted)?;
        Ok(if output.status.success() {
            Ok(output.stdout)
        } else {
            let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            Err(words)
        })
    }

    /// What git prints, which has to succeed.
    fn output(&self, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        self.ask(arguments)?.map_err(GitError::Failed)
    }

    /// What git prints, as text.
    fn text(&self, arguments: &[&str]) -> Result<String, GitError> {
        let output = self.output(arguments)?;
        Ok(String::from_utf8_lossy(&output).into_owned())
    }

    /// The names that a command with `-z` prints.
    fn lines(&self, arguments: &[&str]) -> Result<Vec<PathBuf>, GitError> {
        let names = self.pieces(arguments)?;
        Ok(names
            .iter()
            .map(|name| PathBuf::from(path_of(name)))
            .collect())
    }

    fn is_shallow(&self) -> Result<bool, GitError> {
        let answer = self.ask(&["rev-parse", "--is-shallow-repository"])?;
        Ok(answer.is_ok_and(|answer| answer.starts_with(b"true")))
    }

    /// The commit that a revision names, if there is one.
    fn commit(&self, revision: &str) -> Result<Option<ObjectId>, GitError> {
        let commit = format!("{revision}^{{commit}}");
        let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
        let known = self.ask(&[&verify[..], &[&commit]].concat())?;
        Ok(known
            .ok()
            .map(|id| ObjectId::new(&String::from_utf8_lossy(&id))))
    }

    /// The commit where the current branch left `revision`; `revision` itself when they have no
    /// history in common, or there is no commit yet to compare.
    fn base_of(&self, revision: &str) -> Result<String, GitError> {
        let Some(commit) = self.commit(revision)? else {
            if self.commit("HEAD")?.is_none() && !self.has_commits()? {
                return Err(GitError::NoCommit(self.top.clone()));
            }
            return Err(GitError::UnknownRevision {
                revision: revision.to_owned(),
                is_shallow: self.is_shallow()?,
            });
        };
        let commit = commit.as_str().to_owned();
        let base = self.ask(&["merge-base", &commit, "HEAD"])?;
        if base.is_err() && self.is_shallow()? {
            tracing::warn!(
                "the clone is shallow, so where the branch left `{revision}` is not known: all that differs \
                 from it counts (`git fetch --unshallow`; for actions/checkout `fetch-depth: 0`)"
            );
        }
        Ok(base.map_or(commit, |base| {
            String::from_utf8_lossy(&base).trim().to_owned()
        }))
    }

    /// Whether there is a commit on any branch.
    fn has_commits(&self) -> Result<bool, GitError> {
        let newest = self.ask(&["rev-list", "--all", "--max-count=1"])?;
        Ok(newest.is_ok_and(|newest| !newest.is_empty()))
    }

    /// What a command with `-z` prints, piece by piece.
    fn pieces(&self, arguments: &[&str]) -> Result<Vec<Vec<u8>>, GitError> {
        let output = self.output(arguments)?;
        let pieces = output.split(|byte| *byte == 0);
        Ok(pieces
            .filter(|piece| !piece.is_empty())
            .map(<[u8]>::to_vec)
            .collect())
    }
}

/// A folder's name may end with a blank, or even a line end of its own.
fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
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
