//! Which lines of the changed files have changed, as git counts them.

use std::path::PathBuf;

use super::super::LineChange;
use super::changed::Between;
use super::raw::changes;
use super::{Git, GitError};

/// The changed lines of each file that was there before, by its path from the repository's top. A file that is
/// new, or was binary, is not among them. One that was renamed is compared with what it was.
pub(super) fn changed_lines(
    git: &Git,
    between: &Between,
) -> Result<Vec<(PathBuf, Vec<LineChange>)>, GitError> {
    let mut arguments = vec![
        "diff",
        "--raw",
        "--patch",
        "-z",
        "--unified=0",
        "--no-abbrev",
        "--find-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
        "--diff-algorithm=default",
        "--inter-hunk-context=0",
        "--ignore-submodules=all",
        // What git takes for binary is text to Python.
        "--text",
        "--diff-filter=MR",
    ];
    match between {
        Between::CommitAndFiles(commit) => arguments.push(commit),
        Between::HeadAndIndex => arguments.push("--cached"),
        Between::Commits(old, new) => arguments.extend([old.as_str(), new]),
    }
    arguments.push("--");
    let output = git.output(&arguments)?;
    // An empty field stands between the names, which come first, and the patch.
    let end = output.windows(2).position(|pair| pair == b"\0\0");
    let (names, patch) = match end {
        Some(at) => (&output[..=at], &output[at + 2..]),
        None => (&output[..], &b""[..]),
    };
    let names = changes(names).into_iter().map(|change| change.path);
    let names: Vec<PathBuf> = names.collect();
    let sections = sections(patch);
    if names.len() != sections.len() {
        return Err(GitError::Failed("its patch cannot be read".to_owned()));
    }
    Ok(names.into_iter().zip(sections).collect())
}

/// The changed lines of each file of a patch without context, in which only a header begins with `diff `.
fn sections(patch: &[u8]) -> Vec<Vec<LineChange>> {
    let mut sections: Vec<Vec<LineChange>> = Vec::new();
    for line in patch.split(|byte| *byte == b'\n') {
        if line.starts_with(b"diff --git ") {
            sections.push(Vec::new());
        } else if let (Some(hunk), Some(section)) =
            (line.strip_prefix(b"@@ -"), sections.last_mut())
        {
            section.extend(hunk_of(hunk));
        }
    }
    sections
}

/// Reads `OLD[,COUNT] +NEW[,COUNT] @@`.
fn hunk_of(header: &[u8]) -> Option<LineChange> {
    let header = String::from_utf8_lossy(header);
    let new = header.split(' ').nth(1)?.strip_prefix('+')?;
    let (start, count) = new.split_once(',').unwrap_or((new, "1"));
    Some(LineChange {
        start: start.parse().ok()?,
        count: count.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_without_context_gives_the_lines_of_each_file() {
        let patch = b"diff --git a/a.py b/a.py\nindex 1..2 100644\n--- a/a.py\n+++ b/a.py\n\
            @@ -1 +1,2 @@ def f():\n-x\n+y\n+@@ -9 +9 @@\n@@ -5,2 +6,0 @@\n-diff --git a b\n-z\n\
            diff --git a/b.py b/c.py\nsimilarity index 100%\nrename from b.py\nrename to c.py\n";
        let change = |start, count| LineChange { start, count };
        assert_eq!(
            sections(patch),
            [vec![change(1, 2), change(6, 0)], Vec::new()]
        );
        assert_eq!(hunk_of(b"nonsense"), None);
    }
}
