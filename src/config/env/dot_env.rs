//! The `.env` file, as people and other tools write it.

use std::path::Path;

use super::Environment;
use crate::config::error::ConfigError;

/// The variables that `text`, the file at `path`, sets. A line that cannot be read is an error if it is for
/// docgen.
pub(super) fn parse(path: &Path, text: &str) -> Result<Environment, ConfigError> {
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
