use std::collections::BTreeMap;

use super::*;

fn wanted(variables: &[(&str, &str)]) -> (bool, bool, Option<String>) {
    let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
    let read = |name: &str| variables.get(name).map(|value| (*value).to_owned());
    let (wanted, warning) = Wanted::read(read);
    (wanted.traces, wanted.metrics, warning)
}

const ALL: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318");

#[test]
fn nothing_is_sent_unless_an_endpoint_is_named() {
    assert_eq!(wanted(&[]), (false, false, None));
    assert_eq!(
        wanted(&[("OTEL_SERVICE_NAME", "docs")]),
        (false, false, None)
    );
    assert_eq!(
        wanted(&[("OTEL_TRACES_EXPORTER", "otlp")]),
        (false, false, None)
    );
    assert_eq!(
        wanted(&[("OTEL_EXPORTER_OTLP_ENDPOINT", " ")]),
        (false, false, None)
    );
    assert_eq!(wanted(&[ALL]), (true, true, None));
}

#[test]
fn signals_are_chosen_one_by_one() {
    let traces = (
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "http://localhost:4318/t",
    );
    let metrics = (
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        "http://localhost:4318/m",
    );
    assert_eq!(wanted(&[traces]), (true, false, None));
    assert_eq!(wanted(&[metrics]), (false, true, None));
    assert_eq!(
        wanted(&[ALL, ("OTEL_METRICS_EXPORTER", "none")]),
        (true, false, None)
    );
    assert_eq!(
        wanted(&[ALL, ("OTEL_TRACES_EXPORTER", "console")]),
        (false, true, None)
    );
    assert_eq!(
        wanted(&[ALL, ("OTEL_TRACES_EXPORTER", "otlp")]),
        (true, true, None)
    );
    for (value, is_sent) in [
        ("true", false),
        ("TRUE", false),
        ("false", true),
        ("1", true),
    ] {
        let (traces, metrics, _) = wanted(&[ALL, ("OTEL_SDK_DISABLED", value)]);
        assert_eq!((traces, metrics), (is_sent, is_sent), "{value}");
    }
}

#[test]
fn a_protocol_that_is_not_spoken_is_told() {
    let own = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf");
    let grpc = ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
    let (traces, metrics, warning) = wanted(&[ALL, own, grpc]);
    assert_eq!((traces, metrics), (true, false));
    insta::assert_snapshot!(warning.unwrap(), @"telemetry is not sent: docgen speaks `http/protobuf`, not `grpc` (OTEL_EXPORTER_OTLP_PROTOCOL); a collector takes it on port 4318");
    assert!(
        wanted(&[ALL, ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")])
            .2
            .is_some()
    );
    // Nobody has asked for anything.
    assert_eq!(wanted(&[grpc]), (false, false, None));
}
