//! The trace of a run: a span for it, one for each phase, and one for each request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{
    Span as _, SpanKind, Status, TraceContextExt as _, Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, Span, SpanData, SpanProcessor};

use super::RunTelemetry;
use crate::llm::{Operation, RequestEnd, RequestRecord};
use crate::report::{Ending, Phase, RunReport};

/// The spans of a run. They belong to the trace that `TRACEPARENT` names, as CI systems set it.
pub(super) fn of_run(
    run: &RunTelemetry<'_>,
    resource: &Resource,
    variable: impl Fn(&str) -> Option<String>,
) -> Vec<SpanData> {
    let ended = Ended::default();
    let provider = SdkTracerProvider::builder()
        .with_resource(resource.clone())
        .with_span_processor(ended.clone())
        .build();
    let tracer = provider.tracer("docgen");
    let parent = parent(variable);
    let builder = tracer.span_builder("docgen run");
    let mut span = builder
        .with_kind(SpanKind::Internal)
        .with_start_time(run.began)
        .with_attributes(of_whole(run))
        .start_with_context(&tracer, &parent);
    if run.ending == Ending::Failed {
        span.set_status(Status::error(""));
    }
    let whole = parent.with_span(span);
    let asked = phases(run, &tracer, &whole);
    let requests = asked.as_ref().unwrap_or(&whole);
    for record in run.stats.iter().flat_map(|stats| &stats.records) {
        request(record, run.provider, &tracer, requests);
    }
    if let Some(asked) = &asked {
        asked
            .span()
            .end_with_timestamp(phase_end(run, Phase::Documenting));
    }
    whole.span().end_with_timestamp(run.ended);
    ended.take()
}

fn parent(variable: impl Fn(&str) -> Option<String>) -> Context {
    let named = |name: &str, key: &str| Some((key.to_owned(), variable(name)?));
    let carrier: HashMap<String, String> =
        [("TRACEPARENT", "traceparent"), ("TRACESTATE", "tracestate")]
            .into_iter()
            .filter_map(|(name, key)| named(name, key))
            .collect();
    TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier)
}

/// Ends a span for each phase but the one in which definitions are documented, which is given back: its
/// requests are still to come.
fn phases(run: &RunTelemetry<'_>, tracer: &SdkTracer, whole: &Context) -> Option<Context> {
    let mut asked = None;
    for (index, (phase, began)) in run.phases.iter().enumerate() {
        let end = run
            .phases
            .get(index + 1)
            .map_or(run.ended, |(_, next)| *next);
        let builder = tracer.span_builder(format!("docgen {}", phase.name()));
        let builder = builder
            .with_kind(SpanKind::Internal)
            .with_start_time(*began);
        let mut span = builder.start_with_context(tracer, whole);
        if *phase == Phase::Documenting {
            asked = Some(whole.with_span(span));
        } else {
            span.end_with_timestamp(end);
        }
    }
    asked
}

fn phase_end(run: &RunTelemetry<'_>, phase: Phase) -> SystemTime {
    let at = run.phases.iter().position(|(one, _)| *one == phase);
    let next = at.and_then(|at| run.phases.get(at + 1));
    next.map_or(run.ended, |(_, began)| *began)
}

fn request(record: &RequestRecord, vendor: &'static str, tracer: &SdkTracer, parent: &Context) {
    let builder = tracer.span_builder(format!("{} {}", operation(record), record.target.name()));
    let mut span = builder
        .with_kind(SpanKind::Client)
        .with_start_time(record.sent_at)
        .with_attributes(of_request(record, vendor))
        .start_with_context(tracer, parent);
    if !record.is_answered() {
        span.set_status(Status::error(""));
    }
    let end = record.sent_at.checked_add(record.latency);
    span.end_with_timestamp(end.unwrap_or(record.sent_at));
}

fn of_whole(run: &RunTelemetry<'_>) -> Vec<KeyValue> {
    let mut attributes = vec![
        KeyValue::new("docgen.project", run.project.to_owned()),
        KeyValue::new("docgen.outcome", run.ending.word()),
    ];
    if run.ending == Ending::Failed {
        attributes.push(KeyValue::new("error.type", "_OTHER"));
    }
    if let Some(report) = run.report {
        attributes.extend(of_report(report));
    }
    if let Some(stats) = run.stats {
        attributes.push(KeyValue::new("docgen.requests", integer(stats.requests)));
        let usage = stats.usage;
        attributes.extend([
            KeyValue::new("gen_ai.usage.input_tokens", integer(usage.prompt.get())),
            KeyValue::new(
                "gen_ai.usage.output_tokens",
                integer(usage.completion.get()),
            ),
            KeyValue::new("docgen.cost.usd", stats.bill.usd),
            KeyValue::new("docgen.unpriced_requests", integer(stats.bill.unpriced)),
        ]);
    }
    attributes
}

fn of_report(report: &RunReport) -> Vec<KeyValue> {
    let totals = report.totals();
    [
        ("docgen.files", report.files_read),
        ("docgen.definitions.documented", totals.documented),
        ("docgen.definitions.mended", totals.mended),
        ("docgen.definitions.skipped", totals.skipped),
        ("docgen.definitions.rejected", totals.rejected),
        ("docgen.definitions.failed", totals.failed),
    ]
    .map(|(name, count)| KeyValue::new(name, i64::try_from(count).unwrap_or(i64::MAX)))
    .to_vec()
}

/// What a request is, in the words of the conventions: also the labels of its metrics.
pub(super) fn about(record: &RequestRecord, vendor: &'static str) -> Vec<KeyValue> {
    let host = record.target.host();
    let (address, port) = match host.rsplit_once(':') {
        Some((address, port)) => (address, port.parse::<i64>().ok()),
        None => (host, None),
    };
    let mut attributes = vec![
        KeyValue::new("gen_ai.operation.name", operation(record)),
        KeyValue::new("gen_ai.provider.name", vendor),
        KeyValue::new("gen_ai.request.model", record.target.name().to_owned()),
        KeyValue::new("server.address", address.to_owned()),
    ];
    if let Some(port) = port {
        attributes.push(KeyValue::new("server.port", port));
    }
    if let Some(model) = &record.model {
        attributes.push(KeyValue::new("gen_ai.response.model", model.clone()));
    }
    attributes
}

/// What went wrong: the status, or that there was none. Messages are not told: they may repeat what was asked.
pub(super) fn error(record: &RequestRecord) -> Option<KeyValue> {
    let word = match (&record.end, record.status) {
        (RequestEnd::Answered, _) => return None,
        (_, Some(status)) if status >= 400 => status.to_string(),
        _ => "_OTHER".to_owned(),
    };
    Some(KeyValue::new("error.type", word))
}

fn of_request(record: &RequestRecord, vendor: &'static str) -> Vec<KeyValue> {
    let mut attributes = about(record, vendor);
    attributes.extend(error(record));
    if let Some(status) = record.status {
        attributes.push(KeyValue::new(
            "http.response.status_code",
            i64::from(status),
        ));
    }
    if record.attempt > 1 {
        let again = i64::from(record.attempt) - 1;
        attributes.push(KeyValue::new("http.request.resend_count", again));
    }
    if record.is_answered() {
        let usage = record.usage;
        attributes.extend([
            KeyValue::new("gen_ai.usage.input_tokens", integer(usage.prompt.get())),
            KeyValue::new(
                "gen_ai.usage.output_tokens",
                integer(usage.completion.get()),
            ),
            KeyValue::new(
                "gen_ai.usage.cache_read.input_tokens",
                integer(usage.cached.get()),
            ),
        ]);
    }
    if let Some(id) = &record.request_id {
        attributes.push(KeyValue::new("azure.service.request.id", id.clone()));
    }
    if let Some(usd) = record.usd {
        attributes.push(KeyValue::new("docgen.cost.usd", usd));
    }
    attributes.push(KeyValue::new("docgen.file", record.about.clone()));
    if record.waited > Duration::ZERO {
        attributes.push(KeyValue::new("docgen.waited", record.waited.as_secs_f64()));
    }
    attributes
}

fn operation(record: &RequestRecord) -> &'static str {
    match record.operation {
        Operation::Chat => "chat",
        Operation::Embeddings => "embeddings",
    }
}

fn integer(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Takes the spans as they end.
#[derive(Debug, Clone, Default)]
struct Ended(Arc<Mutex<Vec<SpanData>>>);

impl Ended {
    fn take(&self) -> Vec<SpanData> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SpanProcessor for Ended {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}
