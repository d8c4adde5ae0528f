//! What can be wrong with settings, where it stands, and what to do about it.

use std::fmt;
use std::path::{Path, PathBuf};

use super::language::Language;

/// What is missing when there is no key.
pub(crate) const KEY: &str = "the key";
/// The service that takes more than keys.
pub(crate) const AZURE: &str = "Azure OpenAI";

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file is there, or was asked for, and cannot be read.
    #[error("`{}` cannot be read: {}", visible(&shown(.path)), .reason)]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// A settings file says something that is not understood.
    #[error("{}", .0)]
    Invalid(Box<InvalidSetting>),
    /// A `pyproject.toml` was asked for that says nothing to docgen.
    #[error("`{}` has no `[tool.docgen]` section", visible(&shown(.0)))]
    NoSection(PathBuf),
    /// A `.env` file has a line that is not `NAME=value`.
    #[error("{}:{}: the line is not `NAME=value`", visible(&shown(.path)), .line)]
    DotEnv {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// An environment variable has a value that is not allowed.
    #[error("{}: {}", named(.name, .file.as_deref()), visible(.message))]
    Variable {
        /// The variable's name.
        name: String,
        /// The `.env` file that sets it, if it is not the environment itself.
        file: Option<PathBuf>,
        /// What is wrong with the value.
        message: String,
    },
    /// The working directory is gone.
    #[error("the working directory cannot be found: {0}")]
    WorkingDirectory(std::io::Error),
    /// The file that should hold a key does not.
    #[error("the key file `{}`, named by `{named_by}`, {fault}", visible(&shown(.path)))]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// The variable or setting that names it.
        named_by: String,
        /// What is wrong with it.
        fault: String,
    },
    /// An entry of the style's overrides does not say which files it is about.
    #[error("an entry of `style.overrides` names no `paths`")]
    OverrideWithoutPaths,
    /// Drafts from the code alone are wanted in a language that they are not in.
    #[error("offline drafts are in English, and the words are to be in {name} (`{0}`)", name = .0.name())]
    OfflineLanguage(Language),
    /// The model cannot be asked, since it is not known where it is or who is asking.
    #[error("{service} is not set up: {} missing", list(.missing))]
    Incomplete {
        /// The service, as people call it.
        service: &'static str,
        /// What is not set.
        missing: Vec<Missing>,
    },
}

impl ConfigError {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unreadable { .. } => {
                Some("check that the file exists and may be read, and that it is UTF-8".to_owned())
            }
            Self::Invalid(invalid) => invalid.hint.as_deref().map(visible),
            Self::NoSection(_) => {
                Some("add `[tool.docgen]` to it, or name another file".to_owned())
            }
            Self::DotEnv { .. } => {
                Some("put a value that has spaces or `#` between quotes".to_owned())
            }
            Self::Variable { name, file, .. } => Some(match file {
                Some(_) => format!("correct or remove the line that sets `{name}`"),
                None => format!("correct or unset `{name}`"),
            }),
            Self::WorkingDirectory(_) => {
                Some("change to a folder that exists and try again".to_owned())
            }
            Self::KeyFile { named_by, .. } => Some(format!(
                "let `{named_by}` name a file with the key and nothing else in it"
            )),
            Self::OverrideWithoutPaths => Some(
                "say which files it is about, such as `paths = [\"tests/**\"]`".to_owned(),
            ),
            Self::OfflineLanguage(_) => Some(
                "have a model write them (`--provider azure` or `openai`), or write English drafts \
                 with `--language en`"
                    .to_owned(),
            ),
            Self::Incomplete { service, missing } => {
                let names: Vec<_> = missing
                    .iter()
                    .map(|one| format!("`{}`", one.name))
                    .collect();
                let is_azure_key = |one: &&Missing| *service == AZURE && one.what == KEY;
                let instead = match missing.iter().find(is_azure_key) {
                    Some(_) => {
                        "; in place of a key, Microsoft Entra ID will do (`az login`, a service \
                         principal or a managed identity, see `azure.auth`)"
                    }
                    None => "",
                };
                Some(format!(
                    "set {} in the environment or in `.env`{instead}; `--provider offline` needs \
                     none of them",
                    joined(&names)
                ))
            }
        }
    }
}

/// Something that a settings file says and that is not understood.
#[derive(Debug)]
pub struct InvalidSetting {
    /// The file.
    pub path: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// The key path, as the file has it; `None` when the file is not TOML at all.
    pub key: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for InvalidSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = visible(&shown(&self.path));
        write!(f, "{file}:{}:{}: ", self.line, self.column)?;
        if let Some(key) = &self.key {
            write!(f, "`{}`: ", visible(key))?;
        }
        f.write_str(&visible(&self.message))
    }
}

/// Something that must be set before the model can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What it is, with its article.
    pub what: &'static str,
    /// The environment variable that sets it.
    pub name: String,
}

/// `path` relative to the working directory if it is below it.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let relative = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf));
    relative
        .filter(|relative| !relative.as_os_str().is_empty())
        .unwrap_or_else(|| path.to_path_buf())
        .display()
        .to_string()
}

/// `text` with its control characters spelled out, safe for a terminal and on one line.
fn visible(text: &(impl AsRef<str> + ?Sized)) -> String {
    let spelled = |character: char| match character {
        c if c.is_control() => c.escape_default().to_string(),
        c => c.to_string(),
    };
    text.as_ref().chars().map(spelled).collect()
}

fn named(name: &str, file: Option<&Path>) -> String {
    match file {
        Some(file) => format!("`{name}` in `{}`", visible(&shown(file))),
        None => format!("environment variable `{name}`"),
    }
}

fn list(missing: &[Missing]) -> String {
    let whats: Vec<_> = missing.iter().map(|one| one.what.to_owned()).collect();
    let verb = if whats.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", joined(&whats))
}

/// `a`, `a and b`, `a, b and c`.
fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
