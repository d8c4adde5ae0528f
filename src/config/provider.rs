//! Partial settings become the [`Provider`]: what it takes to reach a model, checked when a command
//! asks for it.

use std::num::NonZeroU32;
use std::time::Duration;

use super::azure_endpoint::AzureEndpoint;
use super::choices::{AzureApi, ProviderName};
use super::credential;
use super::defaults::{
    API_VERSION, CACHE_NAMESPACE, CONNECT_TIMEOUT, OPENAI_BASE_URL, READ_TIMEOUT, REQUEST_TIMEOUT,
    SEARCH_API_VERSION, SEARCH_INDEX,
};
use super::env::{OPENAI_KEY, SEARCH_KEY, Secrets};
use super::error::{AZURE, ConfigError, KEY, Missing};
use super::llm::{
    Authorities, AzureSearch, Credential, Deployment, Embeddings, Llm, Network, PriceSetting,
    Provider, Quota, Retry, Surface,
};
use super::partial::{
    PartialAzure, PartialConfig, PartialDeployment, PartialPrice, PartialQuota, PartialRetry,
};
use super::redis::{Redis, RedisUrl, SharedCache};
use super::texts::{IndexName, Name};
use super::values::{Dollars, Temperature};

const ENDPOINT: (&str, &str) = ("the endpoint", "AZURE_OPENAI_ENDPOINT");
const DEPLOYMENT: (&str, &str) = ("the deployment", "AZURE_OPENAI_DEPLOYMENT");
const BASE_URL: (&str, &str) = ("the address", "OPENAI_BASE_URL");
const MODEL: (&str, &str) = ("the model", "DOCGEN_MODEL");

/// Who writes the words, if all that it takes is set.
pub(crate) fn provider(
    partial: &PartialConfig,
    secrets: &Secrets,
    trusted: &[Authorities],
) -> Result<Provider, ConfigError> {
    let deployments = match partial.provider {
        Some(ProviderName::Offline) => return Ok(Provider::Offline),
        Some(ProviderName::OpenAi) => vec![openai(partial, Some(secrets))?],
        Some(ProviderName::Azure) | None => azure(partial, Some(secrets))?,
    };
    Ok(Provider::Model(Box::new(Llm {
        deployments,
        shared_quota: shared_quota(partial, secrets, trusted),
        shared_cache: shared_cache(partial, secrets, trusted),
        retry: retry(&partial.retry),
        network: network(partial, trusted),
        temperature: partial.model.temperature.map(Temperature::value),
        reasoning_effort: partial
            .model
            .reasoning_effort
            .map(|effort| effort.to_string()),
        embeddings: embeddings(partial, secrets)?,
        search: search(partial, secrets)?,
    })))
}

/// Who would write the words, without what it takes to be let in: no secret is looked at. `None` if it
/// is not said where the model is.
pub(crate) fn prospect(partial: &PartialConfig) -> Option<Provider> {
    let deployments = match partial.provider {
        Some(ProviderName::Offline) => return Some(Provider::Offline),
        Some(ProviderName::OpenAi) => vec![openai(partial, None).ok()?],
        Some(ProviderName::Azure) | None => azure(partial, None).ok()?,
    };
    Some(Provider::Model(Box::new(Llm {
        deployments,
        shared_quota: None,
        shared_cache: None,
        retry: retry(&partial.retry),
        network: network(partial, &[]),
        temperature: partial.model.temperature.map(Temperature::value),
        reasoning_effort: partial
            .model
            .reasoning_effort
            .map(|effort| effort.to_string()),
        embeddings: None,
        search: None,
    })))
}

/// The Redis server that holds the quotas for all machines that share them, if one is named.
pub(crate) fn shared_quota(
    partial: &PartialConfig,
    secrets: &Secrets,
    trusted: &[Authorities],
) -> Option<Redis> {
    let url = partial.quota.redis_url.as_ref()?;
    Some(redis(url, partial, secrets, trusted))
}

/// The cache that machines share, if one is named.
pub(crate) fn shared_cache(
    partial: &PartialConfig,
    secrets: &Secrets,
    trusted: &[Authorities],
) -> Option<SharedCache> {
    let url = partial.cache.redis_url.as_ref()?;
    let namespace = partial.cache.namespace.as_ref().map(Name::as_str);
    Some(SharedCache {
        redis: redis(url, partial, secrets, trusted),
        namespace: namespace.unwrap_or(CACHE_NAMESPACE).to_owned(),
    })
}

/// The server at `url`; its certificate is trusted as the model's is.
fn redis(
    url: &RedisUrl,
    partial: &PartialConfig,
    secrets: &Secrets,
    trusted: &[Authorities],
) -> Redis {
    let password = secrets.redis_password.as_ref();
    Redis {
        url: url.clone(),
        password: password.map(|secret| secret.value.clone()),
        authorities: authorities(partial, trusted),
    }
}

/// The deployment of an embedding model, if one is named.
fn embeddings(
    partial: &PartialConfig,
    secrets: &Secrets,
) -> Result<Option<Embeddings>, ConfigError> {
    let settings = &partial.examples.embeddings;
    let Some(name) = &settings.deployment else {
        return Ok(None);
    };
    let is_openai = partial.provider == Some(ProviderName::OpenAi);
    let own_key = settings.key_variable.as_ref();
    let (surface, credential) = if is_openai {
        let given = settings.endpoint.as_ref();
        let Some(base_url) = given.or(partial.openai.base_url.as_ref()) else {
            return Err(incomplete("OpenAI", [Some(missing(BASE_URL)), None, None]));
        };
        let surface = Surface::OpenAi {
            base_url: base_url.as_url().clone(),
            model: name.to_string(),
        };
        let key = match own_key {
            Some(variable) => credential::of_variable(variable.as_str(), secrets)?,
            None => secrets
                .openai_key
                .as_ref()
                .map(credential::known)
                .transpose()?,
        };
        (surface, key.map(Credential::Bearer))
    } else {
        let entry = PartialDeployment {
            endpoint: settings
                .endpoint
                .as_ref()
                .map(|url| url.as_url().as_str().parse())
                .transpose()
                .map_err(|_| incomplete(AZURE, [Some(missing(ENDPOINT)), None, None]))?,
            deployment: Some(name.clone()),
            key_variable: own_key.cloned(),
            ..first_deployment(partial)
        };
        azure_surface(&partial.azure, &entry, Some(secrets))?
    };
    Ok(Some(Embeddings {
        deployment: Deployment {
            surface,
            credential,
            quota: Quota {
                requests_per_minute: settings.requests_per_minute,
                tokens_per_minute: settings.tokens_per_minute,
                ..quota(&partial.quota)
            },
            model: match &settings.model {
                Some(model) => Some(model.to_string()),
                None => is_openai.then(|| name.to_string()),
            },
            price: PriceSetting::default(),
        },
        dimensions: settings.dimensions,
    }))
}

/// What an embedding model's deployment is like where its settings leave something out: the first
/// that is listed, or the one that the other keys name.
fn first_deployment(partial: &PartialConfig) -> PartialDeployment {
    let listed = partial.azure.deployments.as_deref().unwrap_or_default();
    listed.first().cloned().unwrap_or_default()
}

/// The index of Azure AI Search, if its service is named.
fn search(partial: &PartialConfig, secrets: &Secrets) -> Result<Option<AzureSearch>, ConfigError> {
    let settings = &partial.examples.azure_search;
    let Some(endpoint) = &settings.endpoint else {
        return Ok(None);
    };
    let credential = credential::of_search(secrets)?.ok_or_else(|| {
        let key = missing((KEY, SEARCH_KEY));
        incomplete("Azure AI Search", [Some(key), None, None])
    })?;
    let index = settings.index.as_ref().map(IndexName::as_str);
    let api_version = settings.api_version.as_ref().map(Name::as_str);
    Ok(Some(AzureSearch {
        endpoint: endpoint.as_url().clone(),
        index: index.unwrap_or(SEARCH_INDEX).to_owned(),
        project: settings.project.as_ref().map(Name::to_string),
        api_version: api_version.unwrap_or(SEARCH_API_VERSION).to_owned(),
        credential,
    }))
}

/// The listed deployments, or the one that the other keys name.
fn azure(
    partial: &PartialConfig,
    secrets: Option<&Secrets>,
) -> Result<Vec<Deployment>, ConfigError> {
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
                credential,
                quota: quota(&partial.quota.clone().merge(own_quota(entry))),
                model: entry
                    .model
                    .as_ref()
                    .or(partial.azure.model.as_ref())
                    .map(Name::to_string),
                price: price(&match &entry.price {
                    Some(own) => partial.price.clone().merge(own.clone()),
                    None => partial.price.clone(),
                }),
            })
        })
        .collect()
}

fn azure_surface(
    azure: &PartialAzure,
    entry: &PartialDeployment,
    secrets: Option<&Secrets>,
) -> Result<(Surface, Option<Credential>), ConfigError> {
    let endpoint = entry.endpoint.as_ref().or(azure.endpoint.as_ref());
    let deployment = entry.deployment.as_ref().or(azure.deployment.as_ref());
    let pasted = endpoint.and_then(AzureEndpoint::deployment);
    let deployment = deployment.map(Name::as_str).or(pasted);
    let credential = match secrets {
        Some(secrets) => credential::of_azure(azure, entry, secrets)?.map(Some),
        None => Ok(None),
    };
    let (endpoint, deployment, credential) = match (endpoint, deployment, credential) {
        (Some(endpoint), Some(deployment), Ok(credential)) => (endpoint, deployment, credential),
        (endpoint, deployment, credential) => {
            let missing = [
                endpoint.is_none().then(|| missing(ENDPOINT)),
                deployment.is_none().then(|| missing(DEPLOYMENT)),
                credential.err(),
            ];
            return Err(incomplete(AZURE, missing));
        }
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

fn openai(partial: &PartialConfig, secrets: Option<&Secrets>) -> Result<Deployment, ConfigError> {
    let openai = &partial.openai;
    let key = secrets.and_then(|secrets| secrets.openai_key.as_ref());
    let key = key.map(credential::known).transpose()?;
    let base_url = openai.base_url.as_ref();
    // Servers on one's own machine want no key; `OpenAI` itself always does.
    let lacks_key = secrets.is_some()
        && key.is_none()
        && base_url.is_none_or(|url| url.as_url().host_str() == openai_host().as_deref());
    let (Some(base_url), Some(model), false) = (base_url, &openai.model, lacks_key) else {
        let missing = [
            base_url.is_none().then(|| missing(BASE_URL)),
            openai.model.is_none().then(|| missing(MODEL)),
            lacks_key.then(|| missing((KEY, OPENAI_KEY))),
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
        model: Some(model.to_string()),
        price: price(&partial.price),
    })
}

fn openai_host() -> Option<String> {
    let url = url::Url::parse(OPENAI_BASE_URL).ok()?;
    url.host_str().map(ToOwned::to_owned)
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

/// `trusted` are the authorities that the environment names; the setting wins over them.
fn authorities(partial: &PartialConfig, trusted: &[Authorities]) -> Vec<Authorities> {
    match &partial.network.ca_bundle {
        Some(path) => vec![Authorities {
            path: path.clone(),
            named_by: "network.ca_bundle",
            is_of_list: false,
        }],
        None => trusted.to_vec(),
    }
}

fn network(partial: &PartialConfig, trusted: &[Authorities]) -> Network {
    let timeouts = &partial.timeouts;
    let limit = |set: Option<NonZeroU32>, default| set.map_or(default, at_least_one);
    Network {
        connect_timeout: limit(timeouts.connect_seconds, CONNECT_TIMEOUT),
        read_timeout: limit(timeouts.read_seconds, READ_TIMEOUT),
        request_timeout: limit(timeouts.request_seconds, REQUEST_TIMEOUT),
        authorities: authorities(partial, trusted),
        headers: headers(partial),
    }
}

/// Who pays, at `OpenAI`; Azure knows that by the resource.
fn headers(partial: &PartialConfig) -> Vec<(&'static str, String)> {
    let openai = match partial.provider {
        Some(ProviderName::OpenAi) => &partial.openai,
        _ => return Vec::new(),
    };
    let named = [
        ("openai-organization", &openai.organization),
        ("openai-project", &openai.project),
    ];
    named
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?.to_string())))
        .collect()
}

fn quota(partial: &PartialQuota) -> Quota {
    Quota {
        requests_per_minute: partial.requests_per_minute,
        tokens_per_minute: partial.tokens_per_minute,
        max_concurrency: (partial.max_concurrency).unwrap_or(Quota::default().max_concurrency),
    }
}

fn price(partial: &PartialPrice) -> PriceSetting {
    let dollars = |price: Option<Dollars>| price.map(Dollars::value);
    PriceSetting {
        input: dollars(partial.input),
        cached_input: dollars(partial.cached_input),
        cache_write: dollars(partial.cache_write),
        output: dollars(partial.output),
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
