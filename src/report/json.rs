//! Reports as JSON.

use serde_json::{Value, json};

use super::cache::CacheReport;
use super::estimate::estimate_json;
use super::run_report::RunReport;
use crate::rules::Coverage;

/// What a run did.
#[must_use]
pub fn run_json(report: &RunReport) -> Value {
    let files: Vec<Value> = report
        .files
        .iter()
        .map(|file| json!({ "path": file.path.as_str(), "definitions": file.outcomes }))
        .collect();
    let masked = report.masked();
    json!({
        "provider": report.provider,
        "diff": report.is_diff,
        "interrupted": report.is_interrupted,
        "totals": report.totals(),
        "coverage": { "before": coverage(report.before), "after": coverage(report.after()) },
        "files_read": report.files_read,
        "files": files,
        "diagnostics": report.diagnostics,
        "hot_spots": report.hot_spots,
        "requests": report.requests,
        "estimate": estimate_json(report),
        "cache": report.cache.as_ref().map(CacheReport::json),
        "budget": report.budget,
        "thresholds": report.exceeded,
        "repairs": report.repairs(),
        "masked": { "total": masked.values().sum::<usize>(), "kinds": masked },
        "seconds": report.elapsed.as_secs_f64(),
    })
}

pub(super) fn coverage(coverage: Coverage) -> Value {
    json!({
        "needed": coverage.needed,
        "documented": coverage.documented,
        "percent": (coverage.percent() * 100.0).round() / 100.0,
    })
}
