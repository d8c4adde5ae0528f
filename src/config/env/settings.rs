//! The settings among the variables.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::{Names, Variables};
use crate::config::error::ConfigError;
use crate::config::partial::PartialConfig;
use crate::config::redis::RedisUrl;
use crate::config::values::{InvalidValue, positive};

/// Characters of the longest value that an error repeats.
const LONGEST_REPEATED: usize = 16;

const PROVIDER: Names = &["DOCGEN_PROVIDER"];
const REQUESTS_PER_MINUTE: Names = &["DOCGEN_REQUESTS_PER_MINUTE"];
const TOKENS_PER_MINUTE: Names = &["DOCGEN_TOKENS_PER_MINUTE"];
const MAX_CONCURRENCY: Names = &["DOCGEN_MAX_CONCURRENCY"];
const MODEL: Names = &["DOCGEN_MODEL"];
const ENDPOINT: Names = &["AZURE_OPENAI_ENDPOINT", "AZURE_API_BASE"];
const DEPLOYMENT: Names = &["AZURE_OPENAI_DEPLOYMENT", "AZURE_OPENAI_DEPLOYMENT_NAME"];
const API_VERSION: Names = &[
    "AZURE_OPENAI_API_VERSION",
    "OPENAI_API_VERSION",
    "AZURE_API_VERSION",
];
const BASE_URL: Names = &["OPENAI_BASE_URL"];
const CACHE: Names = &["DOCGEN_CACHE"];
const LOG_FILE: Names = &["DOCGEN_LOG_FILE"];
const AZURE_AUTH: Names = &["DOCGEN_AZURE_AUTH"];
const SCOPE: Names = &["AZURE_SCOPE"];
const ORGANIZATION: Names = &["OPENAI_ORG_ID"];
pub(super) const REDIS_URL: Names = &["DOCGEN_REDIS_URL"];
const PROJECT: Names = &["OPENAI_PROJECT_ID"];

/// Every setting that a variable can give, with the variable's names.
const SETTINGS: [(&str, Names); 17] = [
    ("provider", PROVIDER),
    ("quota.requests_per_minute", REQUESTS_PER_MINUTE),
    ("quota.tokens_per_minute", TOKENS_PER_MINUTE),
    ("quota.max_concurrency", MAX_CONCURRENCY),
    ("quota.redis_url", REDIS_URL),
    ("cache.redis_url", REDIS_URL),
    ("azure.endpoint", ENDPOINT),
    ("azure.deployment", DEPLOYMENT),
    ("azure.api_version", API_VERSION),
    ("azure.auth", AZURE_AUTH),
    ("azure.scope", SCOPE),
    ("openai.organization", ORGANIZATION),
    ("openai.project", PROJECT),
    ("openai.base_url", BASE_URL),
    ("openai.model", MODEL),
    ("cache.enabled", CACHE),
    ("log.file", LOG_FILE),
];

impl Variables {
    /// What the variables say about the settings.
    pub(crate) fn settings(&self) -> Result<PartialConfig, ConfigError> {
        let mut settings = PartialConfig {
            provider: self.read(PROVIDER, FromStr::from_str)?,
            ..PartialConfig::default()
        };
        settings.quota.requests_per_minute = self.read(REQUESTS_PER_MINUTE, positive)?;
        settings.quota.tokens_per_minute = self.read(TOKENS_PER_MINUTE, positive)?;
        settings.quota.max_concurrency = self.read(MAX_CONCURRENCY, positive)?;
        // A password in it is not one of the settings.
        let without_password = |text: &str| RedisUrl::with_password(text).map(|(url, _)| url);
        settings.quota.redis_url = self.read(REDIS_URL, without_password)?;
        settings
            .cache
            .redis_url
            .clone_from(&settings.quota.redis_url);
        settings.azure.endpoint = self.read(ENDPOINT, FromStr::from_str)?;
        settings.azure.deployment = self.read(DEPLOYMENT, FromStr::from_str)?;
        settings.azure.api_version = self.read(API_VERSION, FromStr::from_str)?;
        settings.azure.auth = self.read(AZURE_AUTH, FromStr::from_str)?;
        settings.azure.scope = self.read(SCOPE, FromStr::from_str)?;
        settings.openai.organization = self.read(ORGANIZATION, FromStr::from_str)?;
        settings.openai.project = self.read(PROJECT, FromStr::from_str)?;
        settings.openai.base_url = self.read(BASE_URL, FromStr::from_str)?;
        settings.openai.model = self.read(MODEL, FromStr::from_str)?;
        settings.cache.enabled = self.read(CACHE, switch)?;
        settings.log.file = self.find(LOG_FILE).map(|found| match found.file {
            // It is relative to the project, as the settings file's is.
            Some(_) => PathBuf::from(found.value),
            None => std::path::absolute(&found.value).unwrap_or_else(|_| found.value.into()),
        });
        Ok(settings)
    }

    /// The variable behind each setting that one gives, and the `.env` file if it stands there.
    pub(crate) fn origins(&self) -> BTreeMap<&'static str, (String, Option<PathBuf>)> {
        let found = SETTINGS.iter().filter_map(|(key, names)| {
            let found = self.find(names)?;
            let file = found.file.map(Path::to_path_buf);
            Some((*key, (found.name.to_owned(), file)))
        });
        found.collect()
    }

    fn read<T>(
        &self,
        names: Names,
        read: fn(&str) -> Result<T, InvalidValue>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(found) = self.find(names) else {
            return Ok(None);
        };
        read(&found.value).map(Some).map_err(|error| {
            let mut message = error.to_string();
            // No value is as long as a key, which may have come into the wrong variable.
            if found.value.chars().count() > LONGEST_REPEATED {
                message = message.replace(&found.value, "...");
            }
            ConfigError::Variable {
                name: found.name.to_owned(),
                file: found.file.map(Path::to_path_buf),
                message,
            }
        })
    }
}

/// A switch, in the words of a settings file or as a digit.
fn switch(value: &str) -> Result<bool, InvalidValue> {
    match value {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(InvalidValue::new(format!(
            "`{value}` is neither `true` nor `false`"
        ))),
    }
}
