//! The keys that settings have, drawn from the schema of [`PartialConfig`], and what to say about
//! one that they have not.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::partial::PartialConfig;

/// What stands at a key path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A table of further keys.
    Section,
    /// A value.
    Setting,
}

/// Every key path with its kind, in the order of the schema.
pub(crate) fn known() -> Vec<(String, Kind)> {
    let settings = SchemaSettings::default().with(|settings| settings.inline_subschemas = true);
    let schema = settings
        .into_generator()
        .into_root_schema_for::<PartialConfig>();
    let mut keys = Vec::new();
    collect(schema.as_value(), "", &mut keys);
    keys
}

fn collect(schema: &Value, parent: &str, keys: &mut Vec<(String, Kind)>) {
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, schema) in properties.into_iter().flatten() {
        let path = join(parent, name);
        if schema.get("properties").is_some() {
            keys.push((path.clone(), Kind::Section));
            collect(schema, &path, keys);
        } else {
            keys.push((path, Kind::Setting));
        }
    }
}

/// What to do about `unknown`, a key path that there is not; `prefix` is what the file puts before
/// every path.
pub(crate) fn advice(unknown: &str, prefix: &str) -> String {
    let (section, leaf) = split(unknown);
    if is_secret(leaf) {
        return "secrets are never read from a settings file: set `AZURE_OPENAI_API_KEY` (or \
                `OPENAI_API_KEY`) in the environment or in `.env`"
            .to_owned();
    }
    let known = known();
    let meant = meant(unknown, &known);
    if !meant.is_empty() {
        let meant: Vec<_> = meant
            .iter()
            .map(|path| format!("`{prefix}{path}`"))
            .collect();
        return format!("did you mean {}?", meant.join(" or "));
    }
    let siblings: Vec<_> = known
        .iter()
        .filter(|(path, _)| split(path).0 == section)
        .map(|(path, _)| format!("`{}`", split(path).1))
        .collect();
    let table = format!("{prefix}{section}");
    let place = match table.trim_end_matches('.') {
        "" => "at the top of the file".to_owned(),
        table => format!("in `[{table}]`"),
    };
    format!("{place} can stand {}", siblings.join(", "))
}

/// The known keys that `unknown` may have been meant to be: the settings of the same name in other
/// sections, or else the key with the fewest letters changed.
fn meant<'a>(unknown: &str, known: &'a [(String, Kind)]) -> Vec<&'a str> {
    let meant = unknown.replace('-', "_").to_lowercase();
    let (section, leaf) = split(&meant);
    let settings = known.iter().filter(|(_, kind)| *kind == Kind::Setting);
    let elsewhere: Vec<&str> = settings
        .map(|(path, _)| path.as_str())
        .filter(|path| split(path).1 == leaf)
        .collect();
    if (1..=MOST_MEANT).contains(&elsewhere.len()) {
        return elsewhere;
    }
    let tolerance = (leaf.chars().count() / 3).clamp(1, 3);
    let nearest = known
        .iter()
        .filter(|(path, _)| split(path).0 == section)
        .map(|(path, _)| (strsim::damerau_levenshtein(path, &meant), path))
        .filter(|(distance, _)| *distance <= tolerance)
        .min_by_key(|(distance, _)| *distance);
    nearest.map(|(_, path)| path.as_str()).into_iter().collect()
}

/// Settings of one name that are worth naming; of more, a list says nothing.
const MOST_MEANT: usize = 2;

fn is_secret(leaf: &str) -> bool {
    let leaf = leaf.replace('-', "_").to_lowercase();
    leaf == "key"
        || leaf.ends_with("token")
        || ["api_key", "apikey", "secret", "password", "credential"]
            .iter()
            .any(|word| leaf.contains(word))
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('.').unwrap_or(("", path))
}

fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() {
        name.to_owned()
    } else {
        format!("{parent}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_understood() {
        let meant = |unknown| advice(unknown, "");
        assert_eq!(
            meant("quota.max_concurency"),
            "did you mean `quota.max_concurrency`?"
        );
        assert_eq!(
            meant("quota.max-concurrency"),
            "did you mean `quota.max_concurrency`?"
        );
        assert_eq!(
            meant("line_length"),
            "did you mean `docstring.line_length`?"
        );
        assert_eq!(meant("quotas"), "did you mean `quota`?");
        assert_eq!(
            meant("check.colour"),
            "in `[check]` can stand `fail_under`, `baseline`, `select`, `extend_select`, `ignore`, \
             `per_file_ignores`"
        );
        assert_eq!(
            advice("fail_under", "tool.docgen."),
            "did you mean `tool.docgen.check.fail_under` or `tool.docgen.score.fail_under`?"
        );
    }

    #[test]
    fn a_secret_is_sent_to_the_environment() {
        for key in ["api_key", "azure.api-key", "azure.ad_token", "openai.key"] {
            assert!(
                advice(key, "").starts_with("secrets are never read"),
                "{key}"
            );
        }
    }

    #[test]
    fn what_is_far_off_is_told_what_there_is() {
        assert!(advice("zebra", "").starts_with("at the top of the file can stand `"));
        assert!(advice("zebra", "tool.docgen.").starts_with("in `[tool.docgen]` can stand `"));
    }
}
