//! Settings and secrets from environment variables and from the `.env` file.
//!
//! The environment wins over the file. An empty value counts as unset. Nothing here changes the
//! environment, and no error and no `Debug` output repeats a secret.

mod authorities;
mod dot_env;
mod secrets;
mod settings;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::error::ConfigError;
use super::file::read_if_there;
use dot_env::parse;

pub(crate) use secrets::{Key, OPENAI_KEY, SEARCH_KEY, Secret, Secrets};

/// The names of one variable; the first that is set counts.
type Names = &'static [&'static str];

/// The environment variables of a process, or what a test puts in their place.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, OsString>,
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

/// A variable that is set.
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PartialConfig;

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
