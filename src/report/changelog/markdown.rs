//! A changelog as markdown, fit for GitHub's release notes: whatever comes from sources and from git is
//! text there, and neither markup nor a mention.

use std::fmt::Write as _;

use super::{Changelog, Release, ReleaseChange, action_word, date_of, summary};
use crate::docstring::Action;
use crate::report::markup::{code, prose, words};

/// Files that cannot be told of, named at most.
const MOST_UNREAD: usize = 5;

/// All of it, a line for each docstring.
#[must_use]
pub fn changelog_markdown(changelog: &Changelog) -> String {
    let mut text = String::from("# Docstring changelog\n");
    for note in &changelog.notes {
        _ = writeln!(text, "\n{}", prose(note));
    }
    if changelog.releases.is_empty() {
        text.push_str("\nNo docstring has changed.\n");
    }
    for one in &changelog.releases {
        release(&mut text, one);
    }
    text
}

fn release(text: &mut String, release: &Release) {
    let date = release.time.as_deref().map(date_of);
    let date = date.map_or_else(String::new, |date| format!(" ({date})"));
    let told = prose(&sentence(&release.told()));
    _ = write!(text, "\n## {}{date}\n\n{told}\n", prose(&release.name()));
    for changes in release.files() {
        file(text, &changes);
    }
    unread(text, release);
}

fn file(text: &mut String, changes: &[&ReleaseChange]) {
    let Some(first) = changes.first() else {
        return;
    };
    let path = prose(first.path.as_str());
    _ = match &first.old_path {
        Some(old) => write!(text, "\n### {path} (was {})\n\n", prose(old.as_str())),
        None => write!(text, "\n### {path}\n\n"),
    };
    for one in changes {
        change(text, one);
    }
}

fn change(text: &mut String, one: &ReleaseChange) {
    let (change, told) = (&one.change, one.origin.told());
    let summary_of = |text: Option<&str>| words(&summary(text.unwrap_or_default()));
    let name = match one.definition() {
        (name, true) => code(name),
        (words, false) => words.to_owned(),
    };
    let by = if told.is_empty() {
        String::new()
    } else {
        format!(" ({})", prose(&told))
    };
    let word = if change.with_definition {
        action_word(change).to_owned()
    } else {
        format!("**{}**", action_word(change))
    };
    let (old, new) = (
        summary_of(change.old.as_deref()),
        summary_of(change.new.as_deref()),
    );
    _ = match change.action {
        Action::Added => writeln!(text, "- {word} {name}: {new}{by}"),
        Action::Removed => writeln!(text, "- {word} {name}: {old}{by}"),
        Action::Updated if old == new => {
            writeln!(text, "- {word} {name}, below its summary: {new}{by}")
        }
        Action::Updated => writeln!(text, "- {word} {name}{by}\n  - was: {old}\n  - now: {new}"),
    };
}

fn unread(text: &mut String, release: &Release) {
    if release.unread.is_empty() {
        return;
    }
    text.push_str("\n### Files that cannot be told of\n\n");
    for file in release.unread.iter().take(MOST_UNREAD) {
        let (path, at) = (prose(file.path.as_str()), prose(&file.at));
        _ = writeln!(text, "- {path} at {at}: {}", prose(&file.reason));
    }
    let more = release.unread.len().saturating_sub(MOST_UNREAD);
    if more > 0 {
        _ = writeln!(text, "- and {more} more");
    }
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    format!(
        "{}{}.",
        first.map_or_else(String::new, String::from),
        chars.as_str()
    )
}
