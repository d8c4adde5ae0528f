//! What runs in a project took at each deployment, so that the next one knows better what to expect.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::deployment_file::{DeploymentFile, Noted};
use super::state::seconds;

/// What is older says little: models behind a name change, and so does the code.
const FILE: DeploymentFile = DeploymentFile {
    name: "experience.json",
    version: 1,
    kept: Duration::from_hours(30 * 24),
};

/// What runs took at a deployment. A run counts twice as much as the one before it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Experience {
    /// When it was last added to, in seconds since 1970.
    pub noted_at: u64,
    /// How tokens were counted for the estimates.
    pub counted: String,
    /// Requests that asked for definitions for the first time.
    pub first: Taken,
    /// Those that finished what others began.
    pub follow_up: Taken,
    /// Tokens of the first prompts, as they were estimated.
    pub expected_prompt_tokens: f64,
    /// Tokens of the first replies, as they were estimated, reasoning apart.
    pub expected_reply_tokens: f64,
}

/// What answered requests took together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    /// How many there were.
    pub requests: f64,
    /// Characters of all that the service read.
    pub characters: f64,
    /// Tokens of that, as the service counted them.
    pub prompt_tokens: f64,
    /// Tokens of the replies, reasoning apart.
    pub reply_tokens: f64,
    /// Tokens of reasoning.
    pub reasoning_tokens: f64,
    /// Time to the answers.
    pub seconds: f64,
}

impl Taken {
    /// Adds what others took, so many times.
    pub fn add(&mut self, other: &Self, times: f64) {
        self.requests += other.requests * times;
        self.characters += other.characters * times;
        self.prompt_tokens += other.prompt_tokens * times;
        self.reply_tokens += other.reply_tokens * times;
        self.reasoning_tokens += other.reasoning_tokens * times;
        self.seconds += other.seconds * times;
    }
}

impl Noted for Experience {
    fn noted_at(&self) -> u64 {
        self.noted_at
    }
}

impl Experience {
    /// Adds what was taken elsewhere or earlier, so many times. Prompts that were counted otherwise
    /// cannot be compared.
    pub fn add(&mut self, other: &Self, times: f64) {
        self.first.add(&other.first, times);
        self.follow_up.add(&other.follow_up, times);
        self.expected_prompt_tokens += other.expected_prompt_tokens * times;
        self.expected_reply_tokens += other.expected_reply_tokens * times;
    }
}

/// What earlier runs in the project at `root` took, by deployment. What cannot be read is not known.
#[must_use]
pub fn read_experience(root: &Path, now: SystemTime) -> BTreeMap<String, Experience> {
    FILE.read(root, now)
}

/// Adds what a run took to what is known in the project at `root`. What was counted otherwise is forgotten.
pub fn write_experience(
    root: &Path,
    runs: BTreeMap<String, Experience>,
    now: SystemTime,
) -> std::io::Result<()> {
    if runs.is_empty() {
        return Ok(());
    }
    let mut deployments = read_experience(root, now);
    for (key, mut one) in runs {
        one.noted_at = seconds(now);
        let earlier = deployments.get(&key);
        if let Some(earlier) = earlier.filter(|earlier| earlier.counted == one.counted) {
            one.add(earlier, 0.5);
        }
        deployments.insert(key, one);
    }
    FILE.write(root, deployments)
}

#[cfg(test)]
mod tests {
    use super::super::state;
    use super::*;

    fn experience(counted: &str, requests: f64) -> BTreeMap<String, Experience> {
        let first = Taken {
            requests,
            ..Taken::default()
        };
        let one = Experience {
            counted: counted.to_owned(),
            first,
            ..Experience::default()
        };
        BTreeMap::from([("a".to_owned(), one)])
    }

    #[test]
    fn a_later_run_counts_more_and_a_month_is_the_most() {
        let root = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let requests = |at| {
            let known = read_experience(root.path(), at);
            known.get("a").map(|one| one.first.requests)
        };
        assert_eq!(requests(now), None);
        write_experience(root.path(), experience("characters", 10.0), now).unwrap();
        write_experience(root.path(), experience("characters", 8.0), now).unwrap();
        assert_eq!(requests(now), Some(13.0));
        assert_eq!(requests(now + FILE.kept + Duration::from_secs(1)), None);
        write_experience(root.path(), experience("o200k_base", 8.0), now).unwrap();
        assert_eq!(requests(now), Some(8.0), "counted otherwise");
    }

    #[test]
    fn what_cannot_be_read_is_not_known_and_nothing_is_not_written() {
        let root = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        write_experience(root.path(), BTreeMap::new(), now).unwrap();
        assert!(!root.path().join(".docgen").exists());
        state::write(root.path(), FILE.name, b"{\"version\": 1, ").unwrap();
        assert!(read_experience(root.path(), now).is_empty());
        state::write(
            root.path(),
            FILE.name,
            b"{\"version\": 9, \"deployments\": {}}",
        )
        .unwrap();
        assert!(read_experience(root.path(), now).is_empty());
    }
}
