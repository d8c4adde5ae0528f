//! An OpenTelemetry collector on loopback: takes OTLP over HTTP and reads it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::{Metric, metric};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::loopback::Loopback;

/// A running collector.
pub struct Collector {
    server: Loopback,
    taken: Arc<Mutex<Vec<Taken>>>,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Taken {
    pub path: String,
    /// The head, in lower case.
    pub head: String,
    pub body: Vec<u8>,
}

impl Collector {
    /// A collector that takes everything.
    pub fn start() -> Self {
        Self::answering("200 OK", Duration::ZERO)
    }

    /// One that answers so, after so long.
    pub fn answering(status: &'static str, after: Duration) -> Self {
        let taken = Arc::new(Mutex::new(Vec::new()));
        let keep = taken.clone();
        let server = Loopback::serve(move |stream| {
            let keep = keep.clone();
            async move {
                let mut stream = stream;
                let Some(request) = read(&mut stream).await else {
                    return;
                };
                keep.lock().unwrap().push(request);
                tokio::time::sleep(after).await;
                let answer =
                    format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { server, taken }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// What has come.
    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// The spans that have come, and what sent them.
    pub fn spans(&self) -> (BTreeMap<String, String>, Vec<Span>) {
        let mut resource = BTreeMap::new();
        let mut spans = Vec::new();
        for one in self.taken().iter().filter(|one| one.path == "/v1/traces") {
            let request = ExportTraceServiceRequest::decode(one.body.as_slice()).unwrap();
            for one in request.resource_spans {
                resource.extend(attributes(&one.resource.unwrap().attributes));
                spans.extend(one.scope_spans.into_iter().flat_map(|scope| scope.spans));
            }
        }
        (resource, spans)
    }

    /// For each metric its unit, and for each series its labels, its count and its sum.
    pub fn histograms(&self) -> BTreeMap<String, (String, Vec<Series>)> {
        let mut all = BTreeMap::new();
        for one in self.taken().iter().filter(|one| one.path == "/v1/metrics") {
            let request = ExportMetricsServiceRequest::decode(one.body.as_slice()).unwrap();
            let scopes = request.resource_metrics.into_iter();
            let scopes = scopes.flat_map(|resource| resource.scope_metrics);
            for metric in scopes.flat_map(|scope| scope.metrics) {
                all.insert(metric.name.clone(), (metric.unit.clone(), series(&metric)));
            }
        }
        all
    }
}

/// A histogram's labels, count and sum.
pub type Series = (BTreeMap<String, String>, u64, f64);

fn series(metric: &Metric) -> Vec<Series> {
    let Some(metric::Data::Histogram(histogram)) = &metric.data else {
        panic!("{metric:?} is no histogram");
    };
    let points = histogram.data_points.iter();
    points
        .map(|point| {
            (
                attributes(&point.attributes),
                point.count,
                point.sum.unwrap(),
            )
        })
        .collect()
}

/// Attributes as text.
pub fn attributes(pairs: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &Option<AnyValue>| match value.as_ref().unwrap().value.as_ref().unwrap() {
        any_value::Value::StringValue(text) => text.clone(),
        any_value::Value::IntValue(number) => number.to_string(),
        any_value::Value::DoubleValue(number) => number.to_string(),
        other => panic!("{other:?}"),
    };
    pairs
        .iter()
        .map(|pair| (pair.key.clone(), text(&pair.value)))
        .collect()
}

async fn read(stream: &mut TcpStream) -> Option<Taken> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length?.trim().parse().ok()?;
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(Taken {
        path: head.split(' ').nth(1)?.to_owned(),
        head,
        body: bytes[end..].to_vec(),
    })
}
