//! Traces and metrics over OTLP.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::support::collector::{Collector, attributes};
use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::project::Project;

const RUN: &[&str] = &["run", "--no-report"];
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

fn project(azure: &FakeAzure, collector: &Collector) -> Project {
    Project::with("\"\"\"An app.\"\"\"\n\n\ndef one_function():\n    return 'the source'\n")
        .azure(azure)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_run_is_a_trace_of_its_phases_and_requests() {
    let azure = FakeAzure::scripted(vec![Step::Throttle { retry_after_ms: 1 }]);
    let collector = Collector::start();
    let project = project(&azure, &collector)
        .env("OTEL_EXPORTER_OTLP_HEADERS", "x-team=docs")
        .env("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=ci")
        .env("TRACEPARENT", &format!("00-{TRACE}-b7ad6b7169203331-01"));
    project.docgen(RUN).exits(0);
    let taken = collector.taken();
    assert!(taken.iter().all(|one| one.head.contains("x-team: docs")));
    assert!(
        taken
            .iter()
            .all(|one| one.head.contains("application/x-protobuf"))
    );
    let (resource, spans) = collector.spans();
    assert_eq!(resource["service.name"], "docgen");
    assert_eq!(resource["deployment.environment.name"], "ci");
    let named = |name: &str| {
        spans
            .iter()
            .filter(|span| span.name == name)
            .collect::<Vec<_>>()
    };
    let run = named("docgen run")[0];
    assert!(spans.iter().all(|span| hex(&span.trace_id) == TRACE));
    assert_eq!(hex(&run.parent_span_id), "b7ad6b7169203331");
    let said = attributes(&run.attributes);
    assert_eq!(said["docgen.outcome"], "done");
    assert_eq!(said["docgen.definitions.documented"], "1");
    assert_eq!(said["docgen.requests"], "2");
    for phase in ["docgen reading", "docgen cache", "docgen documenting"] {
        assert_eq!(named(phase)[0].parent_span_id, run.span_id, "{phase}");
    }
    let documenting = named("docgen documenting")[0];
    let requests = named("chat docs");
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(request.parent_span_id, documenting.span_id);
        assert_eq!(request.kind, 3, "a client's");
        assert!(request.start_time_unix_nano <= request.end_time_unix_nano);
        assert!(request.start_time_unix_nano >= run.start_time_unix_nano);
        assert!(request.end_time_unix_nano <= run.end_time_unix_nano);
    }
    let refused = attributes(&requests[0].attributes);
    let port = azure.address().port().to_string();
    for (name, value) in [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "azure.ai.openai"),
        ("gen_ai.request.model", "docs"),
        ("server.address", "127.0.0.1"),
        ("server.port", port.as_str()),
        ("http.response.status_code", "429"),
        ("error.type", "429"),
    ] {
        assert_eq!(refused.get(name).map(String::as_str), Some(value), "{name}");
    }
    let answered = attributes(&requests[1].attributes);
    assert_eq!(answered["http.response.status_code"], "200");
    assert!(
        answered["gen_ai.usage.input_tokens"]
            .parse::<u64>()
            .unwrap()
            > 0
    );
    assert!(
        answered["gen_ai.usage.output_tokens"]
            .parse::<u64>()
            .unwrap()
            > 0
    );
    assert!(answered.contains_key("gen_ai.response.model"));
    assert!(!answered.contains_key("error.type"));
    // What is asked and answered stays where it is, and so does the key.
    for one in &taken {
        let text = String::from_utf8_lossy(&one.body);
        for secret in [azure.key(), "the source", "as the fake says"] {
            assert!(!text.contains(secret), "{secret} in {}", one.path);
        }
        assert!(!one.head.contains(azure.key()));
    }
}

#[test]
fn requests_are_measured_as_the_conventions_say() {
    let azure = FakeAzure::start();
    let collector = Collector::start();
    project(&azure, &collector).docgen(RUN).exits(0);
    let metrics = collector.histograms();
    let (unit, series) = &metrics["gen_ai.client.operation.duration"];
    assert_eq!((unit.as_str(), series.len()), ("s", 1));
    assert_eq!(series[0].1, 1);
    assert_eq!(series[0].0["gen_ai.operation.name"], "chat");
    let (unit, series) = &metrics["gen_ai.client.token.usage"];
    assert_eq!(unit, "{token}");
    let kinds: BTreeMap<&str, u64> = series
        .iter()
        .map(|(labels, count, _)| (labels["gen_ai.token.type"].as_str(), *count))
        .collect();
    assert_eq!(kinds, BTreeMap::from([("input", 1), ("output", 1)]));
}

#[test]
fn variables_say_what_is_sent_and_without_them_nothing_is() {
    let azure = FakeAzure::start();
    let paths = |variables: &[(&str, &str)]| {
        let collector = Collector::start();
        let url = collector.url();
        let project = Project::with("def f(): pass\n").azure(&azure);
        let project = variables.iter().fold(project, |project, (name, value)| {
            project.env(name, &value.replace("URL", &url))
        });
        let ran = project.docgen(RUN).exits(0);
        let mut paths: Vec<String> = collector.taken().into_iter().map(|one| one.path).collect();
        paths.sort();
        (paths.join(" "), ran.stderr)
    };
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "URL");
    assert_eq!(paths(&[endpoint]).0, "/v1/metrics /v1/traces");
    assert_eq!(paths(&[]).0, "");
    assert_eq!(paths(&[endpoint, ("OTEL_SDK_DISABLED", "true")]).0, "");
    assert_eq!(
        paths(&[endpoint, ("OTEL_TRACES_EXPORTER", "none")]).0,
        "/v1/metrics"
    );
    let own = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "URL/own");
    assert_eq!(paths(&[own]).0, "/own");
    let (sent, said) = paths(&[endpoint, ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]);
    assert_eq!(sent, "");
    assert!(
        said.contains("docgen speaks `http/protobuf`, not `grpc`"),
        "{said}"
    );
}

#[test]
fn a_collector_that_is_away_or_slow_costs_a_warning_and_a_few_seconds() {
    let azure = FakeAzure::start();
    let run = |endpoint: &str| {
        let project = Project::with("def f(): pass\n")
            .azure(&azure)
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        project.docgen(RUN).exits(0)
    };
    run("http://127.0.0.1:9").says("warning: the telemetry of this run was not sent: ");
    for signal in ["OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER"] {
        let unwilling = Collector::answering("503 Service Unavailable", Duration::ZERO);
        let project = Project::with("def f(): pass\n")
            .azure(&azure)
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", &unwilling.url())
            .env(signal, "none");
        let ran = project.docgen(RUN).exits(0);
        ran.says("telemetry of this run was not sent: the collector answered with status 503");
    }
    let slow = Collector::answering("200 OK", Duration::from_mins(1));
    let start = Instant::now();
    run(&slow.url()).says("the collector did not answer within 5 s");
    assert!(
        start.elapsed() < Duration::from_secs(40),
        "it is not waited for"
    );
}

#[test]
fn a_run_that_fails_is_a_trace_too() {
    let azure = FakeAzure::builder().always(Step::Unauthorized).start();
    let collector = Collector::start();
    project(&azure, &collector).docgen(RUN).exits(2);
    let (_, spans) = collector.spans();
    let run = spans.iter().find(|span| span.name == "docgen run").unwrap();
    assert_eq!(attributes(&run.attributes)["docgen.outcome"], "failed");
    assert_eq!(run.status.as_ref().unwrap().code, 2, "an error");
}
