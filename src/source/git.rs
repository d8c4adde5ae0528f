//! Which files git says have changed. docgen asks the `git` that the user has, so that worktrees,
//! submodules, `safe.directory` and whatever else is configured mean what they mean everywhere.

mod authorship;

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Discovered;

pub use authorship::Authorship;

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
        let commit = format!("{revision}^{{commit}}");
        let known = run(
            &self.top,
            &[
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &commit,
            ],
        )?;
        let Ok(commit) = known else {
            return Err(GitError::UnknownRevision {
                revision: revision.to_owned(),
                is_shallow: self.is_shallow()?,
            });
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        let commit = text(&commit);
        let base = run(&self.top, &["merge-base", &commit, "HEAD"])?;
        Ok(base.map_or(commit, |base| text(&base)))
    }

    /// The names that a command with `-z` prints, relative to the repository's top.
    fn lines(&self, arguments: &[&str]) -> Result<Vec<PathBuf>, GitError> {
        let output = run(&self.top, arguments)?.map_err(GitError::Failed)?;
        let names = output
            .split(|byte| *byte == 0)
            .filter(|name| !name.is_empty());
        Ok(names.map(|name| PathBuf::from(path_of(name))).collect())
    }
}

/// What git prints, or what it complains of.
fn run(folder: &Path, arguments: &[&str]) -> Result<Result<Vec<u8>, String>, GitError> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::null())
        // No lock for a command that only looks, and words that can be looked for.
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .output()
        .map_err(GitError::NotStarted)?;
    Ok(if output.status.success() {
        Ok(output.stdout)
    } else {
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(words)
    })
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
