//! The address of an Azure OpenAI resource, in all the forms that people find and paste.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::texts::HttpUrl;
use super::values::InvalidValue;

/// Domains of Azure's own whose hosts serve models: Azure OpenAI resources, Foundry resources and
/// resources of several services, in the public cloud, the US government's and China's.
const SERVING: [&str; 8] = [
    ".openai.azure.com",
    ".services.ai.azure.com",
    ".cognitiveservices.azure.com",
    ".openai.azure.us",
    ".services.ai.azure.us",
    ".cognitiveservices.azure.us",
    ".openai.azure.cn",
    ".cognitiveservices.azure.cn",
];

/// Hosts that people find nearby and that serve no model, with what they are.
const NEARBY: [(&str, &str); 10] = [
    ("portal.azure.com", "the Azure portal"),
    ("ai.azure.com", "the Foundry portal"),
    ("oai.azure.com", "the Azure OpenAI studio"),
    ("management.azure.com", "Azure's management address"),
    ("login.microsoftonline.com", "Entra's sign-in address"),
    (".search.windows.net", "an Azure AI Search service"),
    (".api.cognitive.microsoft.com", "a region's shared address"),
    (
        ".inference.ai.azure.com",
        "a serverless endpoint of another kind",
    ),
    (
        ".models.ai.azure.com",
        "a serverless endpoint of another kind",
    ),
    (
        "api.openai.com",
        "OpenAI itself, which `provider = \"openai\"` is for",
    ),
];

/// The form that is right.
const RIGHT_FORM: &str = "it must be the resource's own address, such as \
                          `https://NAME.openai.azure.com` or `https://NAME.services.ai.azure.com`";

/// The address of a resource: what stood behind it in a portal or a sample is taken off, and a
/// deployment and a version that stood there are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct AzureEndpoint {
    resource: Url,
    deployment: Option<String>,
    api_version: Option<String>,
}

impl AzureEndpoint {
    /// The resource's address, without `/openai` and what follows it. A gateway's own path stays.
    #[must_use]
    pub fn resource(&self) -> &Url {
        &self.resource
    }

    /// The deployment that the pasted address was of.
    #[must_use]
    pub fn deployment(&self) -> Option<&str> {
        self.deployment.as_deref()
    }

    /// The version that the pasted address asked for.
    #[must_use]
    pub fn api_version(&self) -> Option<&str> {
        self.api_version.as_deref()
    }
}

impl TryFrom<String> for AzureEndpoint {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        let url = HttpUrl::try_from(text)?.as_url().clone();
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        let is = |domain: &str| match domain.strip_prefix('.') {
            Some(_) => host.ends_with(domain),
            None => host == domain,
        };
        if let Some((_, what)) = NEARBY.iter().find(|(domain, _)| is(domain)) {
            return Err(InvalidValue::new(format!("this is {what}; {RIGHT_FORM}")));
        }
        let is_azure = SERVING.iter().any(|domain| is(domain));
        if is_azure && url.scheme() != "https" {
            let reason =
                "the key would go over the network in the clear; it must begin with `https://`";
            return Err(InvalidValue::new(reason.to_owned()));
        }
        let path: Vec<&str> = segments(&url).collect();
        let (kept, rest) = path.split_at(end_of_resource(&path));
        if is_azure && !kept.is_empty() {
            return Err(InvalidValue::new(format!(
                "nothing is served at this path; {RIGHT_FORM}"
            )));
        }
        let mut resource = url.clone();
        resource.set_query(None);
        resource.set_fragment(None);
        resource
            .path_segments_mut()
            .map_err(|()| InvalidValue::new(RIGHT_FORM.to_owned()))?
            .clear()
            .extend(kept);
        let deployment = match rest {
            ["openai", "deployments", name, ..] => Some(decoded(name)),
            _ => None,
        };
        let mut query = url.query_pairs();
        let version = query.find(|(name, _)| name == "api-version");
        let version = version.map(|(_, version)| version.into_owned());
        Ok(Self {
            resource,
            deployment,
            // `preview` and `v1` are versions of the other route.
            api_version: version.filter(|version| version.starts_with("20")),
        })
    }
}

impl FromStr for AzureEndpoint {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        text.to_owned().try_into()
    }
}

impl fmt::Display for AzureEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.resource.as_str().trim_end_matches('/'))
    }
}

impl From<AzureEndpoint> for String {
    fn from(endpoint: AzureEndpoint) -> Self {
        endpoint.to_string()
    }
}

fn segments(url: &Url) -> impl Iterator<Item = &str> {
    url.path().split('/').filter(|part| !part.is_empty())
}

/// How much of a path leads to the resource; a gateway may have a prefix of its own.
fn end_of_resource(path: &[&str]) -> usize {
    let project = path.windows(2).position(|pair| pair == ["api", "projects"]);
    let openai = path.iter().position(|segment| *segment == "openai");
    match project.into_iter().chain(openai).min() {
        Some(end) => end,
        None if matches!(path, ["models" | "v1"] | ["models", "chat", "completions"]) => 0,
        None => path.len(),
    }
}

fn decoded(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment)
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> AzureEndpoint {
        text.parse().unwrap()
    }

    #[test]
    fn what_people_paste_leads_to_the_resource() {
        for tail in [
            "",
            "/",
            "/openai",
            "/openai/",
            "/openai/v1",
            "/openai/v1/chat/completions",
            "/openai/deployments/x/chat/completions?api-version=2024-10-21",
            "/openai/responses?api-version=2025-04-01-preview",
            "/api/projects/p",
            "/models",
            "/models/chat/completions?api-version=2024-05-01-preview",
            "/?feature=x#top",
        ] {
            for host in [
                "https://r.openai.azure.com",
                "https://r.services.ai.azure.com",
            ] {
                assert_eq!(
                    endpoint(&format!("{host}{tail}")).to_string(),
                    host,
                    "{tail}"
                );
            }
        }
        for (gateway, expected) in [
            (
                "https://gateway.example:8443/team/openai/v1/",
                "https://gateway.example:8443/team",
            ),
            ("http://127.0.0.1:4000/azure", "http://127.0.0.1:4000/azure"),
        ] {
            assert_eq!(endpoint(gateway).to_string(), expected);
        }
    }

    #[test]
    fn a_deployment_s_own_address_names_it_and_its_version() {
        let pasted = endpoint(
            "https://r.openai.azure.com/openai/deployments/my%20docs/chat/completions\
             ?api-version=2025-01-01-preview",
        );
        assert_eq!(pasted.deployment(), Some("my docs"));
        assert_eq!(pasted.api_version(), Some("2025-01-01-preview"));
        let v1 = endpoint("https://r.openai.azure.com/openai/v1/?api-version=preview");
        assert_eq!((v1.deployment(), v1.api_version()), (None, None));
    }

    #[test]
    fn what_serves_no_model_is_refused_with_the_right_form() {
        let refused = |text: &str| text.parse::<AzureEndpoint>().unwrap_err().to_string();
        for (text, what) in [
            ("https://portal.azure.com/#view/x", "the Azure portal"),
            ("https://ai.azure.com/nextgen/r/x", "the Foundry portal"),
            (
                "https://eastus.api.cognitive.microsoft.com/",
                "a region's shared address",
            ),
            ("https://s.search.windows.net", "an Azure AI Search service"),
            (
                "https://r.openai.azure.com/portal",
                "nothing is served at this path",
            ),
        ] {
            let error = refused(text);
            assert!(error.contains(what), "{error}");
            assert!(error.contains("https://NAME.openai.azure.com"), "{error}");
        }
        assert!(refused("https://api.openai.com/v1").contains("provider = \"openai\""));
        assert!(refused("http://r.openai.azure.com").contains("in the clear"));
        assert!(refused("my-key-123").starts_with("not an http or https URL"));
    }
}
