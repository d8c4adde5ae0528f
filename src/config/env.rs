//! Settings and secrets from environment variables and from the `.env` file.
//!
//! The environment wins over the file. An empty value counts as unset. Nothing here changes the
//! environment, and no error and no `Debug` output repeats a secret.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use secrecy::SecretString;

use super::error::ConfigError;
use super::file::read_if_there;
use super::identity::EntraVariables;
use super::llm::Authorities;
use super::partial::PartialConfig;
use super::redis::RedisUrl;
use super::values::{InvalidValue, positive};

/// The key of `OpenAI` or of a compatible server.
pub(crate) const OPENAI_KEY: &str = "OPENAI_API_KEY";

/// The key of Azure AI Search.
pub(crate) const SEARCH_KEY: &str = "AZURE_SEARCH_API_KEY";

/// Characters of the longest value that an error repeats.
const LONGEST_REPEATED: usize = 16;

/// The names of one variable; the first that is set counts.
type Names = &'static [&'static str];

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
const REDIS_URL: Names = &["DOCGEN_REDIS_URL"];
const PROJECT: Names = &["OPENAI_PROJECT_ID"];
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

/// OpenSSL's names of a file and of folders with the authorities to trust.
const SSL_CERT_FILE: &str = "SSL_CERT_FILE";
const SSL_CERT_DIR: &str = "SSL_CERT_DIR";
/// What Python's requests reads instead.
const REQUESTS_CA_BUNDLE: &str = "REQUESTS_CA_BUNDLE";
/// What curl reads, and requests after its own.
const CURL_CA_BUNDLE: &str = "CURL_CA_BUNDLE";

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

/// The environment variables of a process, or what a test puts in their place.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, OsString>,
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

impl Environment {
    /// The variables of this process; one whose name is not UTF-8 is none of docgen's.
    #[must_use]
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect()
    }
}

impl<K: Into<String>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let owned = |(name, value): (K, V)| (name.into(), value.into());
        Self {
            variables: pairs.into_iter().map(owned).collect(),
        }
    }
}

/// Names only: a value may be a secret.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

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

/// The environment of the process over that of the `.env` file.
pub(crate) struct Variables {
    process: Environment,
    file: Environment,
    path: PathBuf,
}

impl Variables {
    /// The variables of `process` alone.
    pub(crate) fn without_file(process: Environment) -> Self {
        Self {
            process,
            file: Environment::default(),
            path: PathBuf::new(),
        }
    }

    /// The variables of `process` over those of the `.env` file in `folder`, if there is one.
    pub(crate) fn with_file(process: Environment, folder: &Path) -> Result<Self, ConfigError> {
        let path = folder.join(".env");
        // A virtual environment may have that name too.
        let text = if path.is_dir() {
            None
        } else {
            read_if_there(&path)?
        };
        let file = match text {
            Some(text) => parse(&path, &text)?,
            None => Environment::default(),
        };
        Ok(Self {
            process,
            file,
            path,
        })
    }

    /// The settings among the variables.
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

    /// The certificate authorities to trust, as OpenSSL and Python's requests look them up.
    pub(crate) fn authorities(&self) -> Vec<Authorities> {
        let file = self.trusted(SSL_CERT_FILE).into_iter();
        let folders = self.find(&[SSL_CERT_DIR]).into_iter().flat_map(|found| {
            let folders: Vec<_> = std::env::split_paths(&found.value).collect();
            folders
                .into_iter()
                .filter(|folder| !folder.as_os_str().is_empty())
        });
        let openssl: Vec<_> = file
            .chain(folders.map(|path| Authorities {
                path,
                named_by: SSL_CERT_DIR,
                is_of_list: true,
            }))
            .collect();
        if openssl.is_empty() {
            let requests = self.trusted(REQUESTS_CA_BUNDLE);
            return requests
                .or_else(|| self.trusted(CURL_CA_BUNDLE))
                .into_iter()
                .collect();
        }
        openssl
    }

    fn trusted(&self, name: &'static str) -> Option<Authorities> {
        Some(Authorities {
            path: self.path(name)?,
            named_by: name,
            is_of_list: false,
        })
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

    pub(crate) fn secret(&self, names: &[&str]) -> Option<Secret> {
        Some(self.find(names)?.into_secret())
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        Some(self.find(&[name])?.value)
    }

    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        Some(self.find(&[name])?.path())
    }

    /// Whether the process itself has the variable; what reads it has no eye for `.env`.
    pub(crate) fn is_in_process(&self, name: &str) -> bool {
        let value = self.process.variables.get(name);
        value.is_some_and(|value| !value.is_empty())
    }

    fn find<'a>(&'a self, names: &[&'a str]) -> Option<Found<'a>> {
        let layers = [
            (&self.process, None),
            (&self.file, Some(self.path.as_path())),
        ];
        layers.into_iter().find_map(|(layer, file)| {
            names.iter().find_map(|name| {
                let value = layer.variables.get(*name)?.to_string_lossy();
                let value = value.trim();
                (!value.is_empty()).then(|| Found {
                    name,
                    file,
                    value: value.to_owned(),
                })
            })
        })
    }
}

struct Found<'a> {
    name: &'a str,
    file: Option<&'a Path>,
    value: String,
}

impl Found<'_> {
    /// The path that the variable holds: one in `.env` is from that file's folder.
    fn path(&self) -> PathBuf {
        let folder = self.file.and_then(Path::parent).unwrap_or(Path::new(""));
        folder.join(&self.value)
    }

    fn into_secret(self) -> Secret {
        Secret {
            name: self.name.to_owned(),
            file: self.file.map(Path::to_path_buf),
            value: SecretString::from(self.value),
        }
    }
}

fn parse(path: &Path, text: &str) -> Result<Environment, ConfigError> {
    let text = text.trim_start_matches('\u{feff}');
    // dotenvy takes trailing blanks for an unfinished value unless a newline follows.
    let terminated = format!("{text}\n");
    let mut variables = Vec::new();
    for entry in dotenvy::from_read_iter(terminated.as_bytes()) {
        match entry {
            Ok(variable) => variables.push(variable),
            Err(error) => {
                let line = line_of(&error, &terminated);
                // Other tools read the file by rules of their own; their lines are theirs.
                if terminated.lines().nth(line - 1).is_some_and(is_for_docgen) {
                    let path = path.to_path_buf();
                    return Err(ConfigError::DotEnv { path, line });
                }
            }
        }
    }
    Ok(variables.into_iter().collect())
}

/// Whether a line of `.env` sets a variable that docgen reads.
fn is_for_docgen(line: &str) -> bool {
    let line = line.trim_start();
    let name = line.strip_prefix("export ").unwrap_or(line).trim_start();
    [
        "AZURE_OPENAI_",
        "AZURE_API_",
        "AZURE_CLIENT_",
        "AZURE_TENANT_ID",
        "OPENAI_",
        "DOCGEN_",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}

/// The line at which the text that `error` complains about begins. dotenvy counts no lines.
fn line_of(error: &dotenvy::Error, text: &str) -> usize {
    let dotenvy::Error::LineParse(line, _) = error else {
        return 1;
    };
    let mut start = 0;
    for (index, candidate) in text.split_inclusive('\n').enumerate() {
        let is_whole = |rest: &str| rest.is_empty() || rest.starts_with(['\r', '\n', '#']);
        let rest = text
            .get(start..)
            .and_then(|rest| rest.strip_prefix(line.as_str()));
        if rest.is_some_and(|rest| line.ends_with('\n') || is_whole(rest)) {
            return index + 1;
        }
        start += candidate.len();
    }
    // The complaint is about a value alone.
    let offset = text.find(line.as_str()).unwrap_or(0);
    text.get(..offset)
        .map_or(1, |before| before.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(process: &[(&str, &str)], file: &str) -> Result<Variables, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".env"), file).unwrap();
        Variables::with_file(process.iter().copied().collect(), folder.path())
    }

    fn deployment(process: &[(&str, &str)], file: &str) -> Option<String> {
        let settings = variables(process, file).unwrap().settings().unwrap();
        settings.azure.deployment.map(|name| name.to_string())
    }

    #[test]
    fn the_environment_wins_over_the_file_and_a_name_over_its_alias() {
        let (name, alias) = ("AZURE_OPENAI_DEPLOYMENT", "AZURE_OPENAI_DEPLOYMENT_NAME");
        let file = format!("{alias}=file-alias\n{name}=file\n");
        assert_eq!(deployment(&[], &file).unwrap(), "file");
        assert_eq!(deployment(&[(alias, "a")], &file).unwrap(), "a");
        assert_eq!(
            deployment(&[(alias, "a"), (name, "n")], &file).unwrap(),
            "n"
        );
        assert_eq!(
            deployment(&[(alias, "a"), (name, " ")], &file).unwrap(),
            "a"
        );
        assert_eq!(deployment(&[(name, "")], ""), None);
    }

    #[test]
    fn a_file_is_read_as_people_write_it() {
        let file = "\u{feff}# ours\nexport AZURE_OPENAI_DEPLOYMENT='my dep' # why\nOTHER=1 ";
        assert_eq!(deployment(&[], file).unwrap(), "my dep");
        assert_eq!(
            deployment(&[], "AZURE_OPENAI_DEPLOYMENT=x\r\n\r\nA=\r\n").unwrap(),
            "x"
        );
    }

    #[test]
    fn a_malformed_file_names_the_line_and_not_the_value() {
        let cases = [
            ("A=1\n\nAZURE_OPENAI_API_KEY hidden\nB=2\n", 3),
            ("DOCGEN_XA hidden=1\nDOCGEN_A hidden\n", 1),
            ("A=1\nDOCGEN_B=\"hidden\nC=2\n", 2),
            ("A=1\n  DOCGEN_B=hid den\n", 2),
            ("A=1\r\nDOCGEN_B hidden # note\r\n", 2),
            ("A=1\nDOCGEN_B=\"\\q hidden\"\n", 2),
        ];
        for (text, line) in cases {
            let error = variables(&[], text).err().unwrap();
            assert!(
                matches!(&error, ConfigError::DotEnv { line: found, .. } if *found == line),
                "{text}: {error}"
            );
            assert!(
                !format!("{error} {error:?} {:?}", error.hint()).contains("hid"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_other_tools_write_is_theirs() {
        let file = "PATHS=a b\nWELCOME x\nAZURE_STORAGE=c d\nAZURE_OPENAI_DEPLOYMENT=mine\n";
        assert_eq!(deployment(&[], file).unwrap(), "mine");
    }

    #[test]
    fn a_bad_value_names_its_variable() {
        let fault = |name: &str, value: &str| {
            let variables = variables(&[(name, value)], "").unwrap();
            variables.settings().unwrap_err().to_string()
        };
        assert_eq!(
            fault("DOCGEN_MAX_CONCURRENCY", "0"),
            "environment variable `DOCGEN_MAX_CONCURRENCY`: `0` is not a whole number of at least 1"
        );
        assert_eq!(
            fault("DOCGEN_PROVIDER", "aws"),
            "environment variable `DOCGEN_PROVIDER`: unknown variant `aws`, expected one of \
             `azure`, `openai`, `offline`"
        );
        assert_eq!(
            fault("AZURE_OPENAI_ENDPOINT", "my-key"),
            "environment variable `AZURE_OPENAI_ENDPOINT`: not an http or https URL: relative URL \
             without a base"
        );
        let error = variables(&[], "DOCGEN_MAX_CONCURRENCY=x")
            .unwrap()
            .settings()
            .unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("`DOCGEN_MAX_CONCURRENCY` in `"), "{text}");
        assert!(
            text.ends_with(".env`: `x` is not a whole number of at least 1"),
            "{text}"
        );
    }

    #[test]
    fn no_debug_output_shows_a_secret() {
        let pairs = [
            ("AZURE_OPENAI_API_KEY", "hidden"),
            ("AZURE_OPENAI_AUTH_TOKEN", "hidden"),
        ];
        let environment: Environment = pairs.into_iter().collect();
        assert_eq!(
            format!("{environment:?}"),
            r#"{"AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AUTH_TOKEN"}"#
        );
        let secrets = Variables::without_file(environment).secrets(&PartialConfig::default());
        assert!(secrets.azure_token.is_some() && secrets.azure_key.is_some());
        assert!(!format!("{secrets:?}").contains("hidden"));
    }
}
