//! The past of a repository: its commits, its tags, and what files held.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use super::graph::Graph;
use super::{Git, GitError, raw, since};

/// The name of an object in git's store: a hash in hexadecimal digits, of whichever length the
/// repository has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(Box<str>);

impl ObjectId {
    pub(super) fn new(digits: &str) -> Self {
        Self(digits.trim().into())
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// git writes noughts for what is not there, or not in its store.
    pub(super) fn is_null(&self) -> bool {
        self.0.bytes().all(|digit| digit == b'0')
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A commit, as far as a reader wants to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub id: ObjectId,
    /// As much of the name as tells it from all others.
    pub short: String,
    /// Who wrote it, as `.mailmap` has the name.
    pub author: String,
    /// The author's address.
    pub email: String,
    /// When it was written, in ISO 8601 with the author's offset.
    pub time: String,
    /// When it was committed, in seconds since 1970.
    pub committed_at: i64,
    /// The first line of its message.
    pub subject: String,
    /// A shallow clone ends here: what it changed cannot be told from what was there before.
    pub is_cut: bool,
}

/// What a file holds at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// There is no such file.
    Absent,
    /// What git has under this name.
    Stored(ObjectId),
    /// What is on disk.
    OnDisk,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Its path from the repository's top, afterwards.
    pub path: PathBuf,
    /// Its path before, if that was another.
    pub old_path: Option<PathBuf>,
    /// What it held before, once for each parent of the commit.
    pub old: Vec<Content>,
    /// What it held afterwards.
    pub new: Content,
}

/// A commit and what it did to files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedCommit {
    /// The commit.
    pub commit: Commit,
    /// The files that it changed; of a merge those that differ from each of its parents.
    pub files: Vec<FileChange>,
}

/// A tag on a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name, without `refs/tags/`.
    pub name: String,
    /// The commit.
    pub commit: ObjectId,
    /// When the tag was made, or else the commit, in ISO 8601.
    pub time: String,
}

/// Where a stretch of history begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// After this commit.
    After(ObjectId),
    /// Before the first.
    Beginning,
}

/// The past of the repository around a folder.
#[derive(Debug)]
pub struct History {
    pub(super) git: Git,
    is_shallow: bool,
    /// The commits at which a shallow clone ends.
    cut: HashSet<ObjectId>,
}

/// Python files, wherever they are.
const PYTHON: [&str; 3] = ["--", ":(top,glob)**/*.py", ":(top,glob)**/*.pyi"];

impl History {
    /// Asks git for the repository around `folder`.
    pub fn around(folder: &Path) -> Result<Self, GitError> {
        let git = Git::at(folder)?;
        let is_shallow = git.is_shallow()?;
        let mut cut = HashSet::new();
        if is_shallow {
            let file = git.text(&["rev-parse", "--git-path", "shallow"])?;
            let listed =
                std::fs::read_to_string(git.folder.join(file.trim_end())).unwrap_or_default();
            cut.extend(listed.lines().map(ObjectId::new));
        }
        Ok(Self {
            git,
            is_shallow,
            cut,
        })
    }

    /// The top folder of the repository.
    #[must_use]
    pub fn top(&self) -> &Path {
        &self.git.top
    }

    /// Whether the clone holds only the newest commits.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        self.is_shallow
    }

    /// Whether a shallow clone ends at this commit.
    #[must_use]
    pub fn is_cut(&self, commit: &ObjectId) -> bool {
        self.cut.contains(commit)
    }

    /// The commit that is checked out; `None` before the first.
    pub fn head(&self) -> Result<Option<ObjectId>, GitError> {
        let verify = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
        let known = self.git.ask(&verify)?;
        Ok(known
            .ok()
            .map(|id| ObjectId::new(&String::from_utf8_lossy(&id))))
    }

    /// All commits that lead to `head`.
    pub fn graph(&self, head: &ObjectId) -> Result<Graph, GitError> {
        let list = ["rev-list", "--date-order", "--parents", head.as_str(), "--"];
        Ok(Graph::read(&self.git.text(&list)?))
    }

    /// The tags on commits whose names match `glob`, by name.
    pub fn tags(&self, glob: Option<&str>) -> Result<Vec<Tag>, GitError> {
        const FIELDS: usize = 6;
        let format = "--format=%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)\
                      %00%(*objectname)%00%(creatordate:iso-strict)%00";
        let pattern = glob.map_or_else(
            || "refs/tags/".to_owned(),
            |glob| format!("refs/tags/{glob}"),
        );
        let listed = self.git.text(&["for-each-ref", format, &pattern])?;
        let fields: Vec<&str> = listed.split('\0').collect();
        let mut tags = Vec::new();
        for fields in fields.chunks_exact(FIELDS) {
            let [name, kind, id, inner_kind, inner, time] = *fields else {
                continue;
            };
            let name = name.trim_start_matches('\n').to_owned();
            let commit = match (kind, inner_kind) {
                ("commit", _) => Some(ObjectId::new(id)),
                ("tag", "commit") => Some(ObjectId::new(inner)),
                // A tag on a tag.
                ("tag", "tag") => self.git.commit(&format!("refs/tags/{name}"))?,
                _ => None,
            };
            tags.extend(commit.map(|commit| Tag {
                name,
                commit,
                time: time.to_owned(),
            }));
        }
        Ok(tags)
    }

    /// Where the history since a revision begins (where the current branch left it), or since a date.
    pub fn start(&self, since: &str) -> Result<Start, GitError> {
        let unknown = match self.git.base_of(since) {
            Err(error @ GitError::UnknownRevision { .. }) => error,
            base => return base.map(|base| Start::After(ObjectId::new(&base))),
        };
        let date = match since::date(since) {
            since::Date::Point(date) => date,
            since::Date::Wrong => return Err(GitError::NoDate(since.to_owned())),
            since::Date::Other => return Err(unknown),
        };
        // What git makes of a date is `--max-age=SECONDS`.
        let age = self.git.text(&["rev-parse", &format!("--since={date}")])?;
        let seconds = age.trim().trim_start_matches("--max-age=");
        let youngest = format!("--min-age={seconds}");
        if self.head()?.is_none() {
            return Ok(Start::Beginning);
        }
        let last = ["rev-list", "-1", "--first-parent", &youngest, "HEAD", "--"];
        let last = self.git.text(&last)?;
        Ok(if last.trim().is_empty() {
            Start::Beginning
        } else {
            Start::After(ObjectId::new(&last))
        })
    }

    /// How the Python files of `new` differ from those at `start`; of the working tree if there is
    /// no `new`, new files that git does not know yet included.
    pub fn changes(
        &self,
        start: &Start,
        new: Option<&ObjectId>,
    ) -> Result<Vec<FileChange>, GitError> {
        let old = match start {
            Start::After(commit) => commit.clone(),
            Start::Beginning => self.empty_tree()?,
        };
        let raw = ["-r", "-z", "-M", "--raw", "--no-abbrev"];
        let Some(new) = new else {
            let command = [&["diff-index"], &raw[..], &[old.as_str()], &PYTHON].concat();
            let mut changes = raw::changes(&self.git.output(&command)?);
            changes.extend(self.untracked()?);
            return Ok(changes);
        };
        let points = [old.as_str(), new.as_str()];
        let command = [&["diff-tree"], &raw[..], &points, &PYTHON].concat();
        Ok(raw::changes(&self.git.output(&command)?))
    }

    fn untracked(&self) -> Result<Vec<FileChange>, GitError> {
        let list = ["ls-files", "--others", "--exclude-standard", "-z"];
        let names = self.git.lines(&[&list[..], &PYTHON].concat())?;
        let added = names.into_iter().map(|path| FileChange {
            path,
            old_path: None,
            old: vec![Content::Absent],
            new: Content::OnDisk,
        });
        Ok(added.collect())
    }

    /// The name of a folder with nothing in it.
    fn empty_tree(&self) -> Result<ObjectId, GitError> {
        let hash = ["hash-object", "-t", "tree", "--stdin"];
        Ok(ObjectId::new(&self.git.text(&hash)?))
    }

    /// The commits that lead to `head` and touch Python files, newest first; what leads to `start` is
    /// left out.
    pub fn log(&self, head: &ObjectId, start: &Start) -> Result<Vec<LoggedCommit>, GitError> {
        let not = match start {
            Start::After(commit) => Some(format!("^{commit}")),
            Start::Beginning => None,
        };
        let points: Vec<&str> = not.as_deref().into_iter().chain([head.as_str()]).collect();
        let command = [LOG, &["--date-order", "-c"], &points, &PYTHON].concat();
        self.logged(&self.git.output(&command)?)
    }

    /// The commits that touched one file, given from the repository's top, newest first; also those
    /// from before it was renamed.
    pub fn follow(&self, path: &Path) -> Result<Vec<LoggedCommit>, GitError> {
        let mut command = vec![OsStr::new("--literal-pathspecs")];
        command.extend(LOG.iter().map(OsStr::new));
        command.extend(["--follow", "HEAD", "--"].map(OsStr::new));
        command.push(path.as_os_str());
        let output = self.git.ask(&command)?.map_err(GitError::Failed)?;
        self.logged(&output)
    }

    /// What a commit renamed a file to, if it did; both given from the repository's top.
    pub fn renamed(&self, commit: &ObjectId, path: &Path) -> Result<Option<PathBuf>, GitError> {
        let raw = ["diff-tree", "-r", "-z", "-M", "--raw", "--no-abbrev"];
        let command = [&raw[..], &["--no-commit-id", commit.as_str()], &PYTHON].concat();
        let changes = raw::changes(&self.git.output(&command)?);
        let mut renamed = changes.into_iter();
        let renamed = renamed.find(|change| change.old_path.as_deref() == Some(path));
        Ok(renamed.map(|change| change.path))
    }

    fn logged(&self, output: &[u8]) -> Result<Vec<LoggedCommit>, GitError> {
        let short = self.git.text(&["rev-parse", "--short", "HEAD"])?;
        let mut logged = raw::log(output, short.trim().len())?;
        for one in &mut logged {
            one.commit.is_cut = self.is_cut(&one.commit.id);
        }
        Ok(logged)
    }
}

/// A log that the user's settings do not change.
const LOG: &[&str] = &[
    "-c",
    "log.showSignature=false",
    "-c",
    "log.showRoot=true",
    "-c",
    "diff.relative=false",
    "log",
    "--no-color",
    "--no-notes",
    "--encoding=UTF-8",
    "--no-ext-diff",
    "-M",
    "--raw",
    "-z",
    "--no-abbrev",
    raw::FORMAT,
];
