//! The metrics of a run's requests: the client metrics of the conventions for generative AI.

use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_otlp::MetricExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};

use super::spans::about;
use crate::llm::Stats;

/// The buckets that the conventions advise for `gen_ai.client.operation.duration`, in seconds.
const SECONDS: [f64; 14] = [
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];

/// Those for `gen_ai.client.token.usage`.
const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

/// Measures what was done, and sends it.
pub(super) fn send(
    exporter: MetricExporter,
    resource: Resource,
    (stats, vendor): (&Stats, &'static str),
) -> OTelSdkResult {
    let provider = SdkMeterProvider::builder()
        .with_resource(resource)
        .with_reader(PeriodicReader::builder(exporter).build())
        .build();
    let meter = provider.meter("docgen");
    let duration = meter
        .f64_histogram("gen_ai.client.operation.duration")
        .with_unit("s")
        .with_description("GenAI operation duration.")
        .with_boundaries(SECONDS.to_vec())
        .build();
    let usage = meter
        .u64_histogram("gen_ai.client.token.usage")
        .with_unit("{token}")
        .with_description("Number of input and output tokens used.")
        .with_boundaries(TOKENS.to_vec())
        .build();
    for record in &stats.records {
        let mut labels = about(record, vendor);
        for (kind, tokens) in [
            ("input", record.usage.prompt),
            ("output", record.usage.completion),
        ] {
            if tokens.get() > 0 {
                let kind = KeyValue::new("gen_ai.token.type", kind);
                usage.record(tokens.get(), &[labels.as_slice(), &[kind]].concat());
            }
        }
        labels.extend(super::spans::error(record));
        duration.record(record.latency.as_secs_f64(), &labels);
    }
    // It sends what it has, and its thread ends.
    provider.shutdown()
}
