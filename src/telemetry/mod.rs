//! What a run did, over OTLP: a trace of it and the metrics of its requests, where the usual `OTEL_*`
//! variables ask for that.
//!
//! All of it is made and sent when the run is over, out of the same records that reports are drawn from: no
//! request waits for a collector, and one that does not answer costs a few seconds at the end. Names are those
//! of OpenTelemetry's semantic conventions for generative AI. Neither prompts nor replies nor source are in it.

mod carrier;
mod meters;
mod spans;
#[cfg(test)]
mod tests;
mod wanted;

use std::time::{Duration, SystemTime};

use opentelemetry::KeyValue;
use opentelemetry_otlp::{ExporterBuildError, MetricExporter, SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkError;
use opentelemetry_sdk::trace::SpanExporter as _;

use crate::config::Authorities;
use crate::llm::{Courier, LlmError, Stats};
use crate::report::{Ending, Phase, RunReport};
use carrier::Carrier;
pub use wanted::Wanted;

/// What the end of a run may take longer for it.
const DEADLINE: Duration = Duration::from_secs(5);

/// Spans in one message: far below what a collector takes (4 MiB).
const SPANS_AT_ONCE: usize = 1_000;

/// A run that is over.
#[derive(Debug, Clone, Copy)]
pub struct RunTelemetry<'a> {
    /// The project's name.
    pub project: &'a str,
    /// Whose protocol the model speaks, as the conventions name it: `azure.ai.openai` or `openai`.
    pub provider: &'static str,
    /// When it began.
    pub began: SystemTime,
    /// When it ended.
    pub ended: SystemTime,
    /// How it ended.
    pub ending: Ending,
    /// Its phases, each with its beginning; one ends where the next begins.
    pub phases: &'a [(Phase, SystemTime)],
    /// What came of it, if it came that far.
    pub report: Option<&'a RunReport>,
    /// What the model was asked; `None` without one.
    pub stats: Option<&'a Stats>,
}

/// Why telemetry could not be sent.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The client could not be set up.
    #[error("{0}")]
    Client(#[from] LlmError),
    /// The variables say something that cannot be.
    #[error("{0}")]
    Settings(#[from] ExporterBuildError),
    /// It could not be put together.
    #[error("{0}")]
    Sdk(#[from] OTelSdkError),
    /// It did not arrive, or the collector refused it.
    #[error("{0}")]
    Carrier(String),
    /// There are no threads to be had.
    #[error("{0}")]
    Threads(#[from] std::io::Error),
}

/// Sends what is wanted of a run; takes no longer than a few seconds.
pub fn send(
    run: &RunTelemetry<'_>,
    wanted: Wanted,
    authorities: &[Authorities],
) -> Result<(), TelemetryError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let courier = Courier::new(authorities)?;
    let carrier = Carrier::new(courier, runtime.handle().clone(), DEADLINE);
    let resource = resource();
    let sent = if wanted.traces {
        runtime.block_on(send_spans(run, &carrier, &resource))
    } else {
        Ok(())
    };
    let sent = sent.and_then(|()| match run.stats {
        Some(stats) if wanted.metrics => {
            let builder = MetricExporter::builder().with_http();
            let exporter = builder.with_http_client(carrier.clone()).build()?;
            meters::send(exporter, resource, (stats, run.provider)).map_err(TelemetryError::from)
        }
        _ => Ok(()),
    });
    runtime.shutdown_background();
    sent.map_err(|error| match carrier.failure() {
        Some(reason) => TelemetryError::Carrier(reason),
        None => error,
    })
}

async fn send_spans(
    run: &RunTelemetry<'_>,
    carrier: &Carrier,
    resource: &Resource,
) -> Result<(), TelemetryError> {
    let builder = SpanExporter::builder().with_http();
    let mut exporter = builder.with_http_client(carrier.clone()).build()?;
    exporter.set_resource(resource);
    let spans = spans::of_run(run, resource, |name| std::env::var(name).ok());
    for part in spans.chunks(SPANS_AT_ONCE) {
        exporter.export(part.to_vec()).await?;
    }
    Ok(())
}

/// What sends: `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` have the last word.
fn resource() -> Resource {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let is_named = !variable("OTEL_SERVICE_NAME").is_empty()
        || variable("OTEL_RESOURCE_ATTRIBUTES").contains("service.name=");
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let builder = Resource::builder().with_attribute(version);
    if is_named {
        builder.build()
    } else {
        builder.with_service_name("docgen").build()
    }
}
