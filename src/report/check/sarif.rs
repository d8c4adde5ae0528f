//! A check as SARIF 2.1.0, for code scanning.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::CheckReport;
use crate::rules::{Diagnostic, RuleCode};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What may not stand in the path of a URI. A colon could, but not in its first part.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The log of one run.
#[must_use]
pub fn check_sarif(report: &CheckReport) -> Value {
    let rules = RuleCode::ALL.iter().map(|&code| {
        json!({
            "id": code,
            "shortDescription": { "text": code.message() },
            "defaultConfiguration": { "level": level(code) },
        })
    });
    let results = report
        .numbered()
        .map(|(diagnostic, number)| result(diagnostic, number));
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "docgen",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": rules.collect::<Value>(),
                },
            },
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Value>(),
        }],
    })
}

fn result(diagnostic: &Diagnostic, number: usize) -> Value {
    let (place, end) = (diagnostic.place, diagnostic.end);
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(diagnostic.path.as_str()) },
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        },
    });
    if !diagnostic.definition.is_empty() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": diagnostic.definition }]);
    }
    let code = diagnostic.code;
    json!({
        "ruleId": code,
        "ruleIndex": RuleCode::ALL.iter().position(|&one| one == code),
        "level": level(code),
        "message": { "text": diagnostic.message },
        "locations": [location],
        "partialFingerprints": {
            "docgenDefinition/v1": format!(
                "{}::{}:{code}:{number}",
                diagnostic.path, diagnostic.definition
            ),
        },
    })
}

fn level(code: RuleCode) -> &'static str {
    if code.is_unread() { "error" } else { "warning" }
}

/// A path as a URI: relative to the working directory, or absolute where the path is.
fn uri(path: &str) -> String {
    let encoded = utf8_percent_encode(path, IN_PATH);
    if path.starts_with('/') {
        format!("file://{encoded}")
    } else if path.as_bytes().get(1..3) == Some(b":/") {
        format!("file:///{encoded}")
    } else {
        encoded.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uris() {
        assert_eq!(uri("src/a b%c#d?.py"), "src/a%20b%25c%23d%3F.py");
        assert_eq!(uri("é/a:b.py"), "%C3%A9/a%3Ab.py");
        assert_eq!(uri("/tmp/a.py"), "file:///tmp/a.py");
        assert_eq!(uri("C:/a.py"), "file:///C%3A/a.py");
    }
}
