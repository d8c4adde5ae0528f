//! The secrets among the variables, and the files that hold one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::settings::REDIS_URL;
use super::{Found, Names, Variables};
use crate::config::identity::EntraVariables;
use crate::config::partial::PartialConfig;
use crate::config::redis::RedisUrl;

/// The key of `OpenAI` or of a compatible server.
pub(crate) const OPENAI_KEY: &str = "OPENAI_API_KEY";

/// The key of Azure AI Search.
pub(crate) const SEARCH_KEY: &str = "AZURE_SEARCH_API_KEY";

const AZURE_KEYS: Names = &[
    "AZURE_OPENAI_API_KEY",
    "AZURE_OPENAI_API_KEY_FILE",
    "AZURE_API_KEY",
];
const AZURE_TOKENS: Names = &["AZURE_OPENAI_AD_TOKEN", "AZURE_OPENAI_AUTH_TOKEN"];
const OPENAI_KEYS: Names = &[OPENAI_KEY, "OPENAI_API_KEY_FILE"];
/// The password of the Redis server.
const REDIS_PASSWORD: &str = "DOCGEN_REDIS_PASSWORD";
/// What the names end in whose variables name a file with the secret.
const OF_FILE: &str = "_FILE";

/// What proves who is asking; each part may be unset.
#[derive(Debug, Clone, Default)]
pub(crate) struct Secrets {
    pub(crate) azure_key: Option<Key>,
    pub(crate) azure_token: Option<Secret>,
    pub(crate) openai_key: Option<Key>,
    pub(crate) search_key: Option<Secret>,
    pub(crate) redis_password: Option<Secret>,
    pub(crate) entra: EntraVariables,
    /// Keys in the variables that the settings name.
    pub(crate) named: BTreeMap<String, Secret>,
}

/// A key, or the file that holds it.
#[derive(Debug, Clone)]
pub(crate) enum Key {
    Known(Secret),
    /// The file, and the variable or setting that names it.
    InFile {
        path: PathBuf,
        named_by: String,
    },
}

/// A secret and the variable that it is from.
#[derive(Debug, Clone)]
pub(crate) struct Secret {
    pub(crate) name: String,
    pub(crate) file: Option<PathBuf>,
    pub(crate) value: SecretString,
}

impl Variables {
    /// The secrets among the variables, not looked at yet.
    pub(crate) fn secrets(&self, settings: &PartialConfig) -> Secrets {
        let deployments = settings.azure.deployments.iter().flatten();
        let variables = deployments.filter_map(|one| one.key_variable.as_ref());
        let variables = variables.chain(&settings.examples.embeddings.key_variable);
        let named = variables.filter_map(|name| {
            let name = name.to_string();
            let secret = self.secret(&[&name])?;
            Some((name, secret))
        });
        Secrets {
            named: named.collect(),
            azure_key: self.key(
                AZURE_KEYS,
                settings.azure.key_file.as_ref(),
                "azure.key_file",
            ),
            azure_token: self.secret(AZURE_TOKENS),
            search_key: self.secret(&[SEARCH_KEY]),
            redis_password: self.redis_password(),
            openai_key: self.key(
                OPENAI_KEYS,
                settings.openai.key_file.as_ref(),
                "openai.key_file",
            ),
            entra: EntraVariables::read(self),
        }
    }

    /// The password in the server's URL, or else in its own variable.
    fn redis_password(&self) -> Option<Secret> {
        let in_url = self.find(REDIS_URL).and_then(|found| {
            let (_, password) = RedisUrl::with_password(&found.value).ok()?;
            Some(Secret {
                value: password?,
                ..found.into_secret()
            })
        });
        in_url.or_else(|| self.secret(&[REDIS_PASSWORD]))
    }

    /// The key in a variable, or in the file that a variable names, or else the setting `named_by`.
    fn key(&self, names: Names, setting: Option<&PathBuf>, named_by: &str) -> Option<Key> {
        match self.find(names) {
            Some(found) if found.name.ends_with(OF_FILE) => Some(Key::InFile {
                path: found.path(),
                named_by: found.name.to_owned(),
            }),
            Some(found) => Some(Key::Known(found.into_secret())),
            None => setting.map(|path| Key::InFile {
                path: path.clone(),
                named_by: named_by.to_owned(),
            }),
        }
    }

    pub(crate) fn secret(&self, names: &[&str]) -> Option<Secret> {
        Some(self.find(names)?.into_secret())
    }
}

impl Found<'_> {
    fn into_secret(self) -> Secret {
        Secret {
            name: self.name.to_owned(),
            file: self.file.map(Path::to_path_buf),
            value: SecretString::from(self.value),
        }
    }
}
