//! What was found, as data.

use std::path::Path;

use serde_json::{Value, json};

use super::{DeploymentReport, DoctorReport};
use crate::config::Origin;
use crate::llm::{Outcome, ReplyShape};
use crate::source::FileName;

/// What was found, as data of a stable shape; `docs/doctor.md` describes it.
#[must_use]
pub fn doctor_json(report: &DoctorReport, here: &Path) -> Value {
    let settings = &report.settings;
    let values: Vec<Value> = settings
        .values
        .iter()
        .map(|one| json!({"key": one.key, "value": one.value, "source": source(&one.origin, here)}))
        .collect();
    let secrets: Vec<Value> = settings
        .secrets
        .iter()
        .map(|(name, origin)| json!({"variable": name, "source": source(origin, here)}))
        .collect();
    let network: Vec<Value> = settings
        .network
        .iter()
        .map(|(name, value)| json!({"variable": name, "value": value}))
        .collect();
    let deployments: Vec<Value> = report.deployments.iter().map(deployment).collect();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "status": report.health(),
        "settings": {
            "file": settings.file.as_ref().map(FileName::as_str),
            "values": values,
            "secrets": secrets,
            "network": network,
            "checks": settings.failure.iter().chain(&report.no_deployment).collect::<Vec<_>>(),
        },
        "deployments": deployments,
        "shared": {"checks": report.shared},
        "project": {"checks": report.project},
    })
}

fn source(origin: &Origin, here: &Path) -> Value {
    let file = |path: &Path| FileName::new(path, here).to_string();
    match origin {
        Origin::Default => json!({"kind": "default"}),
        Origin::Formatter => json!({"kind": "formatter"}),
        Origin::File { path, line } => json!({"kind": "file", "file": file(path), "line": line}),
        Origin::Variable(name) => json!({"kind": "environment", "variable": name}),
        Origin::DotEnv { path, line, name } => {
            json!({"kind": "dotenv", "file": file(path), "line": line, "variable": name})
        }
        Origin::Flag => json!({"kind": "flag"}),
    }
}

fn deployment(report: &DeploymentReport) -> Value {
    let (probe, answered) = (&report.probe, report.probe.answered.as_ref());
    let (model, filters) = match &probe.outcome {
        Outcome::Completed { model, filters, .. } => (model.as_deref(), filters.as_slice()),
        _ => (None, &[][..]),
    };
    let accepted = model.map(|_| {
        json!({
            "output_limit": probe.accepted.output_limit,
            "structured_outputs": match probe.accepted.shape {
                ReplyShape::JsonSchema => "json_schema",
                ReplyShape::JsonObject => "json_object",
                ReplyShape::Text => "text",
            },
            "taken_settings": probe.accepted.taken_settings,
            "refused_settings": probe.accepted.refused_settings,
        })
    });
    let answer = answered.map(|answered| {
        json!({
            "status": answered.status,
            "http_version": answered.version,
            "latency_ms": u64::try_from(answered.latency.as_millis()).unwrap_or(u64::MAX),
            "clock_ahead_seconds": answered.clock_ahead,
            "limit_requests": answered.quota.limit_requests,
            "remaining_requests": answered.quota.remaining_requests,
            "limit_tokens": answered.quota.limit_tokens,
            "remaining_tokens": answered.quota.remaining_tokens,
            "region": answered.region,
            "request_id": answered.request_id,
            "location": answered.location,
        })
    });
    json!({
        "name": report.name,
        "host": probe.host,
        "route": report.route,
        "api_version": report.api_version,
        "model": model,
        "content_filters": filters,
        "accepted": accepted,
        "answer": answer,
        "cost": {
            "requests": probe.requests,
            "prompt_tokens": probe.usage.prompt.get(),
            "completion_tokens": probe.usage.completion.get(),
        },
        "checks": report.checks,
    })
}
