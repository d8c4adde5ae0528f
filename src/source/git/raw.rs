//! What git prints of commits and changed files, with `-z`: fields that end with a NUL, so that every
//! name is as it is.

use std::path::PathBuf;

use super::history::{Commit, Content, FileChange, LoggedCommit, ObjectId};
use super::{GitError, path_of};

/// What a commit begins with; no field of raw changes does.
const MARK: u8 = 1;

/// The fields of a commit after the first: a format for `git log`.
pub(super) const FORMAT: &str = "--format=tformat:%x01%H%x00%aN%x00%aE%x00%aI%x00%ct%x00%s%x00";

/// Reads the changed files that a command prints with `--raw -z`.
pub(super) fn changes(output: &[u8]) -> Vec<FileChange> {
    let mut fields = Fields::new(output);
    let mut changes = Vec::new();
    while let Some(field) = fields.next() {
        // A commit's name may come first.
        if let Some(raw) = field.strip_prefix(b":") {
            changes.extend(change(raw, &mut fields));
        }
    }
    changes
}

/// Reads what `git log --raw -z` prints with [`FORMAT`].
///
/// `short` is how many digits tell one commit from the others.
pub(super) fn log(output: &[u8], short: usize) -> Result<Vec<LoggedCommit>, GitError> {
    let mut fields = Fields::new(output);
    let mut logged: Vec<LoggedCommit> = Vec::new();
    while let Some(field) = fields.next() {
        if let Some(id) = field.strip_prefix(&[MARK]) {
            logged.push(LoggedCommit {
                commit: commit(id, short, &mut fields).ok_or_else(unreadable)?,
                files: Vec::new(),
            });
        } else if let Some(raw) = field.strip_prefix(b":") {
            let change = change(raw, &mut fields);
            let last = logged.last_mut().ok_or_else(unreadable)?;
            last.files.extend(change);
        } else {
            return Err(unreadable());
        }
    }
    Ok(logged)
}

fn unreadable() -> GitError {
    GitError::Failed("its log cannot be read".to_owned())
}

struct Fields<'o> {
    rest: std::slice::Split<'o, u8, fn(&u8) -> bool>,
}

impl<'o> Fields<'o> {
    fn new(output: &'o [u8]) -> Self {
        let is_end: fn(&u8) -> bool = |byte| *byte == 0;
        Self {
            rest: output.split(is_end),
        }
    }

    /// The next that begins something: between a commit and its changes stand line ends and empty
    /// fields.
    fn next(&mut self) -> Option<&'o [u8]> {
        loop {
            let field = self.rest.next()?;
            let field = field.strip_prefix(b"\n").unwrap_or(field);
            if !field.is_empty() {
                return Some(field);
            }
        }
    }

    fn text(&mut self) -> Option<String> {
        let field = self.rest.next()?;
        Some(String::from_utf8_lossy(field).into_owned())
    }

    fn path(&mut self) -> Option<PathBuf> {
        let field = self.rest.next()?;
        Some(PathBuf::from(path_of(field)))
    }
}

fn commit(id: &[u8], short: usize, fields: &mut Fields<'_>) -> Option<Commit> {
    let id = ObjectId::new(&String::from_utf8_lossy(id));
    Some(Commit {
        short: id.as_str().get(..short).unwrap_or(id.as_str()).to_owned(),
        id,
        author: fields.text()?,
        email: fields.text()?,
        time: fields.text()?,
        committed_at: fields.text()?.parse().ok()?,
        subject: fields.text()?,
        is_cut: false,
    })
}

/// A raw change, its first colon taken off: for n parents n - 1 further colons, n + 1 modes, n + 1 names,
/// the status, and in fields of their own one path or, where a file was renamed, two.
fn change(raw: &[u8], fields: &mut Fields<'_>) -> Option<FileChange> {
    let raw = String::from_utf8_lossy(raw);
    let parents = 1 + raw.bytes().take_while(|byte| *byte == b':').count();
    let words: Vec<&str> = raw.trim_start_matches(':').split(' ').collect();
    let first = fields.path()?;
    let status = words.last()?;
    let is_renamed = parents == 1 && status.starts_with(['R', 'C']);
    let (path, old_path) = if is_renamed {
        (fields.path()?, Some(first))
    } else {
        (first, None)
    };
    let (modes, names) = words.get(..2 * (parents + 1))?.split_at(parents + 1);
    let contents = modes.iter().zip(names).map(|(mode, name)| {
        let id = ObjectId::new(name);
        match (is_file(mode), id.is_null()) {
            (false, _) => Content::Absent,
            (true, true) => Content::OnDisk,
            (true, false) => Content::Stored(id),
        }
    });
    let mut contents: Vec<Content> = contents.collect();
    let new = contents.pop()?;
    Some(FileChange {
        path,
        old_path,
        old: contents,
        new,
    })
}

/// A link or a submodule is none.
fn is_file(mode: &str) -> bool {
    mode.starts_with("100")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO: &str = "0000";

    fn stored(id: &str) -> Content {
        Content::Stored(ObjectId::new(id))
    }

    #[test]
    fn a_log_is_commits_and_their_files() {
        let commit = |id: &str| format!("\x01{id}\0A\0a@b\0T\x007\0:S\0\0");
        let output = format!(
            "{}\n:100644 100755 a1 b2 M\0x\n.py\0:100644 100644 c3 d4 R090\0old.py\0new.py\0{}\0::100644 100644 100644 a1 b2 c3 MM\0y.py\0{}",
            commit("1f"),
            commit("2f"),
            commit("3f"),
        );
        let logged = log(output.as_bytes(), 1).unwrap();
        assert_eq!(logged.len(), 3);
        assert_eq!(logged[0].commit.subject, ":S");
        assert_eq!(logged[0].commit.short, "1");
        assert_eq!(logged[0].files[0].path, PathBuf::from("x\n.py"));
        assert_eq!(logged[0].files[1].old_path, Some(PathBuf::from("old.py")));
        assert_eq!(logged[0].files[1].path, PathBuf::from("new.py"));
        assert_eq!(logged[1].files[0].old, [stored("a1"), stored("b2")]);
        assert_eq!(logged[1].files[0].new, stored("c3"));
        assert!(logged[2].files.is_empty());
        assert!(log(b"what is this", 1).is_err());
    }

    #[test]
    fn links_and_submodules_are_no_files() {
        let output = format!(
            ":120000 100644 a1 {ZERO} T\0a.py\0:000000 160000 {ZERO} b2 A\0sub.py\0:100644 000000 a1 {ZERO} D\0b.py\0"
        );
        let changed = changes(output.as_bytes());
        assert_eq!(changed[0].old, [Content::Absent]);
        assert_eq!(changed[0].new, Content::OnDisk);
        assert_eq!(changed[1].new, Content::Absent);
        assert_eq!(changed[2].new, Content::Absent);
    }
}
