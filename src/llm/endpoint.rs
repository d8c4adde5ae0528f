//! Where requests go: a [`Surface`] made a URL and a name.

use serde::{Deserialize, Serialize};
use url::Url;

use super::error::{LlmError, Service, Target};
use super::record::Operation;
use crate::config::Surface;

/// Ollama's port. It silently ignores `max_completion_tokens`, so no answer would teach us.
const OLLAMA_PORT: u16 = 11434;

/// Where requests go.
pub(super) struct Endpoint {
    /// The address that an operation's path is below, and the query that goes with it.
    base: Url,
    /// The body's `model`; the classic route has it in the path instead.
    pub(super) model: Option<String>,
    /// How messages name the deployment.
    pub(super) target: Target,
    /// Which name the output limit most likely has there.
    pub(super) limit_name: LimitName,
}

/// The argument that bounds the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LimitName {
    MaxTokens,
    MaxCompletionTokens,
}

impl Endpoint {
    pub(super) fn new(surface: &Surface) -> Result<Self, LlmError> {
        let (service, given, name) = match surface {
            Surface::AzureV1 {
                endpoint,
                deployment,
            }
            | Surface::AzureClassic {
                endpoint,
                deployment,
                ..
            } => (Service::Azure, endpoint, deployment),
            Surface::OpenAi { base_url, model } => (Service::OpenAi, base_url, model),
        };
        let target = Target {
            service,
            name: name.as_str().into(),
            host: host(given)?.into(),
        };
        Ok(Self {
            base: base_url(surface)?,
            model: (!matches!(surface, Surface::AzureClassic { .. })).then(|| name.clone()),
            target,
            limit_name: limit_name(surface),
        })
    }

    /// The full address of an operation.
    pub(super) fn url(&self, operation: Operation) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(operation.path());
        }
        url
    }

    /// What tells the deployment's quota from every other, by whichever route it is asked.
    pub(super) fn account(&self) -> String {
        format!("{}/{}", self.target.host, self.target.name).to_lowercase()
    }

    /// What tells this endpoint from every other: its address and the model asked for there.
    pub(super) fn key(&self) -> String {
        let model = self.model.as_deref().unwrap_or_default();
        format!("{} {model}", self.base).trim_end().to_owned()
    }
}

fn host(url: &Url) -> Result<String, LlmError> {
    let host = url.host_str().filter(|host| !host.is_empty());
    let host = host.ok_or_else(|| LlmError::BadEndpoint(url.scheme().to_owned()))?;
    Ok(url
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

fn limit_name(surface: &Surface) -> LimitName {
    match surface {
        Surface::AzureClassic { .. } => LimitName::MaxTokens,
        Surface::OpenAi { base_url, .. } if base_url.port() == Some(OLLAMA_PORT) => {
            LimitName::MaxTokens
        }
        Surface::AzureV1 { .. } | Surface::OpenAi { .. } => LimitName::MaxCompletionTokens,
    }
}

fn base_url(surface: &Surface) -> Result<Url, LlmError> {
    match surface {
        Surface::AzureV1 { endpoint, .. } => {
            let mut path = segments(endpoint);
            path.extend(["openai", "v1"]);
            with_path(endpoint, &path)
        }
        Surface::AzureClassic {
            endpoint,
            deployment,
            api_version,
        } => {
            let mut path = segments(endpoint);
            path.extend(["openai", "deployments", deployment]);
            let mut url = with_path(endpoint, &path)?;
            url.query_pairs_mut()
                .append_pair("api-version", api_version);
            Ok(url)
        }
        Surface::OpenAi { base_url, .. } => {
            let mut path = segments(base_url);
            for operation in [Operation::Chat, Operation::Embeddings] {
                if path.ends_with(operation.path()) {
                    path.truncate(path.len() - operation.path().len());
                }
            }
            if path.is_empty() {
                path.push("v1");
            }
            with_path(base_url, &path)
        }
    }
}

fn segments(url: &Url) -> Vec<&str> {
    url.path()
        .split('/')
        .filter(|part| !part.is_empty())
        .collect()
}

/// `base` with another path; each segment is percent-encoded, query and fragment are dropped.
fn with_path(base: &Url, path: &[&str]) -> Result<Url, LlmError> {
    let mut url = base.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.path_segments_mut()
        .map_err(|()| LlmError::BadEndpoint(base.scheme().to_owned()))?
        .clear()
        .extend(path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_v1_route_has_the_deployment_in_the_body() {
        for (resource, expected) in [
            (
                "https://r.openai.azure.com",
                "https://r.openai.azure.com/openai/v1/chat/completions",
            ),
            (
                "https://gateway.example:8443/team",
                "https://gateway.example:8443/team/openai/v1/chat/completions",
            ),
        ] {
            let surface = Surface::AzureV1 {
                endpoint: Url::parse(resource).unwrap(),
                deployment: "docs".to_owned(),
            };
            let endpoint = Endpoint::new(&surface).unwrap();
            assert_eq!(endpoint.url(Operation::Chat).as_str(), expected);
            assert_eq!(endpoint.model.as_deref(), Some("docs"));
        }
    }

    #[test]
    fn the_classic_route_has_the_deployment_in_its_path() {
        let surface = Surface::AzureClassic {
            endpoint: Url::parse("https://r.openai.azure.com/").unwrap(),
            deployment: "my docs/ä".to_owned(),
            api_version: "2024-10-21".to_owned(),
        };
        let endpoint = Endpoint::new(&surface).unwrap();
        assert_eq!(
            endpoint.url(Operation::Chat).as_str(),
            "https://r.openai.azure.com/openai/deployments/my%20docs%2F%C3%A4/chat/completions\
             ?api-version=2024-10-21"
        );
        assert_eq!(endpoint.model, None);
        assert_eq!(endpoint.limit_name, LimitName::MaxTokens);
    }

    #[test]
    fn an_openai_base_url_keeps_its_path() {
        let url = |base: &str| {
            let base_url = Url::parse(base).unwrap();
            let model = "m".to_owned();
            let endpoint = Endpoint::new(&Surface::OpenAi { base_url, model });
            endpoint.unwrap().url(Operation::Chat).to_string()
        };
        assert_eq!(
            url("http://localhost:11434"),
            "http://localhost:11434/v1/chat/completions"
        );
        assert_eq!(
            url("https://api.example/v1/"),
            "https://api.example/v1/chat/completions"
        );
        assert_eq!(
            url("https://h/api/v3/chat/completions"),
            "https://h/api/v3/chat/completions"
        );
    }
}
