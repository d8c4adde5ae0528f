//! HTTP/1.1 as far as one client's requests and the fake's answers need it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

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

    /// Writes the answer with the headers that Azure gives to each.
    pub(super) fn write(&self, mut stream: &TcpStream, id: u64) -> std::io::Result<()> {
        let mut head = format!(
            "HTTP/1.1 {} {}\r\ncontent-length: {}\r\napim-request-id: {}\r\nx-request-id: {}\r\n\
             x-ms-region: Fake Central\r\nx-ratelimit-limit-requests: 600\r\n\
             x-ratelimit-remaining-requests: 599\r\nx-ratelimit-limit-tokens: 100000\r\n\
             x-ratelimit-remaining-tokens: 99000\r\n",
            self.status,
            reason(self.status),
            self.body.len(),
            uuid(id),
            uuid(id + 1_000_000),
        );
        for (name, value) in &self.headers {
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

fn uuid(id: u64) -> String {
    format!("00000000-0000-4000-8000-{id:012}")
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
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
