//! Who writes the words of a run.

use crate::config::{Deployment, Llm, Provider, Surface};
use crate::llm::{Client, LlmError};
use crate::report::Requests;

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
