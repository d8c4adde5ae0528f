//! Partial settings become the resolved ones: [`Config`] at once, [`Provider`] when it is needed.

use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::env::{AZURE_KEY, OPENAI_KEY, Secret, Secrets};
use super::error::{ConfigError, Missing};
use super::partial::{
    API_VERSION, CONNECT_TIMEOUT, OPENAI_BASE_URL, PartialCheck, PartialConfig, PartialQuota,
    PartialRetry, REPORT_PATH, REQUEST_TIMEOUT,
};
use super::per_file::Rules;
use super::resolved::{
    Batch, Check, Config, Credential, DocstringStyle, Files, Llm, Provider, Quota, Retry, Select,
    Surface,
};
use super::rule_set::{RuleSelector, RuleSet};
use super::values::{AzureApi, Glob, LineLength, Name, ProviderName, Temperature};

const ENDPOINT: Missing = Missing {
    what: "the endpoint",
    name: "AZURE_OPENAI_ENDPOINT",
};
const DEPLOYMENT: Missing = Missing {
    what: "the deployment",
    name: "AZURE_OPENAI_DEPLOYMENT",
};
const BASE_URL: Missing = Missing {
    what: "the address",
    name: "OPENAI_BASE_URL",
};
const MODEL: Missing = Missing {
    what: "the model",
    name: "DOCGEN_MODEL",
};

/// Everything but the provider. `line_length` is what holds when the settings say nothing.
pub(crate) fn config(partial: &PartialConfig, root: &Path, line_length: LineLength) -> Config {
    let report = &partial.report;
    let path = report.path.as_deref().unwrap_or(Path::new(REPORT_PATH));
    Config {
        files: files(partial, root),
        select: select(partial),
        docstring: DocstringStyle {
            style: partial.docstring.style.unwrap_or_default(),
            line_length: partial.docstring.line_length.unwrap_or(line_length),
            types: (partial.docstring.types).unwrap_or(DocstringStyle::default().types),
        },
        batch: batch(partial),
        check: Check {
            fail_under: partial.check.fail_under,
            baseline: partial.check.baseline.as_ref().map(|path| root.join(path)),
            rules: rules(&partial.check, root),
        },
        report: report.enabled.unwrap_or(true).then(|| root.join(path)),
    }
}

/// The rules in force.
fn rules(check: &PartialCheck, root: &Path) -> Rules {
    let mut select = check
        .select
        .clone()
        .unwrap_or_else(|| vec![RuleSelector::all()]);
    select.extend(check.extend_select.iter().flatten().cloned());
    let ignore = check.ignore.as_deref().unwrap_or_default();
    let everywhere = RuleSet::resolve(&select, ignore);
    let per_file = check.per_file_ignores.clone().unwrap_or_default();
    Rules::new(everywhere, &per_file, root)
}

/// Who writes the words, if all that it takes is set.
pub(crate) fn provider(
    partial: &PartialConfig,
    secrets: &Secrets,
) -> Result<Provider, ConfigError> {
    let (surface, credential) = match partial.provider {
        Some(ProviderName::Offline) => return Ok(Provider::Offline),
        Some(ProviderName::OpenAi) => openai(partial, secrets)?,
        Some(ProviderName::Azure) | None => azure(partial, secrets)?,
    };
    let timeouts = &partial.timeouts;
    Ok(Provider::Model(Box::new(Llm {
        surface,
        credential,
        quota: quota(&partial.quota),
        retry: retry(&partial.retry),
        connect_timeout: timeouts
            .connect_seconds
            .map_or(CONNECT_TIMEOUT, at_least_one),
        request_timeout: timeouts
            .request_seconds
            .map_or(REQUEST_TIMEOUT, at_least_one),
        temperature: partial.model.temperature.map(Temperature::value),
        reasoning_effort: partial
            .model
            .reasoning_effort
            .map(|effort| effort.to_string()),
    })))
}

fn azure(
    partial: &PartialConfig,
    secrets: &Secrets,
) -> Result<(Surface, Option<Credential>), ConfigError> {
    let azure = &partial.azure;
    let credential = match (&secrets.azure_token, &secrets.azure_key) {
        (Some(token), _) => Some(Credential::Bearer(checked(token)?)),
        (None, Some(key)) => Some(Credential::ApiKey(checked(key)?)),
        (None, None) => None,
    };
    let key = Missing {
        what: "the key",
        name: AZURE_KEY,
    };
    let (Some(endpoint), Some(deployment), Some(credential)) =
        (&azure.endpoint, &azure.deployment, credential.clone())
    else {
        let missing = [
            azure.endpoint.is_none().then_some(ENDPOINT),
            azure.deployment.is_none().then_some(DEPLOYMENT),
            credential.is_none().then_some(key),
        ];
        return Err(incomplete("Azure OpenAI", missing));
    };
    let (endpoint, deployment) = (endpoint.as_url().clone(), deployment.to_string());
    let surface = match azure.api.unwrap_or(AzureApi::V1) {
        AzureApi::V1 => Surface::AzureV1 {
            endpoint,
            deployment,
        },
        AzureApi::Classic => Surface::AzureClassic {
            endpoint,
            deployment,
            api_version: azure
                .api_version
                .as_ref()
                .map_or(API_VERSION, Name::as_str)
                .to_owned(),
        },
    };
    Ok((surface, Some(credential)))
}

fn openai(
    partial: &PartialConfig,
    secrets: &Secrets,
) -> Result<(Surface, Option<Credential>), ConfigError> {
    let openai = &partial.openai;
    let key = secrets.openai_key.as_ref().map(checked).transpose()?;
    let base_url = openai.base_url.as_ref();
    // Servers on one's own machine want no key; `OpenAI` itself always does.
    let lacks_key = key.is_none()
        && base_url.is_none_or(|url| url.as_url().host_str() == openai_host().as_deref());
    let (Some(base_url), Some(model), false) = (base_url, &openai.model, lacks_key) else {
        let key = Missing {
            what: "the key",
            name: OPENAI_KEY,
        };
        let missing = [
            base_url.is_none().then_some(BASE_URL),
            openai.model.is_none().then_some(MODEL),
            lacks_key.then_some(key),
        ];
        return Err(incomplete("OpenAI", missing));
    };
    let surface = Surface::OpenAi {
        base_url: base_url.as_url().clone(),
        model: model.to_string(),
    };
    Ok((surface, key.map(Credential::Bearer)))
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
        name: secret.name,
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

fn files(partial: &PartialConfig, root: &Path) -> Files {
    let files = &partial.files;
    let texts = |globs: &Option<Vec<Glob>>| -> Vec<String> {
        globs.iter().flatten().map(Glob::to_string).collect()
    };
    Files {
        root: root.to_path_buf(),
        include: texts(&files.include),
        exclude: [texts(&files.exclude), texts(&files.extend_exclude)].concat(),
        respect_gitignore: files.respect_gitignore.unwrap_or(true),
        force_exclude: files.force_exclude.unwrap_or(false),
    }
}

fn select(partial: &PartialConfig) -> Select {
    let select = &partial.select;
    let default = Select::of(select.preset.unwrap_or_default());
    Select {
        preset: default.preset,
        private: select.private.unwrap_or(default.private),
        nested: select.nested.unwrap_or(default.nested),
        magic: select.magic.unwrap_or(default.magic),
        init: select.init.unwrap_or(default.init),
        tests: select.tests.unwrap_or(default.tests),
        min_complexity: select.min_complexity.unwrap_or(default.min_complexity),
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

fn batch(partial: &PartialConfig) -> Batch {
    let (batch, default) = (&partial.batch, Batch::default());
    Batch {
        max_tokens: batch.max_tokens.unwrap_or(default.max_tokens),
        max_definitions: batch.max_definitions.unwrap_or(default.max_definitions),
    }
}

fn seconds(number: u32) -> Duration {
    Duration::from_secs(number.into())
}

fn at_least_one(number: NonZeroU32) -> Duration {
    seconds(number.get())
}
