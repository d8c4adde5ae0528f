//! Who writes the words of a run.

use std::path::Path;
use std::time::SystemTime;

use crate::config::{Deployment, Llm, Provider, Surface};
use crate::llm::{Client, LlmError};
use crate::report::Requests;
use crate::store::{read_lessons, write_lessons};

/// Who writes the words, ready to be asked.
pub(super) enum Words<'p> {
    /// The code itself.
    Offline,
    /// A model.
    Model {
        client: Box<Client>,
        settings: &'p Llm,
    },
}

impl<'p> Words<'p> {
    pub(super) fn new(provider: &'p Provider) -> Result<Self, LlmError> {
        Ok(match provider {
            Provider::Offline => Self::Offline,
            Provider::Model(settings) => Self::Model {
                client: Box::new(Client::new(settings)?),
                settings,
            },
        })
    }

    /// Begins with what earlier runs in the project at `root` were taught by the deployments.
    pub(super) fn remember(&self, root: &Path) {
        if let Self::Model { client, .. } = self {
            client.remember(&read_lessons(root, SystemTime::now()));
        }
    }

    /// Keeps what this run was taught. A run is none the worse if that cannot be done.
    pub(super) fn keep_lessons(&self, root: &Path) {
        if let Self::Model { client, .. } = self
            && let Err(error) = write_lessons(root, &client.lessons(), SystemTime::now())
        {
            tracing::debug!("what the deployments taught cannot be kept: {error}");
        }
    }

    /// Their name in reports.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Offline => "offline drafts".to_owned(),
            Self::Model { settings, .. } => described(&settings.deployments),
        }
    }

    /// What they have cost so far.
    pub(super) fn requests(&self) -> Option<Requests> {
        match self {
            Self::Offline => None,
            Self::Model { client, .. } => Some(Requests::new(&client.stats())),
        }
    }
}

fn described(deployments: &[Deployment]) -> String {
    let mut names: Vec<&str> = deployments.iter().map(Deployment::name).collect();
    names.dedup();
    let is_azure = |one: &Deployment| !matches!(one.surface, Surface::OpenAi { .. });
    let what = match (deployments.iter().any(is_azure), names.len()) {
        (true, 1) => "Azure OpenAI deployment",
        (true, _) => "Azure OpenAI deployments",
        (false, _) => "model",
    };
    format!("{what} {}", names.join(", "))
}
