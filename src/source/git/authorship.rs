//! Whose work something is, and at which commit, as git has it.

use std::path::Path;

use super::Git;

/// What git would write into a commit that is made now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authorship {
    /// The commit that is checked out.
    pub commit: Option<String>,
    /// The branch that is checked out.
    pub branch: Option<String>,
    /// The author, `Name <address>`.
    pub author: Option<String>,
}

impl Authorship {
    /// Asks git about the repository around `folder`. What it does not know, and all of it without git,
    /// is none.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        let git = Git::at(folder);
        let said = |arguments: &[&str]| {
            let output = git.as_ref().ok()?.ask(arguments).ok()?.ok()?;
            let text = String::from_utf8_lossy(&output).trim().to_owned();
            (!text.is_empty()).then_some(text)
        };
        let author = said(&["var", "GIT_AUTHOR_IDENT"]);
        Self {
            commit: said(&["rev-parse", "--verify", "--quiet", "HEAD"]),
            branch: said(&["symbolic-ref", "--quiet", "--short", "HEAD"]),
            author: author.map(|author| without_time(&author).to_owned()),
        }
    }
}

/// git's `Name <address> seconds zone` without its end.
fn without_time(author: &str) -> &str {
    match author.rfind('>') {
        Some(end) => author.get(..=end).unwrap_or(author),
        None => author,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_no_part_of_the_author() {
        assert_eq!(
            without_time("A > B <a@b.example> 1234567890 +0100"),
            "A > B <a@b.example>"
        );
        assert_eq!(without_time("nobody"), "nobody");
    }

    #[test]
    fn without_a_repository_there_is_no_commit() {
        let folder = tempfile::tempdir().unwrap();
        let found = Authorship::of(folder.path());
        assert_eq!((found.commit, found.branch), (None, None));
    }
}
