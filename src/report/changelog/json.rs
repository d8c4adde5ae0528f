//! A changelog as data.

use serde_json::{Value, json};

use super::{Changelog, Origin, Release, ReleaseChange, RunNote, UnreadFile};
use crate::docstring::{Action, DocstringChange};
use crate::report::time::rfc3339;
use crate::source::{Commit, FileName};

/// All of it, with the whole text of every docstring.
#[must_use]
pub fn changelog_json(changelog: &Changelog) -> Value {
    let releases: Vec<Value> = changelog.releases.iter().map(release).collect();
    json!({ "releases": releases, "notes": changelog.notes })
}

fn release(release: &Release) -> Value {
    let changes: Vec<Value> = release.changes.iter().map(change).collect();
    let unread: Vec<Value> = release.unread.iter().map(unread).collect();
    json!({
        "name": release.name(),
        "tags": release.tags,
        "commit": release.commit,
        "time": release.time,
        "since": release.since,
        "counts": {
            "added": release.count(Action::Added, false),
            "updated": release.count(Action::Updated, false),
            "removed": release.count(Action::Removed, false),
            "added_with_definition": release.count(Action::Added, true),
            "removed_with_definition": release.count(Action::Removed, true),
        },
        "changes": changes,
        "unread": unread,
    })
}

fn unread(file: &UnreadFile) -> Value {
    json!({ "path": file.path.as_str(), "at": file.at, "reason": file.reason })
}

fn change(one: &ReleaseChange) -> Value {
    let mut value = json!({
        "id": format!("{}::{}", one.path, one.change.qualified_name),
        "path": one.path.as_str(),
        "old_path": one.old_path.as_ref().map(FileName::as_str),
    });
    extend(&mut value, change_json(&one.change));
    extend(&mut value, origin_json(&one.origin));
    value
}

/// What became of a docstring.
pub(in crate::report) fn change_json(change: &DocstringChange) -> Value {
    json!({
        "qualified_name": change.qualified_name.as_ref(),
        "kind": change.kind,
        "action": change.action,
        "with_definition": change.with_definition,
        "old": change.old.as_deref(),
        "new": change.new.as_deref(),
    })
}

/// Where a change came from.
pub(in crate::report) fn origin_json(origin: &Origin) -> Value {
    json!({
        "committed": !origin.is_uncommitted,
        "commit": origin.commit.as_ref().map(commit),
        "run": origin.run.as_ref().map(run),
    })
}

fn run(run: &RunNote) -> Value {
    json!({ "id": run.id, "time": rfc3339(run.at), "provider": run.provider })
}

fn commit(commit: &Commit) -> Value {
    json!({
        "id": commit.id.as_str(),
        "short": commit.short,
        "time": commit.time,
        "author": { "name": commit.author, "email": commit.email },
        "subject": commit.subject,
    })
}

/// Adds the members of one object to another.
pub(in crate::report) fn extend(value: &mut Value, more: Value) {
    if let (Value::Object(value), Value::Object(more)) = (value, more) {
        value.extend(more);
    }
}
