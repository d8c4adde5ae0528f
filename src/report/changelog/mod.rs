//! What became of docstrings, release by release.

mod difference;
mod html;
mod json;
mod markdown;

use std::time::SystemTime;

pub use html::changelog_html;
pub use json::changelog_json;
pub(super) use json::{change_json, extend, origin_json};
pub use markdown::changelog_markdown;

use crate::docstring::{Action, DocstringChange};
use crate::source::{Commit, FileName};

pub(super) use difference::{Mark, difference};

/// What became of docstrings, the newest release first.
#[derive(Debug, Default)]
pub struct Changelog {
    /// The releases.
    pub releases: Vec<Release>,
    /// What is to be known of all of it: that history is cut off, that there is no git.
    pub notes: Vec<String>,
}

/// What became of docstrings between one release and the one before it.
#[derive(Debug, Default)]
pub struct Release {
    /// Its tags, by name; none for what is not released yet.
    pub tags: Vec<String>,
    /// Its commit, if it has one.
    pub commit: Option<String>,
    /// When it was made, in ISO 8601.
    pub time: Option<String>,
    /// What it is compared with: a tag or a commit; `None` for the beginning.
    pub since: Option<String>,
    /// The docstrings that changed, by path, in the order of the file.
    pub changes: Vec<ReleaseChange>,
    /// The files whose docstrings cannot be told.
    pub unread: Vec<UnreadFile>,
}

/// A docstring that is not what it was.
#[derive(Debug)]
pub struct ReleaseChange {
    /// The file.
    pub path: FileName,
    /// What it was called before, if that was another name.
    pub old_path: Option<FileName>,
    /// What became of the docstring.
    pub change: DocstringChange,
    /// Where the change came from.
    pub origin: Origin,
}

/// Where a change came from.
#[derive(Debug, Default)]
pub struct Origin {
    /// The commit, if it is committed and the commit is known.
    pub commit: Option<Commit>,
    /// It is in the working tree only.
    pub is_uncommitted: bool,
    /// The run of docgen that wrote the words, if it did.
    pub run: Option<RunNote>,
    /// Runs are recorded here, and none of them wrote this; known of what is not committed only.
    pub is_unrecorded: bool,
}

/// A run of docgen, as the journal knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunNote {
    /// Its number.
    pub id: i64,
    /// When it wrote the docstring.
    pub at: SystemTime,
    /// Whose words it wrote.
    pub provider: String,
}

/// A file whose docstrings cannot be told at one of the two times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadFile {
    /// The file.
    pub path: FileName,
    /// At which release or commit.
    pub at: String,
    /// Why.
    pub reason: String,
}

impl Release {
    /// What people call it.
    #[must_use]
    pub fn name(&self) -> String {
        if self.tags.is_empty() {
            "Unreleased".to_owned()
        } else {
            self.tags.join(" / ")
        }
    }

    /// How many docstrings had this happen to them.
    fn count(&self, action: Action, with_definition: bool) -> usize {
        let changes = self.changes.iter();
        let is_such = |one: &&ReleaseChange| {
            one.change.action == action && one.change.with_definition == with_definition
        };
        changes.filter(is_such).count()
    }

    /// «2 added, 1 updated; 3 new with their definitions»
    fn counts(&self) -> String {
        let words = |kinds: &[(usize, &str)]| {
            let some = kinds.iter().filter(|(count, _)| *count > 0);
            let words: Vec<String> = some
                .map(|(count, word)| format!("{count} {word}"))
                .collect();
            words.join(", ")
        };
        let own = words(&[
            (self.count(Action::Added, false), "added"),
            (self.count(Action::Updated, false), "updated"),
            (self.count(Action::Removed, false), "removed"),
        ]);
        let others = words(&[
            (
                self.count(Action::Added, true),
                "new with their definitions",
            ),
            (
                self.count(Action::Removed, true),
                "gone with their definitions",
            ),
        ]);
        match (own.is_empty(), others.is_empty()) {
            (true, true) => "no docstring changed".to_owned(),
            (false, true) => own,
            (true, false) => others,
            (false, false) => format!("{own}; {others}"),
        }
    }

    /// The changes of each file; those that came or went with their definitions last.
    fn files(&self) -> impl Iterator<Item = Vec<&ReleaseChange>> {
        let files = self.changes.chunk_by(|one, other| one.path == other.path);
        files.map(|changes| {
            let mut changes: Vec<&ReleaseChange> = changes.iter().collect();
            let is_less_told = |one: &&ReleaseChange| {
                let change = &one.change;
                (
                    change.with_definition,
                    change.with_definition && change.action == Action::Removed,
                )
            };
            changes.sort_by_key(is_less_told);
            changes
        })
    }

    /// «2026-03-01, 3 added since v1.0»
    fn told(&self) -> String {
        let counts = self.counts();
        match &self.since {
            Some(since) => format!("{counts}, since {since}"),
            None => counts,
        }
    }
}

impl ReleaseChange {
    /// What people call the definition, and whether that is its name.
    fn definition(&self) -> (&str, bool) {
        match (is_module(&self.change), self.change.with_definition) {
            (false, _) => (&self.change.qualified_name, true),
            (true, true) => ("module", false),
            (true, false) => ("module docstring", false),
        }
    }
}

fn is_module(change: &DocstringChange) -> bool {
    change.qualified_name.is_empty()
}

/// What happened to a docstring, in words.
pub(in crate::report) fn action_words(change: &DocstringChange) -> &'static str {
    match (change.action, change.with_definition) {
        (Action::Added, false) => "added",
        (Action::Added, true) if is_module(change) => "added with its file",
        (Action::Added, true) => "added with its definition",
        (Action::Updated, _) => "updated",
        (Action::Removed, false) => "removed",
        (Action::Removed, true) if is_module(change) => "removed with its file",
        (Action::Removed, true) => "removed with its definition",
    }
}

/// The same in one word, for a list.
fn action_word(change: &DocstringChange) -> &'static str {
    match (change.action, change.with_definition) {
        (Action::Added, false) => "Added",
        (Action::Added, true) => "New",
        (Action::Updated, _) => "Updated",
        (Action::Removed, false) => "Removed",
        (Action::Removed, true) => "Gone",
    }
}

impl Origin {
    /// «ab12cd3, Ana Lima; docgen run 12, gpt-5-mini»; empty when nothing is known.
    fn told(&self) -> String {
        let mut parts = Vec::new();
        if self.is_uncommitted {
            parts.push("not committed".to_owned());
        }
        if let Some(commit) = &self.commit {
            parts.push(format!("{}, {}", commit.short, commit.author));
        }
        if let Some(run) = &self.run {
            parts.push(format!("docgen run {}, {}", run.id, run.provider));
        }
        parts.join("; ")
    }
}

/// The date of a time in ISO 8601.
pub(super) fn date_of(time: &str) -> &str {
    time.get(..10).unwrap_or(time)
}

/// The first sentence of a docstring on one line, cut where it is long.
pub(super) fn summary(docstring: &str) -> String {
    const MOST_CHARS: usize = 160;
    let first = docstring.split("\n\n").next().unwrap_or_default();
    let mut line = String::new();
    let mut words = first.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        let next = words.peek().and_then(|next| next.chars().next());
        // `e.g.` ends no sentence, and neither does an initial.
        let is_end = word.ends_with(['.', '!', '?']) && word.matches('.').count() < 2;
        if is_end && word.len() > 2 && next.is_some_and(char::is_uppercase) {
            break;
        }
    }
    match line.char_indices().nth(MOST_CHARS) {
        None => line,
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
    }
}
