//! Rules that are not in force in some files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use globset::GlobMatcher;

use super::rule_set::{RuleSelector, RuleSet};
use super::texts::Glob;

/// Globs of files, each with the rules that are not in force there.
pub type PerFileIgnores = BTreeMap<Glob, Vec<RuleSelector>>;

/// The rules in force, file by file.
#[derive(Debug, Clone)]
pub struct Rules {
    everywhere: RuleSet,
    root: PathBuf,
    exceptions: Vec<Exception>,
}

#[derive(Debug, Clone)]
struct Exception {
    files: FileGlob,
    ignored: Vec<RuleSelector>,
}

/// A glob that says which files a setting is about.
#[derive(Debug, Clone)]
pub(super) struct FileGlob {
    matcher: GlobMatcher,
    /// `!glob`: every file but those that match.
    is_inverted: bool,
    is_absolute: bool,
}

impl FileGlob {
    /// `None` for a glob that does not compile; such a one was refused when it was read.
    pub(super) fn new(glob: &Glob) -> Option<Self> {
        let pattern = glob.as_str();
        let (is_inverted, pattern) = match pattern.strip_prefix('!') {
            Some(pattern) => (true, pattern),
            None => (false, pattern),
        };
        let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
        let matcher = globset::Glob::new(pattern.trim_end_matches('/')).ok()?;
        Some(Self {
            matcher: matcher.compile_matcher(),
            is_inverted,
            is_absolute: Path::new(pattern).is_absolute(),
        })
    }

    /// ruff matches the file's name, and its path, in which `*` stands for slashes too. That the
    /// name of a folder stands for what is in it is docgen's own: nothing else can be meant.
    pub(super) fn concerns(&self, path: &Path, root: &Path) -> bool {
        let below_root = path
            .ancestors()
            .take_while(|ancestor| *ancestor != root && ancestor.starts_with(root));
        let is_match = (self.is_absolute && self.matcher.is_match(path))
            || path
                .file_name()
                .is_some_and(|name| self.matcher.is_match(name))
            || below_root.into_iter().any(|ancestor| {
                let relative = ancestor.strip_prefix(root);
                relative.is_ok_and(|relative| self.matcher.is_match(relative))
                    || ancestor
                        .file_name()
                        .is_some_and(|name| self.matcher.is_match(name))
            });
        is_match != self.is_inverted
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            everywhere: RuleSet::ALL,
            root: PathBuf::new(),
            exceptions: Vec::new(),
        }
    }
}

impl Rules {
    /// `everywhere`, less what `per_file` ignores; its globs are relative to `root`.
    pub(crate) fn new(everywhere: RuleSet, per_file: &PerFileIgnores, root: &Path) -> Self {
        let exceptions = per_file.iter().filter_map(|(glob, ignored)| {
            Some(Exception {
                files: FileGlob::new(glob)?,
                ignored: ignored.clone(),
            })
        });
        Self {
            everywhere,
            root: root.to_path_buf(),
            exceptions: exceptions.collect(),
        }
    }

    /// The rules in force for the file at `path`, which is absolute.
    #[must_use]
    pub fn of_file(&self, path: &Path) -> RuleSet {
        let concerned = self
            .exceptions
            .iter()
            .filter(|exception| exception.files.concerns(path, &self.root));
        concerned.fold(self.everywhere, |rules, exception| {
            rules.without(&exception.ignored)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RuleCode;

    /// Whether `glob` is about the file at `path`.
    fn matches(glob: &str, path: &str) -> bool {
        let glob = Glob::try_from(glob.to_owned()).unwrap();
        let per_file = [(glob, vec!["D".parse().unwrap()])].into();
        let rules = Rules::new(RuleSet::ALL, &per_file, Path::new("/p"));
        let rules = rules.of_file(Path::new(path));
        assert!(rules.contains(RuleCode::E999) && rules.contains(RuleCode::DOC102));
        !rules.contains(RuleCode::D103)
    }

    #[test]
    fn globs_are_those_of_ruff() {
        for (glob, path) in [
            ("__init__.py", "/p/src/x/__init__.py"),
            ("src/*.py", "/p/src/x/y.py"),
            ("src/**/*.py", "/p/src/x.py"),
            ("./src/*", "/p/src/x.py"),
            ("/p/src/*", "/p/src/x.py"),
            ("*_test.py", "/elsewhere/x_test.py"),
            ("{a,b}/*.py", "/p/b/x.py"),
            ("!src/*.py", "/p/lib/x.py"),
        ] {
            assert!(matches(glob, path), "{glob} {path}");
        }
        for (glob, path) in [
            ("src/*.py", "/p/lib/src/x.py"),
            ("src/*", "/elsewhere/src/x.py"),
            ("*/x.py", "/elsewhere/src/x.py"),
            ("x.py", "/p/xx.py"),
            ("!src/*.py", "/p/src/x.py"),
            ("p", "/p/x.py"),
        ] {
            assert!(!matches(glob, path), "{glob} {path}");
        }
    }

    #[test]
    fn a_folder_stands_for_what_is_in_it() {
        assert!(matches("tests", "/p/tests/a/b.py"));
        assert!(matches("tests/", "/p/src/tests/b.py"));
        assert!(matches("src/tests", "/p/src/tests/b.py"));
        assert!(!matches("src/tests", "/p/x/src/tests/b.py"));
        assert!(!matches("!tests", "/p/tests/a.py"));
    }
}
