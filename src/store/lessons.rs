//! What deployments have taught about how they are to be asked, so that the next run does not have to
//! be told again.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::deployment_file::{DeploymentFile, Noted};
use super::state::seconds;
use crate::llm::Lessons;

/// A deployment may get another model behind the same name: after this time it is asked anew.
const FILE: DeploymentFile = DeploymentFile {
    name: "deployments.json",
    version: 1,
    kept: Duration::from_hours(7 * 24),
};

#[derive(Serialize, Deserialize)]
struct Entry {
    /// Seconds since 1970.
    learned_at: u64,
    #[serde(flatten)]
    lessons: Lessons,
}

impl Noted for Entry {
    fn noted_at(&self) -> u64 {
        self.learned_at
    }
}

/// What earlier runs in the project at `root` have learned, by deployment. What cannot be read is
/// learned again.
#[must_use]
pub fn read_lessons(root: &Path, now: SystemTime) -> BTreeMap<String, Lessons> {
    let kept: BTreeMap<String, Entry> = FILE.read(root, now);
    kept.into_iter()
        .map(|(key, entry)| (key, entry.lessons))
        .collect()
}

/// Keeps what was learned for the next run in the project at `root`; what is known there of other
/// deployments stays. Nothing is written when there is nothing new.
pub fn write_lessons(
    root: &Path,
    lessons: &BTreeMap<String, Lessons>,
    now: SystemTime,
) -> io::Result<()> {
    let mut deployments: BTreeMap<String, Entry> = FILE.read(root, now);
    let mut is_new = false;
    for (key, lessons) in lessons {
        let known = deployments.get(key);
        if known.is_some_and(|known| known.lessons == *lessons) {
            continue;
        }
        is_new = true;
        // What was known from the start was not learned again.
        let known = known.filter(|known| known.lessons.is_same_dialect(lessons));
        let entry = Entry {
            learned_at: known.map_or(seconds(now), |known| known.learned_at),
            lessons: lessons.clone(),
        };
        deployments.insert(key.clone(), entry);
    }
    if !is_new {
        return Ok(());
    }
    FILE.write(root, deployments)
}

#[cfg(test)]
mod tests {
    use super::super::state;
    use super::*;

    fn lessons(room: u64) -> Lessons {
        serde_json::from_value(serde_json::json!({
            "dialect": {
                "limit_name": "max_tokens", "limit_ceiling": null, "format": "json_object",
                "temperature": true, "reasoning_effort": false, "instructor": "system",
                "limit_renamed": true,
            },
            "reasoning_room": room, "reasoning_effort": null,
        }))
        .unwrap()
    }

    #[test]
    fn lessons_are_kept_for_a_week() {
        let root = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let known = BTreeMap::from([("a".to_owned(), lessons(7))]);
        write_lessons(root.path(), &known, now).unwrap();
        let other = BTreeMap::from([("b".to_owned(), lessons(8))]);
        write_lessons(root.path(), &other, now + FILE.kept / 2).unwrap();
        let names = |at| {
            read_lessons(root.path(), at)
                .into_keys()
                .collect::<Vec<_>>()
        };
        assert_eq!(names(now + FILE.kept / 2), ["a", "b"]);
        let more_room = BTreeMap::from([("a".to_owned(), lessons(9))]);
        write_lessons(root.path(), &more_room, now + FILE.kept / 2).unwrap();
        let later = now + FILE.kept + Duration::from_secs(1);
        assert_eq!(names(later), ["b"]);
        write_lessons(root.path(), &known, later).unwrap();
        assert_eq!(names(later), ["a", "b"], "it was learned again");
        assert_eq!(read_lessons(root.path(), later)["a"], lessons(7));
        let ignore = std::fs::read_to_string(root.path().join(".docgen/.gitignore"));
        assert_eq!(ignore.unwrap(), "*\n");
    }

    #[test]
    fn what_cannot_be_read_is_learned_again() {
        let root = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        assert!(read_lessons(root.path(), now).is_empty());
        state::write(root.path(), FILE.name, b"{\"version\": 1, ").unwrap();
        assert!(read_lessons(root.path(), now).is_empty());
        state::write(
            root.path(),
            FILE.name,
            b"{\"version\": 99, \"deployments\": {}}",
        )
        .unwrap();
        write_lessons(
            root.path(),
            &BTreeMap::from([("a".to_owned(), lessons(1))]),
            now,
        )
        .unwrap();
        assert_eq!(read_lessons(root.path(), now).len(), 1);
    }

    #[test]
    fn nothing_is_written_when_nothing_was_learned() {
        let root = tempfile::tempdir().unwrap();
        write_lessons(root.path(), &BTreeMap::new(), SystemTime::now()).unwrap();
        assert!(!root.path().join(".docgen").exists());
    }
}
