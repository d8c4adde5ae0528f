//! What `docgen doctor` found, as text and as JSON.

mod deployment;
mod json;
mod quota;
mod text;

use serde::Serialize;

use crate::config::{Origin, Setting};
use crate::llm::Probe;
use crate::source::FileName;

pub use deployment::deployment_checks;
pub use json::doctor_json;
pub use text::doctor_text;

/// How something is, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// It could not be looked at, or there is nothing to look at.
    Skipped,
    /// As it should be.
    Ok,
    /// docgen runs, and something is worth a look.
    Warning,
    /// docgen cannot run.
    Failure,
}

impl Health {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failure => "failure",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checkup {
    /// What, in a word that stays the same.
    pub about: &'static str,
    /// How it is.
    pub status: Health,
    /// That in a line.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Checkup {
    /// It is as it should be.
    pub fn ok(about: &'static str, message: impl Into<String>) -> Self {
        Self::new(about, Health::Ok, message)
    }

    /// It was not looked at, for this reason.
    pub fn skipped(about: &'static str, message: impl Into<String>) -> Self {
        Self::new(about, Health::Skipped, message)
    }

    /// It is worth a look.
    pub fn warning(about: &'static str, message: impl Into<String>) -> Self {
        Self::new(about, Health::Warning, message)
    }

    /// docgen cannot run.
    pub fn failure(about: &'static str, message: impl Into<String>) -> Self {
        Self::new(about, Health::Failure, message)
    }

    /// The same, with what to do about it.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<Option<String>>) -> Self {
        Self {
            hint: hint.into(),
            ..self
        }
    }

    fn new(about: &'static str, status: Health, message: impl Into<String>) -> Self {
        Self {
            about,
            status,
            message: message.into(),
            hint: None,
        }
    }
}

/// Everything that was looked at.
#[derive(Debug)]
pub struct DoctorReport {
    /// The settings in force.
    pub settings: SettingsReport,
    /// The deployments, in the order of the settings.
    pub deployments: Vec<DeploymentReport>,
    /// Why there is no deployment, or none was asked.
    pub no_deployment: Option<Checkup>,
    /// What machines share; empty if nothing is.
    pub shared: Vec<Checkup>,
    /// The project and the machine.
    pub project: Vec<Checkup>,
}

/// The settings in force.
#[derive(Debug, Default)]
pub struct SettingsReport {
    /// The settings file.
    pub file: Option<FileName>,
    /// Why they cannot be read.
    pub failure: Option<Checkup>,
    /// Every setting.
    pub values: Vec<Setting>,
    /// The variables that hold a secret, and where they are set.
    pub secrets: Vec<(String, Origin)>,
    /// Variables of the network that docgen heeds, without user and password.
    pub network: Vec<(&'static str, String)>,
}

/// What a deployment is like.
#[derive(Debug)]
pub struct DeploymentReport {
    /// Its name, or the model's.
    pub name: String,
    /// How it is spoken to: `v1`, `classic` or `openai`.
    pub route: &'static str,
    /// The dated version that it is asked under.
    pub api_version: Option<String>,
    /// What the answers said.
    pub probe: Probe,
    /// What that comes to.
    pub checks: Vec<Checkup>,
}

impl DoctorReport {
    /// Everything that was looked at, in order.
    pub fn checks(&self) -> impl Iterator<Item = &Checkup> {
        let settings = self.settings.failure.iter().chain(&self.no_deployment);
        let deployments = self.deployments.iter().flat_map(|one| &one.checks);
        settings
            .chain(deployments)
            .chain(&self.shared)
            .chain(&self.project)
    }

    /// The worst of it.
    #[must_use]
    pub fn health(&self) -> Health {
        let all = self.checks().map(|check| check.status);
        all.max().unwrap_or(Health::Ok).max(Health::Ok)
    }
}

/// Where a setting comes from, for people: `docgen.toml:3`, `variable NAME`, `flag`, `default`.
fn shown_origin(origin: &Origin, name: &dyn Fn(&std::path::Path) -> FileName) -> String {
    let place = |path: &std::path::Path, line: &Option<usize>| match line {
        Some(line) => format!("{}:{line}", name(path)),
        None => name(path).to_string(),
    };
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::Formatter => "ruff or black".to_owned(),
        Origin::File { path, line } => place(path, line),
        Origin::Variable(variable) => format!("environment variable {variable}"),
        Origin::DotEnv {
            path,
            line,
            name: variable,
        } => format!("{} ({variable})", place(path, line)),
        Origin::Flag => "flag".to_owned(),
    }
}
