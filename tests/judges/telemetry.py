"""Hold the telemetry of a run to the protocol's own types, as OpenTelemetry publishes them for Python.

    target/judges/venv/bin/python tests/judges/telemetry.py

    DOCGEN  the program (default: target/release/docgen)

Arguments go to `docgen run`; without any it writes drafts, so that there is no request in the trace. With a model behind it the
metrics are looked at too.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

from loopback import Answer, loopback
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCGEN = pathlib.Path(os.environ.get("DOCGEN", ROOT / "target/release/docgen")).resolve()
KINDS = {"/v1/traces": ExportTraceServiceRequest, "/v1/metrics": ExportMetricsServiceRequest}


class Collector:
    """Takes messages and reads them."""

    def __init__(self):
        """Begin without any."""
        self.taken = []

    def take(self, request, body):
        """Read one message; what it does not know is an error."""
        assert request.headers["content-type"] == "application/x-protobuf", request.headers
        message = KINDS[request.path].FromString(body)
        assert message.ByteSize() == len(body), "something in it is unknown"
        self.taken.append(message)
        return Answer(200, "application/x-protobuf", b"")


def attributes(pairs):
    """Return attributes as a dictionary."""
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}


def judge_trace(message):
    """Hold the trace to what a trace is."""
    (resource,) = message.resource_spans
    assert attributes(resource.resource.attributes)["service.name"] == "docgen"
    spans = [span for scope in resource.scope_spans for span in scope.spans]
    by_id = {span.span_id: span for span in spans}
    assert len(by_id) == len(spans)
    assert len({span.trace_id for span in spans}) == 1
    (run,) = (span for span in spans if not span.parent_span_id)
    assert run.name == "docgen run", run
    for span in spans:
        assert len(span.trace_id) == 16 and len(span.span_id) == 8, span
        assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano, span
        if span is run:
            continue
        parent = by_id[span.parent_span_id]
        assert parent.start_time_unix_nano <= span.start_time_unix_nano, (parent, span)
        assert span.end_time_unix_nano <= parent.end_time_unix_nano, (parent, span)
    requests = [span for span in spans if span.kind == Span.SPAN_KIND_CLIENT]
    for span in requests:
        told = attributes(span.attributes)
        assert told["gen_ai.operation.name"] in {"chat", "embeddings"}, told
        assert told["gen_ai.provider.name"] in {"azure.ai.openai", "openai"}, told
        assert told["gen_ai.request.model"] and told["server.address"], told
    print(f"{len(spans)} spans, {len(requests)} of them requests: {sorted({span.name for span in spans})}")


def main(arguments):
    """Judge what a run sends."""
    collector = Collector()
    with tempfile.TemporaryDirectory() as name, loopback(collector.take) as url:
        environment = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": url}
        folder = pathlib.Path(name)
        (folder / "app.py").write_text("def f(): pass\n", encoding="utf-8")
        command = [DOCGEN, "run", "--no-report", *(arguments or ["--provider", "offline"])]
        ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=True)
        assert "warning" not in ran.stderr, ran.stderr
    for message in collector.taken:
        if isinstance(message, ExportTraceServiceRequest):
            judge_trace(message)
        else:
            scopes = [scope for resource in message.resource_metrics for scope in resource.scope_metrics]
            names = [metric.name for scope in scopes for metric in scope.metrics]
            assert set(names) == {"gen_ai.client.operation.duration", "gen_ai.client.token.usage"}, names
            print(f"metrics: {names}")
    assert any(isinstance(message, ExportTraceServiceRequest) for message in collector.taken)


if __name__ == "__main__":
    main(sys.argv[1:])
