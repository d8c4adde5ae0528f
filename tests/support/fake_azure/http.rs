//! HTTP/1.1 as far as one client's requests and the fake's answers need it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// `POST`.
    pub method: String,
    /// The path as sent, percent-encoding and all.
    pub path: String,
    /// What follows the `?`, without it.
    pub query: String,
    /// The headers, their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body; `null` when it is not JSON.
    pub body: Value,
    /// When it had arrived.
    pub at: Instant,
}

impl Recorded {
    /// The value of a header, named in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// Reads a request; `None` when the connection has ended or does not speak HTTP.
pub(super) fn read_request(reader: &mut BufReader<&TcpStream>) -> Option<Recorded> {
    let first = read_line(reader)?;
    let mut parts = first.split(' ');
    let (method, target, "HTTP/1.1") = (parts.next()?, parts.next()?, parts.next()?) else {
        return None;
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = BTreeMap::new();
    loop {
        let line = read_line(reader)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers
        .get("content-length")
        .map_or(Some(0), |length| length.parse().ok())?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Recorded {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: serde_json::from_slice(&body).unwrap_or_default(),
        at: Instant::now(),
    })
}

fn read_line(reader: &mut BufReader<&TcpStream>) -> Option<String> {
    let mut line = String::new();
    let length = reader.take(64 << 10).read_line(&mut line).ok()?;
    (length > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

/// An answer to be written.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
    /// Whether the body ends before the length that the headers promise.
    pub(super) is_cut: bool,
}

impl Reply {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string(),
            is_cut: false,
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: u64) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    /// Writes the answer with the headers that Azure gives to each, unless it has its own.
    pub(super) fn write(
        &self,
        mut stream: &TcpStream,
        id: u64,
        manner: &Manner,
    ) -> std::io::Result<()> {
        let mut head = format!(
            "HTTP/1.1 {} {}\r\ncontent-length: {}\r\n",
            self.status,
            reason(self.status),
            self.body.len(),
        );
        let mut headers = vec![
            ("date", manner.date()),
            ("apim-request-id", uuid(id)),
            ("x-request-id", uuid(id + 1_000_000)),
            ("x-ms-region", "Fake Central".to_owned()),
        ];
        if let Some((requests, tokens)) = manner.rate_limits {
            headers.extend([
                ("x-ratelimit-limit-requests", requests.to_string()),
                ("x-ratelimit-remaining-requests", (requests - 1).to_string()),
                ("x-ratelimit-limit-tokens", tokens.to_string()),
                (
                    "x-ratelimit-remaining-tokens",
                    (tokens - tokens / 100).to_string(),
                ),
            ]);
        }
        headers.retain(|(name, _)| self.headers.iter().all(|(own, _)| own != name));
        for (name, value) in headers.iter().chain(&self.headers) {
            head.push_str(&[name, ": ", value, "\r\n"].concat());
        }
        head.push_str("\r\n");
        let end = if self.is_cut {
            self.body.len() / 2
        } else {
            self.body.len()
        };
        head.push_str(&String::from_utf8_lossy(&self.body.as_bytes()[..end]));
        stream.write_all(head.as_bytes())?;
        stream.flush()
    }
}

/// What stands in every answer's headers.
pub(super) struct Manner {
    /// Requests and tokens in a minute.
    pub(super) rate_limits: Option<(u64, u64)>,
    /// By how much the clock is ahead.
    pub(super) clock_ahead: Duration,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            rate_limits: Some((600, 100_000)),
            clock_ahead: Duration::ZERO,
        }
    }
}

impl Manner {
    fn date(&self) -> String {
        httpdate::fmt_http_date(SystemTime::now() + self.clock_ahead)
    }
}

/// Whether the other side begins with a TLS handshake, and the answer that servers give to it on
/// a port where they speak plain HTTP.
pub(super) fn refuse_tls(reader: &mut BufReader<&TcpStream>, mut stream: &TcpStream) -> bool {
    const HANDSHAKE: u8 = 0x16;
    let is_tls = reader
        .fill_buf()
        .is_ok_and(|bytes| bytes.first() == Some(&HANDSHAKE));
    if is_tls {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    }
    is_tls
}

fn uuid(id: u64) -> String {
    format!("00000000-0000-4000-8000-{id:012}")
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Fake",
    }
}
