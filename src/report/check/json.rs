//! A check as JSON.

use serde_json::{Map, Value, json};

use super::CheckReport;
use crate::report::run::coverage_json as coverage;

/// What a check found; `has_statistics` puts counts by code in place of the findings.
#[must_use]
pub fn check_json(report: &CheckReport, has_statistics: bool) -> Value {
    let mut object = Map::new();
    if has_statistics {
        let statistics = report.statistics().into_iter().map(
            |(code, count)| json!({ "code": code, "message": code.message(), "count": count }),
        );
        object.insert("statistics".to_owned(), statistics.collect());
    } else {
        object.insert("diagnostics".to_owned(), json!(report.diagnostics));
    }
    let folders = report.folders().into_iter().map(|one| {
        let mut folder = Map::new();
        folder.insert("folder".to_owned(), one.folder.into());
        if let Value::Object(figures) = coverage(one.coverage) {
            folder.extend(figures);
        }
        let missing = one.coverage.needed - one.coverage.documented;
        folder.insert("missing".to_owned(), missing.into());
        Value::Object(folder)
    });
    object.insert("folders".to_owned(), folders.collect());
    let files = report.files.iter().map(|file| {
        json!({
            "path": file.path.as_str(),
            "needed": file.coverage.needed,
            "documented": file.coverage.documented,
        })
    });
    object.insert("files".to_owned(), files.collect());
    object.insert("files_read".to_owned(), report.files.len().into());
    object.insert("recorded".to_owned(), report.recorded.into());
    object.insert("coverage".to_owned(), coverage(report.coverage()));
    Value::Object(object)
}
