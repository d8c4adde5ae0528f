//! A JSON file of the state folder that says something of each deployment, for a while.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::state::{self, seconds};

/// Which file, and for how long what it says is taken for true.
pub(super) struct DeploymentFile {
    pub(super) name: &'static str,
    /// The format; another one is not read.
    pub(super) version: u32,
    pub(super) kept: Duration,
}

#[derive(Serialize, Deserialize)]
struct Content<T> {
    version: u32,
    deployments: BTreeMap<String, T>,
}

/// What says when it was noted.
pub(super) trait Noted {
    /// In seconds since 1970.
    fn noted_at(&self) -> u64;
}

impl DeploymentFile {
    /// What the project at `root` has that is not too old, by deployment. What cannot be read is not
    /// known, nor is what comes from the future.
    pub(super) fn read<T: Noted + DeserializeOwned>(
        &self,
        root: &Path,
        now: SystemTime,
    ) -> BTreeMap<String, T> {
        let content = std::fs::read(state::file(root, self.name)).ok();
        let content: Option<Content<T>> =
            content.and_then(|content| serde_json::from_slice(&content).ok());
        let content = content.filter(|content| content.version == self.version);
        let mut deployments = content.map(|one| one.deployments).unwrap_or_default();
        deployments.retain(|_, one| {
            let age = seconds(now).checked_sub(one.noted_at());
            age.is_some_and(|age| age <= self.kept.as_secs())
        });
        deployments
    }

    /// Replaces what the project at `root` has.
    pub(super) fn write<T: Serialize>(
        &self,
        root: &Path,
        deployments: BTreeMap<String, T>,
    ) -> io::Result<()> {
        let content = Content {
            version: self.version,
            deployments,
        };
        state::write(root, self.name, &serde_json::to_vec_pretty(&content)?)
    }
}
