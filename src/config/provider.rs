//! Partial settings become the [`Provider`]: what it takes to reach a model, checked when a command
//! asks for it.

use std::num::NonZeroU32;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::azure_endpoint::AzureEndpoint;
use super::env::{AZURE_KEY, OPENAI_KEY, Secret, Secrets};
use super::error::{ConfigError, Missing};
use super::llm::{Credential, Deployment, Llm, Network, Provider, Quota, Retry, Surface};
use super::partial::{
    API_VERSION, CONNECT_TIMEOUT, OPENAI_BASE_URL, PartialAzure, PartialConfig, PartialDeployment,
    PartialQuota, PartialRetry, PartialTimeouts, REQUEST_TIMEOUT,
};
use super::values::{AzureApi, Name, ProviderName, Temperature};

const ENDPOINT: (&str, &str) = ("the endpoint", "AZURE_OPENAI_ENDPOINT");
const DEPLOYMENT: (&str, &str) = ("the deployment", "AZURE_OPENAI_DEPLOYMENT");
const BASE_URL: (&str, &str) = ("the address", "OPENAI_BASE_URL");
const MODEL: (&str, &str) = ("the model", "DOCGEN_MODEL");

/// Who writes the words, if all that it takes is set.
pub(crate) fn provider(
    partial: &PartialConfig,
    secrets: &Secrets,
) -> Result<Provider, ConfigError> {
    let deployments = match partial.provider {
        Some(ProviderName::Offline) => return Ok(Provider::Offline),
        Some(ProviderName::OpenAi) => vec![openai(partial, secrets)?],
        Some(ProviderName::Azure) | None => azure(partial, secrets)?,
    };
    Ok(Provider::Model(Box::new(Llm {
        deployments,
        retry: retry(&partial.retry),
        network: network(&partial.timeouts),
        temperature: partial.model.temperature.map(Temperature::value),
        reasoning_effort: partial
            .model
            .reasoning_effort
            .map(|effort| effort.to_string()),
    })))
}

/// The listed deployments, or the one that the other keys name.
fn azure(partial: &PartialConfig, secrets: &Secrets) -> Result<Vec<Deployment>, ConfigError> {
    let listed = partial.azure.deployments.as_deref().unwrap_or_default();
    let one = [PartialDeployment::default()];
    let listed = if listed.is_empty() { &one } else { listed };
    let own_quota = |entry: &PartialDeployment| PartialQuota {
        requests_per_minute: entry.requests_per_minute,
        tokens_per_minute: entry.tokens_per_minute,
        ..PartialQuota::default()
    };
    listed
        .iter()
        .map(|entry| {
            let (surface, credential) = azure_surface(&partial.azure, entry, secrets)?;
            Ok(Deployment {
                surface,
                credential: Some(credential),
                quota: quota(&partial.quota.clone().merge(own_quota(entry))),
            })
        })
        .collect()
}

fn azure_surface(
    azure: &PartialAzure,
    entry: &PartialDeployment,
    secrets: &Secrets,
) -> Result<(Surface, Credential), ConfigError> {
    let endpoint = entry.endpoint.as_ref().or(azure.endpoint.as_ref());
    let deployment = entry.deployment.as_ref().or(azure.deployment.as_ref());
    let pasted = endpoint.and_then(AzureEndpoint::deployment);
    let deployment = deployment.map(Name::as_str).or(pasted);
    let own_key = entry.key_variable.as_ref().map(Name::as_str);
    let credential = match (own_key, &secrets.azure_token, &secrets.azure_key) {
        (Some(name), _, _) => match secrets.named.get(name) {
            Some(key) => Some(Credential::ApiKey(checked(key)?)),
            None => None,
        },
        (None, Some(token), _) => Some(Credential::Bearer(checked(token)?)),
        (None, None, Some(key)) => Some(Credential::ApiKey(checked(key)?)),
        (None, None, None) => None,
    };
    let (Some(endpoint), Some(deployment), Some(credential)) =
        (endpoint, deployment, credential.clone())
    else {
        let key = Missing {
            what: "the key",
            name: own_key.unwrap_or(AZURE_KEY).to_owned(),
        };
        let missing = [
            endpoint.is_none().then(|| missing(ENDPOINT)),
            deployment.is_none().then(|| missing(DEPLOYMENT)),
            credential.is_none().then_some(key),
        ];
        return Err(incomplete("Azure OpenAI", missing));
    };
    let pasted_version = endpoint.api_version();
    let (endpoint, deployment) = (endpoint.resource().clone(), deployment.to_owned());
    let api = entry.api.or(azure.api).unwrap_or(AzureApi::V1);
    let api_version = entry.api_version.as_ref().or(azure.api_version.as_ref());
    let surface = match api {
        AzureApi::V1 => Surface::AzureV1 {
            endpoint,
            deployment,
        },
        AzureApi::Classic => Surface::AzureClassic {
            endpoint,
            deployment,
            api_version: match api_version.map(Name::as_str) {
                Some(version) if version != API_VERSION => version,
                _ => pasted_version.unwrap_or(API_VERSION),
            }
            .to_owned(),
        },
    };
    Ok((surface, credential))
}

fn openai(partial: &PartialConfig, secrets: &Secrets) -> Result<Deployment, ConfigError> {
    let openai = &partial.openai;
    let key = secrets.openai_key.as_ref().map(checked).transpose()?;
    let base_url = openai.base_url.as_ref();
    // Servers on one's own machine want no key; `OpenAI` itself always does.
    let lacks_key = key.is_none()
        && base_url.is_none_or(|url| url.as_url().host_str() == openai_host().as_deref());
    let (Some(base_url), Some(model), false) = (base_url, &openai.model, lacks_key) else {
        let missing = [
            base_url.is_none().then(|| missing(BASE_URL)),
            openai.model.is_none().then(|| missing(MODEL)),
            lacks_key.then(|| missing(("the key", OPENAI_KEY))),
        ];
        return Err(incomplete("OpenAI", missing));
    };
    Ok(Deployment {
        surface: Surface::OpenAi {
            base_url: base_url.as_url().clone(),
            model: model.to_string(),
        },
        credential: key.map(Credential::Bearer),
        quota: quota(&partial.quota),
    })
}

fn openai_host() -> Option<String> {
    let url = url::Url::parse(OPENAI_BASE_URL).ok()?;
    url.host_str().map(ToOwned::to_owned)
}

/// The secret, if a header can carry it; its text is in no error.
fn checked(secret: &Secret) -> Result<SecretString, ConfigError> {
    if secret
        .value
        .expose_secret()
        .bytes()
        .all(|byte| byte.is_ascii_graphic())
    {
        return Ok(secret.value.clone());
    }
    Err(ConfigError::Variable {
        name: secret.name.clone(),
        file: secret.file.clone(),
        message: "holds a space or another character that a key cannot have".to_owned(),
    })
}

fn incomplete(service: &'static str, missing: [Option<Missing>; 3]) -> ConfigError {
    ConfigError::Incomplete {
        service,
        missing: missing.into_iter().flatten().collect(),
    }
}

fn missing((what, name): (&'static str, &str)) -> Missing {
    Missing {
        what,
        name: name.to_owned(),
    }
}

fn network(timeouts: &PartialTimeouts) -> Network {
    Network {
        connect_timeout: timeouts
            .connect_seconds
            .map_or(CONNECT_TIMEOUT, at_least_one),
        request_timeout: timeouts
            .request_seconds
            .map_or(REQUEST_TIMEOUT, at_least_one),
    }
}

fn quota(partial: &PartialQuota) -> Quota {
    Quota {
        requests_per_minute: partial.requests_per_minute,
        tokens_per_minute: partial.tokens_per_minute,
        max_concurrency: (partial.max_concurrency).unwrap_or(Quota::default().max_concurrency),
    }
}

fn retry(partial: &PartialRetry) -> Retry {
    let default = Retry::default();
    let milliseconds = |number: u32| Duration::from_millis(number.into());
    Retry {
        max_attempts: partial.max_attempts.unwrap_or(default.max_attempts),
        initial_backoff: (partial.initial_backoff_ms).map_or(default.initial_backoff, milliseconds),
        max_backoff: (partial.max_backoff_seconds).map_or(default.max_backoff, seconds),
        max_retry_after: (partial.max_retry_after_seconds).map_or(default.max_retry_after, seconds),
        deadline: (partial.deadline_seconds).map_or(default.deadline, at_least_one),
    }
}

fn seconds(number: u32) -> Duration {
    Duration::from_secs(number.into())
}

fn at_least_one(number: NonZeroU32) -> Duration {
    seconds(number.get())
}
