//! Where each setting comes from, told by comparing the layers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Loaded;
use super::document;
use super::env::{Key, Secret, Secrets};
use super::file::PYPROJECT;
use super::keys::{self, Kind};
use super::partial::PartialConfig;
use super::values::LineLength;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// docgen itself.
    Default,
    /// The line length that ruff or black have.
    Formatter,
    /// A settings file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1, unless the file has changed since it was read.
        line: Option<usize>,
    },
    /// A variable of the environment.
    Variable(String),
    /// A variable in the `.env` file.
    DotEnv {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1, unless the file has changed since it was read.
        line: Option<usize>,
        /// The variable.
        name: String,
    },
    /// A flag of the command line.
    Flag,
}

/// A setting in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its key path, such as `quota.max_concurrency`.
    pub key: String,
    /// Its value, as the settings file would have it; `null` when it has none.
    pub value: Value,
    /// Where the value comes from. Of lists that add up, the last to add counts.
    pub origin: Origin,
}

/// What each source says, before they are laid over one another.
#[derive(Debug, Clone)]
pub(crate) struct Layers {
    pub(crate) file: PartialConfig,
    pub(crate) variables: BTreeMap<&'static str, (String, Option<PathBuf>)>,
    pub(crate) flags: PartialConfig,
}

impl Layers {
    pub(crate) fn settings(&self, loaded: &Loaded) -> Vec<Setting> {
        let of = |settings: &PartialConfig| serde_json::to_value(settings).unwrap_or_default();
        let (all, file, flags) = (of(&loaded.settings), of(&self.file), of(&self.flags));
        let path = loaded.source.as_deref();
        let lines = path.map(lines_of).unwrap_or_default();
        let known = keys::known().into_iter();
        let settings = known.filter(|(_, kind)| *kind == Kind::Setting);
        let mut settings: Vec<Setting> = settings
            .map(|(key, _)| {
                let origin = match (self.variables.get(key.as_str()), path) {
                    _ if !at(&flags, &key).is_null() => Origin::Flag,
                    (Some((name, file)), _) => variable(name, file.as_deref()),
                    (None, Some(path)) if !at(&file, &key).is_null() => Origin::File {
                        path: path.to_path_buf(),
                        line: lines.get(&key).copied(),
                    },
                    _ => Origin::Default,
                };
                let mut value = at(&all, &key).clone();
                leave_out_queries(&mut value);
                Setting { key, value, origin }
            })
            .collect();
        let length = loaded.config.docstring.line_length;
        let line_length = settings
            .iter_mut()
            .find(|one| one.key == "docstring.line_length");
        if let Some(setting) = line_length.filter(|one| one.value.is_null()) {
            setting.value = length.columns().into();
            if length != LineLength::DEFAULT {
                setting.origin = Origin::Formatter;
            }
        }
        settings
    }
}

/// The variables that hold a secret, or what names the file that does.
pub(super) fn secrets(secrets: &Secrets) -> Vec<(String, Origin)> {
    let keys = [&secrets.azure_key, &secrets.openai_key];
    let keys = keys.into_iter().flatten().map(|key| match key {
        Key::Known(secret) => of_secret(secret),
        Key::InFile { path, named_by } => {
            let path = path.clone();
            (named_by.clone(), Origin::File { path, line: None })
        }
    });
    let others = secrets.azure_token.iter().chain(&secrets.search_key);
    let others = others.chain(&secrets.redis_password);
    let others = others.chain(secrets.entra.secret());
    let others = others.chain(secrets.named.values()).map(of_secret);
    let mut origins: Vec<(String, Origin)> = keys.chain(others).collect();
    origins.sort_by(|one, other| one.0.cmp(&other.0));
    origins.dedup();
    origins
}

fn of_secret(secret: &Secret) -> (String, Origin) {
    let origin = variable(&secret.name, secret.file.as_deref());
    (secret.name.clone(), origin)
}

fn variable(name: &str, file: Option<&Path>) -> Origin {
    let name = name.to_owned();
    match file {
        None => Origin::Variable(name),
        Some(path) => Origin::DotEnv {
            path: path.to_path_buf(),
            line: line_of_variable(path, &name),
            name,
        },
    }
}

/// The last line that sets a variable, since the last one counts.
fn line_of_variable(path: &Path, name: &str) -> Option<usize> {
    let text = std::fs::read_to_string(path).ok()?;
    let sets = |line: &str| {
        let line = line.trim_start_matches('\u{feff}').trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        line.strip_prefix(name)
            .is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let numbered = text.lines().zip(1..);
    let last = numbered.filter(|(line, _)| sets(line)).last();
    last.map(|(_, number)| number)
}

fn lines_of(path: &Path) -> BTreeMap<String, usize> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let is_pyproject = path.file_name().is_some_and(|name| name == PYPROJECT);
    document::lines(&text, is_pyproject)
}

fn at<'v>(settings: &'v Value, key: &str) -> &'v Value {
    key.split('.').fold(settings, |value, part| &value[part])
}

/// A gateway's address may carry a key of its own.
fn leave_out_queries(value: &mut Value) {
    match value {
        Value::String(text) if text.starts_with("http") => {
            let end = text.find(['?', '#']).unwrap_or(text.len());
            if end < text.len() {
                text.truncate(end);
                text.push_str("?...");
            }
        }
        Value::Array(values) => values.iter_mut().for_each(leave_out_queries),
        Value::Object(fields) => fields.values_mut().for_each(leave_out_queries),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use super::super::{Isolation, LoadRequest, ProviderName, load};
    use super::*;

    fn loaded(file: (&str, &str), variables: &[(&str, &str)], flags: &str) -> (Loaded, PathBuf) {
        let folder = tempfile::tempdir().unwrap().keep();
        std::fs::write(folder.join(".git"), "").unwrap();
        std::fs::write(folder.join(file.0), file.1).unwrap();
        let loaded = load(LoadRequest {
            paths: std::slice::from_ref(&folder),
            config_file: None,
            isolated: Isolation::Project,
            flags: toml::from_str(flags).unwrap(),
            environment: variables.iter().copied().collect(),
        });
        (loaded.unwrap(), folder)
    }

    fn setting(loaded: &Loaded, key: &str) -> (Value, Origin) {
        let mut all = loaded.origins().into_iter();
        let found = all.find(|one| one.key == key).unwrap();
        (found.value, found.origin)
    }

    #[test]
    fn each_setting_knows_its_source() {
        let file = "# ours\n[quota]\nmax_concurrency = 1\ntokens_per_minute = 5\n\n[docstring]\n\
                    style = 'numpy'\n";
        let variables = [("DOCGEN_TOKENS_PER_MINUTE", "7")];
        let (loaded, folder) = loaded(
            ("docgen.toml", file),
            &variables,
            "docstring.style = 'sphinx'",
        );
        let path = folder.join("docgen.toml");
        let line = Some(3);
        let of = |key| setting(&loaded, key);
        assert_eq!(
            of("quota.max_concurrency"),
            (1.into(), Origin::File { path, line })
        );
        let variable = Origin::Variable("DOCGEN_TOKENS_PER_MINUTE".to_owned());
        assert_eq!(of("quota.tokens_per_minute"), (7.into(), variable));
        assert_eq!(of("docstring.style"), ("sphinx".into(), Origin::Flag));
        assert_eq!(of("provider"), ("azure".into(), Origin::Default));
        assert_eq!(of("azure.endpoint"), (Value::Null, Origin::Default));
        assert_eq!(of("docstring.line_length"), (88.into(), Origin::Default));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_pyproject_and_a_dot_env_have_lines_too() {
        let text = "[tool.black]\nline-length = 70\n[tool.docgen]\nprovider = 'openai'\n\
                    select = { tests = false }\n";
        let (loaded, folder) = loaded(("pyproject.toml", text), &[], "");
        let line = |key| match setting(&loaded, key).1 {
            Origin::File { line, .. } => line,
            other => panic!("{other:?}"),
        };
        assert_eq!((line("provider"), line("select.tests")), (Some(4), Some(5)));
        let length = setting(&loaded, "docstring.line_length");
        assert_eq!(length, (70.into(), Origin::Formatter));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn of_a_secret_only_the_place_is_told() {
        let text = "OTHER=1\nexport AZURE_OPENAI_API_KEY=hidden\nDOCGEN_PROVIDER=openai\n";
        let (loaded, folder) = loaded((".env", text), &[("OPENAI_API_KEY", "hidden")], "");
        let path = folder.join(".env");
        let dot_env = |line, name: &str| Origin::DotEnv {
            path: path.clone(),
            line: Some(line),
            name: name.to_owned(),
        };
        let (azure, openai) = ("AZURE_OPENAI_API_KEY", "OPENAI_API_KEY");
        let expected = [
            (azure.to_owned(), dot_env(2, azure)),
            (openai.to_owned(), Origin::Variable(openai.to_owned())),
        ];
        assert_eq!(loaded.secret_origins(), expected);
        assert_eq!(
            setting(&loaded, "provider").1,
            dot_env(3, "DOCGEN_PROVIDER")
        );
        assert!(!format!("{loaded:?} {:?}", loaded.origins()).contains("hidden"));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn every_variable_that_sets_something_is_named() {
        let variables = [
            ("DOCGEN_PROVIDER", "openai"),
            ("DOCGEN_REQUESTS_PER_MINUTE", "1"),
            ("DOCGEN_TOKENS_PER_MINUTE", "1"),
            ("DOCGEN_MAX_CONCURRENCY", "1"),
            ("DOCGEN_MODEL", "m"),
            ("DOCGEN_CACHE", "0"),
            ("DOCGEN_LOG_FILE", "docgen.log"),
            ("AZURE_OPENAI_ENDPOINT", "https://a.example/x?key=hidden#y"),
            ("AZURE_OPENAI_DEPLOYMENT", "d"),
            ("OPENAI_API_VERSION", "2024-10-21"),
            ("OPENAI_BASE_URL", "http://b.example/v1?key=hidden"),
        ];
        let (loaded, folder) = loaded(("docgen.toml", ""), &variables, "");
        let given = loaded.origins().into_iter();
        let named = given.filter(|one| matches!(one.origin, Origin::Variable(_)));
        assert_eq!(named.count(), variables.len());
        assert!(!format!("{:?}", loaded.origins()).contains("hidden"));
        let base_url = setting(&loaded, "openai.base_url").0;
        assert_eq!(base_url, "http://b.example/v1?...");
        let provider = ProviderName::from_str("openai").unwrap();
        assert_eq!(loaded.settings().provider, Some(provider));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
