use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::fake_azure::FakeAzure;
use crate::support::loopback::{Authority, Loopback, Protocol, Proxy, Tunnel, json, read_request};
use crate::support::project::{Project, Ran};

const APP: &str = "def pay(amount):\n    return amount\n";
const ONE_ATTEMPT: &str = "[retry]\nmax_attempts = 1\n";

/// A project whose model is at `endpoint` and behind whatever answers there.
fn project_at(azure: &FakeAzure, endpoint: &str) -> Project {
    Project::with(APP)
        .file("docgen.toml", ONE_ATTEMPT)
        .azure(azure)
        .env("AZURE_OPENAI_ENDPOINT", endpoint)
}

fn local(server: &Loopback) -> String {
    format!("https://localhost:{}", server.address().port())
}

fn proxy_url(proxy: &Proxy) -> String {
    format!("http://{}", proxy.address())
}

/// Runs docgen over twelve files, one request after the other.
fn run_many(project: Project) -> Ran {
    let project = (0..12).fold(project, |project, n| {
        project.file(
            &format!("m{n}.py"),
            "\"\"\"A module.\"\"\"\n\n\ndef f(): pass\n",
        )
    });
    project.docgen(&["run", "--max-concurrency", "1"])
}

#[test]
fn requests_go_through_the_proxy_of_the_environment() {
    let azure = FakeAzure::start();
    let authority = Authority::new();
    let front = Loopback::tls(&authority, azure.address(), Protocol::Http1);
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let proxy = Proxy::start(&[("shop.openai.azure.com", front.address())]);
        let ran = project_at(&azure, "https://shop.openai.azure.com")
            .file("ca.pem", authority.pem())
            .env("SSL_CERT_FILE", "ca.pem")
            .env(variable, &proxy_url(&proxy))
            .docgen(&["run"]);
        ran.exits(0).says("Documented 2 definitions");
        let tunnel = Tunnel {
            target: "shop.openai.azure.com:443".to_owned(),
            authorization: None,
        };
        assert_eq!(proxy.tunnels(), [tunnel], "{variable}");
    }
    assert_eq!(azure.requests().len(), 3);
}

#[test]
fn no_proxy_keeps_the_proxy_out() {
    let azure = FakeAzure::start();
    let authority = Authority::new();
    let front = Loopback::tls(&authority, azure.address(), Protocol::Http1);
    let proxy = Proxy::start(&[]);
    for excluded in ["localhost", "example.com, .localhost", "*"] {
        let ran = project_at(&azure, &local(&front))
            .file("ca.pem", authority.pem())
            .env("SSL_CERT_FILE", "ca.pem")
            .env("HTTPS_PROXY", &proxy_url(&proxy))
            .env("NO_PROXY", excluded)
            .docgen(&["run"]);
        ran.exits(0);
    }
    assert_eq!(proxy.tunnels(), []);
    assert_eq!(front.connections(), 3);
}

#[test]
fn a_proxy_that_wants_a_password_gets_it_or_is_named() {
    let azure = FakeAzure::start();
    let authority = Authority::new();
    let front = Loopback::tls(&authority, azure.address(), Protocol::Http1);
    // "me:p@ss" in base64.
    let proxy = Proxy::guarded(
        &[("shop.openai.azure.com", front.address())],
        "Basic bWU6cEBzcw==",
    );
    let project = |user: &str| {
        project_at(&azure, "https://shop.openai.azure.com")
            .file("ca.pem", authority.pem())
            .file("docgen.toml", "[retry]\nmax_attempts = 4\n")
            .env("SSL_CERT_FILE", "ca.pem")
            .env("HTTPS_PROXY", &format!("http://{user}{}", proxy.address()))
    };
    project("me:p%40ss@").docgen(&["run"]).exits(0);
    assert_eq!(proxy.tunnels().len(), 1);
    let ran = project("me:wrong-hidden@").docgen(&["run", "-vv"]);
    let ran = ran.exits(2).says("(407)").says("`HTTPS_PROXY`");
    assert!(!ran.stderr.contains("hidden"), "{}", ran.stderr);
    assert_eq!(proxy.tunnels().len(), 2, "another attempt cannot help");
    assert_eq!(azure.requests().len(), 1);
}

#[test]
fn a_socks_proxy_resolves_the_host() {
    let azure = FakeAzure::start();
    let authority = Authority::new();
    let front = Loopback::tls(&authority, azure.address(), Protocol::Http1);
    let behind = front.address();
    // RFC 1928: no authentication, then CONNECT to a host's name.
    let proxy = Loopback::serve(move |mut stream| async move {
        let mut greeting = [0; 3];
        stream.read_exact(&mut greeting).await.unwrap();
        stream.write_all(&[5, 0]).await.unwrap();
        let mut request = [0; 5];
        stream.read_exact(&mut request).await.unwrap();
        assert_eq!(request[..4], [5, 1, 0, 3]);
        let mut host = vec![0; usize::from(request[4]) + 2];
        stream.read_exact(&mut host).await.unwrap();
        assert!(host.starts_with(b"shop.openai.azure.com"));
        let granted = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        stream.write_all(&granted).await.unwrap();
        let mut behind = tokio::net::TcpStream::connect(behind).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut behind).await;
    });
    let ran = project_at(&azure, "https://shop.openai.azure.com")
        .file("ca.pem", authority.pem())
        .env("SSL_CERT_FILE", "ca.pem")
        .env("ALL_PROXY", &format!("socks5h://{}", proxy.address()))
        .docgen(&["run"]);
    ran.exits(0);
    assert_eq!(proxy.connections(), 1);
}

#[test]
fn a_proxy_variable_that_holds_no_address_is_not_passed_over() {
    let azure = FakeAzure::start();
    let ran = project_at(&azure, &azure.endpoint())
        .env("HTTPS_PROXY", "hidden word")
        .docgen(&["run"]);
    let ran = ran
        .exits(2)
        .says("`HTTPS_PROXY` is not the address of a proxy");
    assert!(!ran.stderr.contains("hidden"), "{}", ran.stderr);
    assert_eq!(azure.requests().len(), 0);
}

#[test]
fn the_authorities_are_those_that_setting_or_environment_name() {
    let azure = FakeAzure::start();
    let (ours, theirs) = (Authority::new(), Authority::new());
    let front = Loopback::tls(&ours, azure.address(), Protocol::Http1);
    let project = |setting: &str| {
        project_at(&azure, &local(&front))
            .file("docgen.toml", &format!("{setting}{ONE_ATTEMPT}"))
            .file("ca/ours.pem", ours.pem())
            .file("ca/readme.txt", "not a certificate")
            .file("theirs.pem", theirs.pem())
            .file("empty/.keep", "")
            .file("both.pem", &[theirs.pem(), "\n", ours.pem()].concat())
    };
    let bundle = "[network]\nca_bundle = \"ca/ours.pem\"\n";
    let folders = std::env::join_paths(["nowhere", "empty", "ca"]).unwrap();
    let folders = folders.to_str().unwrap();
    let trusted: [(&str, &[(&str, &str)]); 8] = [
        (bundle, &[]),
        (bundle, &[("SSL_CERT_FILE", "theirs.pem")]),
        ("[network]\nca_bundle = \"ca\"\n", &[]),
        ("", &[("SSL_CERT_FILE", "both.pem")]),
        ("", &[("SSL_CERT_DIR", folders)]),
        ("", &[("REQUESTS_CA_BUNDLE", "ca/ours.pem")]),
        ("", &[("CURL_CA_BUNDLE", "ca/ours.pem")]),
        (
            "",
            &[
                ("SSL_CERT_FILE", "ca/ours.pem"),
                ("REQUESTS_CA_BUNDLE", "theirs.pem"),
            ],
        ),
    ];
    for (setting, variables) in trusted {
        let ran = with_variables(project(setting), variables).docgen(&["run"]);
        assert_eq!(ran.code, Some(0), "{setting} {variables:?} {}", ran.stderr);
    }
    let untrusted: [(&str, &[(&str, &str)]); 4] = [
        ("", &[]),
        ("", &[("SSL_CERT_FILE", "theirs.pem")]),
        (
            "",
            &[
                ("SSL_CERT_FILE", "theirs.pem"),
                ("REQUESTS_CA_BUNDLE", "ca/ours.pem"),
            ],
        ),
        (
            "[network]\nca_bundle = \"theirs.pem\"\n",
            &[("SSL_CERT_FILE", "ca/ours.pem")],
        ),
    ];
    for (setting, variables) in untrusted {
        let ran = with_variables(project(setting), variables).docgen(&["run"]);
        assert_eq!(ran.code, Some(2), "{setting} {variables:?} {}", ran.stderr);
        ran.says("has a certificate that cannot be trusted")
            .says("network.ca_bundle");
    }
}

fn with_variables(project: Project, variables: &[(&str, &str)]) -> Project {
    variables
        .iter()
        .fold(project, |project, (name, value)| project.env(name, value))
}

#[test]
fn authorities_that_cannot_be_read_are_named_before_anything_is_sent() {
    let azure = FakeAzure::start();
    let cases = [
        ("SSL_CERT_FILE", "none.pem", "there is no such file"),
        ("SSL_CERT_DIR", "empty", "it holds no PEM certificate"),
        (
            "REQUESTS_CA_BUNDLE",
            "app.py",
            "it holds no PEM certificate",
        ),
        ("CURL_CA_BUNDLE", "broken.pem", "it is no PEM"),
    ];
    for (variable, value, reason) in cases {
        let project = project_at(&azure, &azure.endpoint())
            .file("empty/.keep", "")
            .file("broken.pem", "-----BEGIN CERTIFICATE-----\n%%%\n")
            .env(variable, value);
        let ran = project.docgen(&["run"]);
        ran.exits(2)
            .says(&format!("named by `{variable}`"))
            .says(value)
            .says(reason);
    }
    let ran = project_at(&azure, &azure.endpoint())
        .file("docgen.toml", "[network]\nca_bundle = \"none.pem\"\n")
        .docgen(&["run"]);
    ran.exits(2).says("named by `network.ca_bundle`");
    assert_eq!(azure.connections(), 0);
}

#[test]
fn a_redirect_is_not_followed_and_the_key_stays() {
    let azure = FakeAzure::start();
    for status in [301, 302, 307, 308] {
        let place = azure.endpoint();
        let gate = Loopback::http(move |_, _| {
            format!(
                "HTTP/1.1 {status} Moved\r\nlocation: {place}/openai/v1/chat/completions\r\n\
                 content-length: 0\r\n\r\n"
            )
            .into_bytes()
        });
        let ran = project_at(&azure, &format!("http://{}", gate.address())).docgen(&["run"]);
        ran.exits(2)
            .says(&format!("HTTP status {status}"))
            .says("does not follow redirects");
        assert_eq!(gate.connections(), 1);
    }
    assert_eq!(azure.connections(), 0);
}

#[test]
fn many_requests_share_a_connection() {
    let azure = FakeAzure::start();
    run_many(project_at(&azure, &azure.endpoint())).exits(0);
    assert_eq!(azure.requests().len(), 13);
    // A request may begin a moment before the last one's connection is free again.
    assert!(azure.connections() <= 4, "{}", azure.connections());
    let authority = Authority::new();
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let azure = FakeAzure::start();
        let front = Loopback::tls(&authority, azure.address(), protocol);
        let project = project_at(&azure, &local(&front))
            .file("ca.pem", authority.pem())
            .env("SSL_CERT_FILE", "ca.pem");
        run_many(project).exits(0);
        assert_eq!(azure.requests().len(), 13);
        assert!(front.connections() <= 4, "{}", front.connections());
    }
}

#[test]
fn requests_at_once_share_a_connection_over_http_2() {
    let azure = FakeAzure::builder()
        .latency(Duration::from_millis(200))
        .start();
    let authority = Authority::new();
    let front = Loopback::tls(&authority, azure.address(), Protocol::Http2);
    let project = project_at(&azure, &local(&front))
        .file("ca.pem", authority.pem())
        .env("SSL_CERT_FILE", "ca.pem");
    let project = (0..11).fold(project, |project, n| {
        project.file(
            &format!("m{n}.py"),
            "\"\"\"A module.\"\"\"\n\n\ndef f(): pass\n",
        )
    });
    project.docgen(&["run", "--max-concurrency", "6"]).exits(0);
    assert_eq!(azure.requests().len(), 12);
    // Those of the first moment may each open one before the first is known to speak HTTP/2.
    assert!(front.connections() <= 6, "{}", front.connections());
}

#[test]
fn a_server_that_shakes_no_hands_is_no_connection() {
    let azure = FakeAzure::start();
    let mute = Loopback::serve(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    });
    let settings = format!("{ONE_ATTEMPT}[timeouts]\nconnect_seconds = 1\n");
    let ran = project_at(&azure, &local(&mute))
        .file("docgen.toml", &settings)
        .docgen(&["run"]);
    ran.exits(2)
        .says("no connection within 1 s")
        .says("HTTPS_PROXY");
}

#[test]
fn the_time_limit_that_struck_is_named_with_its_setting() {
    let azure = FakeAzure::start();
    let silent = Loopback::serve(|mut stream| async move {
        read_request(&mut stream).await;
        std::future::pending::<()>().await;
    });
    let stalling = Loopback::serve(|mut stream| async move {
        read_request(&mut stream).await;
        let begun = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"choices\":";
        stream.write_all(begun).await.unwrap();
        std::future::pending::<()>().await;
    });
    let dripping = Loopback::serve(|mut stream| async move {
        read_request(&mut stream).await;
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n";
        stream.write_all(head).await.unwrap();
        while stream.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let read = (
        "read_seconds = 1\n",
        "nothing came from the server within 1 s",
        "timeouts.read_seconds",
    );
    let whole = (
        "read_seconds = 60\nrequest_seconds = 2\n",
        "no complete answer within 2 s",
        "timeouts.request_seconds",
    );
    for (server, (limit, message, setting)) in [(silent, read), (stalling, read), (dripping, whole)]
    {
        let settings = format!("{ONE_ATTEMPT}[timeouts]\n{limit}");
        let ran = project_at(&azure, &format!("http://{}", server.address()))
            .file("docgen.toml", &settings)
            .docgen(&["run"]);
        ran.exits(1).says(message).says(setting);
    }
}

#[test]
fn a_compressed_answer_is_read() {
    let azure = FakeAzure::start();
    let behind = azure.address();
    let gateway = Loopback::http(move |head, body| {
        assert!(
            head.to_lowercase().contains("accept-encoding: gzip"),
            "{head}"
        );
        compressed(&pass_on(behind, head, body))
    });
    let project = project_at(&azure, &format!("http://{}", gateway.address()));
    project.docgen(&["run"]).exits(0);
    assert!(project.read("app.py").contains("as the fake says."));
}

/// What the server at `behind` answers to a request.
fn pass_on(behind: SocketAddr, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(behind).unwrap();
    write!(stream, "{head}\r\nconnection: close\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    body.to_owned()
}

fn compressed(body: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body.as_bytes()).unwrap();
    let bytes = encoder.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\
         content-length: {}\r\n\r\n",
        bytes.len()
    );
    [head.as_bytes(), &bytes].concat()
}

#[test]
fn an_answer_without_bounds_is_not_read_to_its_end() {
    let azure = FakeAzure::start();
    // Twenty megabytes of blanks, a few kilobytes on the way.
    let bomb = compressed(&" ".repeat(20 << 20));
    assert!(bomb.len() < 100_000);
    let server = Loopback::http(move |_, _| bomb.clone());
    let ran = project_at(&azure, &format!("http://{}", server.address())).docgen(&["run"]);
    ran.exits(1).says("longer than 16 MiB");
}

#[test]
fn a_gateways_page_is_no_answer() {
    let azure = FakeAzure::start();
    let page = Loopback::http(|_, _| {
        let body = "<html><body>Please sign in to the company network.</body></html>";
        let length = body.len();
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    });
    let ran = project_at(&azure, &format!("http://{}", page.address())).docgen(&["run"]);
    ran.exits(1)
        .says("the answer is not a completion")
        .says("Please sign in");
    let empty = Loopback::http(|_, _| json(200, &serde_json::json!({})));
    let ran = project_at(&azure, &format!("http://{}", empty.address())).docgen(&["run"]);
    ran.exits(1).says("the answer is not a completion");
}
