//! Servers on loopback for what the fake Azure does not do: TLS and HTTP/2 before another server,
//! a proxy, and answers written byte by byte.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

/// A server that runs until it is dropped.
pub struct Loopback {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    runtime: Option<Runtime>,
}

impl Loopback {
    /// Gives every connection to `answer`.
    pub fn serve<F, A>(answer: F) -> Self
    where
        F: Fn(TcpStream) -> A + Send + 'static,
        A: Future<Output = ()> + Send + 'static,
    {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(answer(stream));
            }
        });
        Self {
            address,
            connections,
            runtime: Some(runtime),
        }
    }

    /// A server of plain HTTP: each request gets the bytes that `answer` makes of its head and its
    /// body, and then the end of the connection.
    pub fn http<F>(answer: F) -> Self
    where
        F: Fn(&str, &str) -> Vec<u8> + Send + Sync + 'static,
    {
        let answer = Arc::new(answer);
        Self::serve(move |mut stream| {
            let answer = answer.clone();
            async move {
                let (head, body) = read_request(&mut stream).await;
                let _ = stream.write_all(&answer(&head, &body)).await;
                let _ = stream.shutdown().await;
            }
        })
    }

    /// TLS with a certificate of `authority`, and behind it the plain HTTP/1.1 server at `behind`.
    pub fn tls(authority: &Authority, behind: SocketAddr, protocol: Protocol) -> Self {
        let acceptor = TlsAcceptor::from(authority.server_config(protocol));
        Self::serve(move |stream| {
            let acceptor = acceptor.clone();
            async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                match protocol {
                    Protocol::Http1 => {
                        let mut plain = TcpStream::connect(behind).await.unwrap();
                        let _ = tokio::io::copy_bidirectional(&mut stream, &mut plain).await;
                    }
                    Protocol::Http2 => translate(stream, behind).await,
                }
            }
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Connections taken so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// What a TLS server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    Http1,
    Http2,
}

/// Answers HTTP/2 requests with what an HTTP/1.1 server says to them.
async fn translate(stream: impl AsyncRead + AsyncWrite + Unpin + Send, behind: SocketAddr) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        tokio::spawn(async move {
            let (head, mut body) = request.into_parts();
            let mut sent = Vec::new();
            while let Some(Ok(data)) = body.data().await {
                body.flow_control().release_capacity(data.len()).unwrap();
                sent.extend_from_slice(&data);
            }
            let path = head.uri.path_and_query().unwrap();
            let mut plain = format!("{} {path} HTTP/1.1\r\n", head.method);
            for (name, value) in &head.headers {
                plain += &[name.as_str(), ": ", value.to_str().unwrap(), "\r\n"].concat();
            }
            plain += "connection: close\r\n\r\n";
            let mut upstream = TcpStream::connect(behind).await.unwrap();
            upstream.write_all(plain.as_bytes()).await.unwrap();
            upstream.write_all(&sent).await.unwrap();
            let mut answer = Vec::new();
            upstream.read_to_end(&mut answer).await.unwrap();
            let answer = String::from_utf8(answer).unwrap();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            let status: u16 = head.split(' ').nth(1).unwrap().parse().unwrap();
            let response = http_response(status);
            let mut stream = respond.send_response(response, false).unwrap();
            stream
                .send_data(body.as_bytes().to_vec().into(), true)
                .unwrap();
        });
    }
}

fn http_response(status: u16) -> http::Response<()> {
    http::Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(())
        .unwrap()
}

/// A request's head and its body.
pub async fn read_request(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                let is_length = name.eq_ignore_ascii_case("content-length");
                is_length.then(|| value.trim().parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                return (head.to_owned(), body.to_owned());
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(length) if length > 0 => bytes.extend_from_slice(&chunk[..length]),
            _ => return (text, String::new()),
        }
    }
}

/// An HTTP/1.1 answer with JSON in it.
pub fn json(status: u16, body: &serde_json::Value) -> Vec<u8> {
    let body = body.to_string();
    format!(
        "HTTP/1.1 {status} Fake\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A certificate authority that nobody trusts unless told to.
pub struct Authority {
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    pem: String,
}

/// The names that the certificates of an [`Authority`] are for.
const NAMES: [&str; 7] = [
    "localhost",
    "127.0.0.1",
    "shop.openai.azure.com",
    "shop.services.ai.azure.com",
    "shop.openai.azure.us",
    "login.microsoftonline.com",
    "login.microsoftonline.us",
];

impl Authority {
    pub fn new() -> Self {
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = rcgen::KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: rcgen::Issuer::new(params, key),
            pem,
        }
    }

    /// Its own certificate.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    fn server_config(&self, protocol: Protocol) -> Arc<ServerConfig> {
        let names = NAMES.map(str::to_owned).to_vec();
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(names).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        config.alpn_protocols = match protocol {
            Protocol::Http1 => vec![b"http/1.1".to_vec()],
            Protocol::Http2 => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        };
        Arc::new(config)
    }
}

/// A proxy that leads each host's tunnels to a server on loopback.
pub struct Proxy {
    server: Loopback,
    seen: Arc<Mutex<Vec<Tunnel>>>,
}

/// A tunnel that a proxy was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tunnel {
    /// `host:port`.
    pub target: String,
    /// What the `Proxy-Authorization` header holds.
    pub authorization: Option<String>,
}

impl Proxy {
    /// Opens tunnels to the `hosts` that it knows.
    pub fn start(hosts: &[(&'static str, SocketAddr)]) -> Self {
        Self::new(hosts, None)
    }

    /// Opens them only for requests that have this `Proxy-Authorization`.
    pub fn guarded(hosts: &[(&'static str, SocketAddr)], authorization: &'static str) -> Self {
        Self::new(hosts, Some(authorization))
    }

    fn new(hosts: &[(&'static str, SocketAddr)], wanted: Option<&'static str>) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (tunnels, hosts) = (seen.clone(), hosts.to_vec());
        let server = Loopback::serve(move |mut stream| {
            let (tunnels, hosts) = (tunnels.clone(), hosts.clone());
            async move {
                let (head, _) = read_request(&mut stream).await;
                let tunnel = Tunnel::read(&head);
                tunnels.lock().unwrap().push(tunnel.clone());
                let host = tunnel.target.split(':').next();
                let behind = hosts.iter().find(|(name, _)| Some(*name) == host);
                let refusal = if wanted.is_some() && tunnel.authorization.as_deref() != wanted {
                    "HTTP/1.1 407 Proxy Authentication Required\r\n\
                     proxy-authenticate: Basic realm=\"fake\"\r\n\r\n"
                } else {
                    "HTTP/1.1 502 Bad Gateway\r\n\r\n"
                };
                match behind {
                    Some((_, address)) if refusal.contains(" 502 ") => {
                        let mut behind = TcpStream::connect(address).await.unwrap();
                        let _ = stream.write_all(b"HTTP/1.1 200 Open\r\n\r\n").await;
                        let _ = tokio::io::copy_bidirectional(&mut stream, &mut behind).await;
                    }
                    _ => {
                        let _ = stream.write_all(refusal.as_bytes()).await;
                    }
                }
            }
        });
        Self { server, seen }
    }

    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The tunnels asked for so far.
    pub fn tunnels(&self) -> Vec<Tunnel> {
        self.seen.lock().unwrap().clone()
    }
}

impl Tunnel {
    fn read(head: &str) -> Self {
        let mut lines = head.lines();
        let target = lines.next().and_then(|line| line.strip_prefix("CONNECT "));
        let target = target.and_then(|rest| rest.split(' ').next());
        let authorization = lines.find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("proxy-authorization")
                .then(|| value.to_owned())
        });
        Self {
            target: target.unwrap_or_default().to_owned(),
            authorization,
        }
    }
}
