//! Which commit a change came with: the last of its stretch after which the docstring said what it
//! says in the end, and before which it did not.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::commands::past::Versions;
use crate::docstring::DocstringChange;
use crate::source::{Commit, Commits, Content, FileChange, Graph, LoggedCommit};

/// What touched the files that matter, the newest first.
pub(super) struct Touches<'l> {
    /// By the path that the file has in the end.
    of_file: HashMap<PathBuf, Vec<(&'l Commit, &'l FileChange)>>,
}

impl<'l> Touches<'l> {
    /// Those of the commits in `commits`; `files` are the paths in the end, each with the one at the start.
    pub(super) fn find<'f>(
        log: &'l [LoggedCommit],
        graph: &Graph,
        commits: &Commits,
        files: impl Iterator<Item = (&'f Path, Option<&'f Path>)>,
    ) -> Self {
        // A path to those that its file has in the end.
        let mut later: HashMap<PathBuf, HashSet<PathBuf>> = HashMap::new();
        for (path, old) in files {
            for one in [Some(path), old].into_iter().flatten() {
                let ends = later.entry(one.to_path_buf()).or_default();
                ends.insert(path.to_path_buf());
            }
        }
        let mut of_file: HashMap<PathBuf, Vec<(&Commit, &FileChange)>> = HashMap::new();
        let is_meant = |one: &&LoggedCommit| {
            let place = graph.place(&one.commit.id);
            place.is_some_and(|place| commits.contain(place))
        };
        for logged in log.iter().filter(is_meant) {
            for change in &logged.files {
                let Some(ends) = later.get(&change.path).cloned() else {
                    continue;
                };
                for end in &ends {
                    let touches = of_file.entry(end.clone()).or_default();
                    touches.push((&logged.commit, change));
                }
                if let Some(old) = &change.old_path {
                    later.entry(old.clone()).or_default().extend(ends);
                }
            }
        }
        Self { of_file }
    }

    /// What has to be read to tell where changes came from.
    pub(super) fn contents(&self) -> impl Iterator<Item = &'l Content> {
        let touches = self.of_file.values().flatten();
        touches.flat_map(|(_, change)| change.old.iter().chain([&change.new]))
    }

    /// The commit that a change to a file came with.
    pub(super) fn origin(
        &self,
        path: &Path,
        change: &DocstringChange,
        versions: &Versions,
    ) -> Option<&'l Commit> {
        let mut touches = self.of_file.get(path)?.iter();
        let says = |touch: &FileChange, content: &Content, docstring: &str| {
            let past = versions.get(&touch.path, content).ok()?;
            Some(past.says(&change.qualified_name, docstring))
        };
        // What could not be read before is taken to have said something else.
        let brought = |touch: &FileChange, docstring: &str| {
            let mut old = touch.old.iter();
            says(touch, &touch.new, docstring) == Some(true)
                && old.all(|old| says(touch, old, docstring) != Some(true))
        };
        let took = |touch: &FileChange, docstring: &str| {
            let mut old = touch.old.iter();
            says(touch, &touch.new, docstring) == Some(false)
                && old.all(|old| says(touch, old, docstring) == Some(true))
        };
        let found = touches.find(|(commit, touch)| {
            !commit.is_cut
                && match (&change.old, &change.new) {
                    (_, Some(new)) => brought(touch, new),
                    (Some(old), None) => took(touch, old),
                    (None, None) => false,
                }
        });
        found.map(|(commit, _)| *commit)
    }
}
