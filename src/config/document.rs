//! A TOML text becomes [`PartialConfig`], or an error that knows its line, column and key path.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde_path_to_error::Path as KeyPath;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::error::{ConfigError, InvalidSetting};
use super::keys::{self, Kind};
use super::partial::PartialConfig;

/// What every key path of docgen's begins with in a `pyproject.toml`.
const PYPROJECT_PREFIX: &str = "tool.docgen.";

/// Reads `text` as a `docgen.toml`.
pub(crate) fn settings(path: &Path, text: &str) -> Result<PartialConfig, ConfigError> {
    let table = parse(path, text)?;
    let value = Spanned::new(table.span(), DeValue::Table(table.into_inner()));
    Reader {
        path,
        text,
        prefix: "",
    }
    .read(value)
}

/// Reads the `[tool.docgen]` section of `text`, a `pyproject.toml`; `None` if it has none.
pub(crate) fn pyproject(path: &Path, text: &str) -> Result<Option<PartialConfig>, ConfigError> {
    let mut table = parse(path, text)?.into_inner();
    let section = match table.get_mut("tool").map(Spanned::get_mut) {
        Some(DeValue::Table(tool)) => tool.remove("docgen"),
        _ => None,
    };
    let reader = Reader {
        path,
        text,
        prefix: PYPROJECT_PREFIX,
    };
    section.map(|section| reader.read(section)).transpose()
}

/// Reads `text` as TOML of whatever kind.
pub(crate) fn parse<'t>(path: &Path, text: &'t str) -> Result<Spanned<DeTable<'t>>, ConfigError> {
    DeTable::parse(text).map_err(|error| {
        let (line, column) = position(text, error.span().map_or(0, |span| span.start));
        ConfigError::Invalid(Box::new(InvalidSetting {
            path: path.to_path_buf(),
            line,
            column,
            key: None,
            message: error.message().to_owned(),
            hint: Some("the file must be valid TOML".to_owned()),
        }))
    })
}

/// The line, counted from 1, of each of docgen's keys in `text`, a `docgen.toml` or (with the prefix
/// of one) a `pyproject.toml`; of a section that is a value of its own, such as `select = {}`, too.
pub(crate) fn lines(text: &str, is_pyproject: bool) -> BTreeMap<String, usize> {
    let mut lines = BTreeMap::new();
    let Ok(table) = DeTable::parse(text) else {
        return lines;
    };
    collect_lines(table.get_ref(), "", text, &mut lines);
    if is_pyproject {
        let ours = lines.into_iter().filter_map(|(key, line)| {
            let key = key.strip_prefix(PYPROJECT_PREFIX)?;
            Some((key.to_owned(), line))
        });
        lines = ours.collect();
    }
    lines
}

fn collect_lines(
    table: &DeTable<'_>,
    prefix: &str,
    text: &str,
    lines: &mut BTreeMap<String, usize>,
) {
    for (key, value) in table {
        let path = format!("{prefix}{}", key.get_ref());
        if let Some(section) = value.get_ref().as_table() {
            collect_lines(section, &format!("{path}."), text, lines);
        }
        lines.insert(path, position(text, key.span().start).0);
    }
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    prefix: &'static str,
}

impl Reader<'_> {
    fn read(&self, value: Spanned<DeValue<'_>>) -> Result<PartialConfig, ConfigError> {
        self.refuse_lists(&value)?;
        let deserializer = ValueDeserializer::from(value);
        serde_path_to_error::deserialize(deserializer).map_err(|error| {
            let (key, error) = (dotted(error.path()), error.inner());
            self.invalid(&key, error.message(), error.span().unwrap_or(0..0))
        })
    }

    /// serde reads a list as a struct whose fields come in order; no user means that.
    fn refuse_lists(&self, value: &Spanned<DeValue<'_>>) -> Result<(), ConfigError> {
        let message = "invalid type: sequence, expected a table";
        let Some(table) = value.get_ref().as_table() else {
            return match value.get_ref() {
                DeValue::Array(_) => Err(self.invalid("", message, value.span())),
                _ => Ok(()),
            };
        };
        let known = keys::known();
        let is_section = |key: &str| {
            known
                .iter()
                .any(|(path, kind)| path == key && *kind == Kind::Section)
        };
        let mut open = vec![(String::new(), table)];
        while let Some((prefix, table)) = open.pop() {
            for (key, value) in table {
                let path = format!("{prefix}{}", key.get_ref());
                if value.get_ref().is_array() && is_section(&path) {
                    return Err(self.invalid(&path, message, value.span()));
                }
                let section = value.get_ref().as_table();
                open.extend(section.map(|section| (format!("{path}."), section)));
            }
        }
        Ok(())
    }

    fn invalid(&self, key: &str, message: &str, span: Range<usize>) -> ConfigError {
        let (line, column) = position(self.text, span.start);
        let (message, hint) = if message.starts_with("unknown field") {
            ("unknown key", Some(keys::advice(key, self.prefix)))
        } else {
            (message, None)
        };
        let key = format!("{}{key}", self.prefix);
        ConfigError::Invalid(Box::new(InvalidSetting {
            path: self.path.to_path_buf(),
            line,
            column,
            key: Some(key.trim_end_matches('.').to_owned()).filter(|key| !key.is_empty()),
            message: message.to_owned(),
            hint: hint.or_else(|| {
                Some(
                    "`config.example.toml` shows every key with its meaning and default".to_owned(),
                )
            }),
        }))
    }
}

/// The path as a user would write it; the root of a document has the empty path.
fn dotted(path: &KeyPath) -> String {
    match path.iter().len() {
        0 => String::new(),
        _ => path.to_string(),
    }
}

/// The line and the column in characters, both counted from 1, of the byte at `offset`.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    let column = before
        .get(line_start..)
        .unwrap_or("")
        .trim_start_matches('\u{feff}');
    (line, column.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        settings(Path::new("docgen.toml"), text)
            .unwrap_err()
            .to_string()
    }

    fn hint(text: &str) -> String {
        settings(Path::new("docgen.toml"), text)
            .unwrap_err()
            .hint()
            .unwrap()
    }

    #[test]
    fn a_fault_has_its_place_and_its_key() {
        let cases = [
            (
                "provider = \"offline\"\n\n[quota]\nmax_concurrency = 0\n",
                "docgen.toml:4:19: `quota.max_concurrency`: invalid value: integer `0`, expected a \
                 nonzero usize",
            ),
            (
                "[quota]\nmax_concurrency = \"8\"",
                "docgen.toml:2:19: `quota.max_concurrency`: invalid type: string \"8\", expected a \
                 nonzero usize",
            ),
            (
                "[quota]\nmax_concurency = 8",
                "docgen.toml:2:1: `quota.max_concurency`: unknown key",
            ),
            (
                "\u{feff}colour = 1",
                "docgen.toml:1:1: `colour`: unknown key",
            ),
            (
                "[docstring]\r\nline_length = 20",
                "docgen.toml:2:15: `docstring.line_length`: `20` is not within 40 to 320",
            ),
            (
                "check = { fail_under = 101 }",
                "docgen.toml:1:24: `check.fail_under`: `101` is not within 0 to 100",
            ),
            (
                "model.temperature = 3",
                "docgen.toml:1:21: `model.temperature`: `3` is not within 0 to 2",
            ),
            (
                "[azure]\nendpoint = \"shop\"",
                "docgen.toml:2:12: `azure.endpoint`: not an http or https URL: relative URL \
                 without a base",
            ),
            (
                "provider = \"aws\"",
                "docgen.toml:1:12: `provider`: unknown variant `aws`, expected one of `azure`, \
                 `openai`, `offline`",
            ),
            (
                "quota = 5",
                "docgen.toml:1:9: `quota`: invalid type: integer `5`, expected a table",
            ),
            (
                "[[quota]]\nmax_concurrency = 5",
                "docgen.toml:1:1: `quota`: invalid type: sequence, expected a table",
            ),
            (
                "[examples]\nembeddings = ['docs']",
                "docgen.toml:2:14: `examples.embeddings`: invalid type: sequence, expected a table",
            ),
            ("a = 1\na = 2", "docgen.toml:2:1: duplicate key"),
            (
                "\"\\u001b[31m\" = 1",
                "docgen.toml:1:1: `\\u{1b}[31m`: unknown key",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(fault(text), expected);
        }
        assert!(
            fault("[files]\nexclude = [\"a\", \"[\"]")
                .starts_with("docgen.toml:2:11: `files.exclude[1]`: error parsing glob '[': ")
        );
    }

    #[test]
    fn a_hint_says_what_to_do() {
        assert_eq!(
            hint("[quota]\nmax_concurency = 8"),
            "did you mean `quota.max_concurrency`?"
        );
        assert!(hint("[azure]\napi_key = \"x\"").starts_with("secrets are never read"));
        assert!(hint("[quota]\nmax_concurrency = 0").contains("config.example.toml"));
    }

    #[test]
    fn a_pyproject_is_read_from_its_section_on() {
        let path = Path::new("pyproject.toml");
        assert!(
            pyproject(path, "[tool.ruff]\nline-length = 9")
                .unwrap()
                .is_none()
        );
        assert!(pyproject(path, "[tool.docgen]").unwrap().is_some());
        let text = "[project]\nname = 'x'\n[tool.docgen.quota]\nmax_concurrency = 3\n";
        let read = pyproject(path, text).unwrap().unwrap();
        assert_eq!(read.quota.max_concurrency.map(usize::from), Some(3));
        let error = |text| pyproject(path, text).unwrap_err();
        assert_eq!(
            error("[tool.docgen]\nquotas = 1\n").to_string(),
            "pyproject.toml:2:1: `tool.docgen.quotas`: unknown key"
        );
        assert_eq!(
            error("[tool.docgen]\nquotas = 1\n").hint().unwrap(),
            "did you mean `tool.docgen.quota`?"
        );
        assert_eq!(
            error("[tool]\ndocgen = 5").to_string(),
            "pyproject.toml:2:10: `tool.docgen`: invalid type: integer `5`, expected a table"
        );
        assert_eq!(
            error("[[tool.docgen]]\n").to_string(),
            "pyproject.toml:1:1: `tool.docgen`: invalid type: sequence, expected a table"
        );
    }
}
