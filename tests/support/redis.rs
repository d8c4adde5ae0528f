//! A real `redis-server` of a test's own, on loopback and with nothing on the disk.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "not every test file uses every part, and a test without its server is over"
)]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server, and the password that it wants.
pub struct TestRedis {
    child: Child,
    port: u16,
    password: Option<String>,
    arguments: Vec<String>,
    folder: tempfile::TempDir,
}

/// Whether there is a `redis-server` to test with. Without one the tests that need it are passed over
/// with a word, but on a machine that is to test everything.
pub fn has_redis() -> bool {
    let version = Command::new("redis-server").arg("--version").output();
    if version.is_ok_and(|output| output.status.success()) {
        return true;
    }
    let words = "there is no `redis-server`: install it (Debian and Ubuntu: `apt-get install \
                 --no-install-recommends redis-server`, macOS: `brew install redis`)";
    assert!(std::env::var_os("CI").is_none(), "{words}");
    let thread = std::thread::current();
    let name = thread.name().unwrap_or_default();
    // Past the harness, which keeps what passing tests print.
    let line = format!("\nSKIPPED {name}: {words}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    false
}

impl TestRedis {
    /// A server that anybody may ask.
    pub fn start() -> Self {
        Self::with(&[], None)
    }

    /// A server that wants a password of its default user.
    pub fn with_password(password: &str) -> Self {
        Self::with(&["--requirepass", password], Some(password))
    }

    /// A server with further arguments.
    pub fn with(arguments: &[&str], password: Option<&str>) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let folder = tempfile::tempdir().unwrap();
        let arguments: Vec<String> = arguments.iter().map(|&one| one.to_owned()).collect();
        let child = spawn(port, &arguments, &folder);
        let server = Self {
            child,
            port,
            password: password.map(ToOwned::to_owned),
            arguments,
            folder,
        };
        server.wait();
        server
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address, without the password.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Begins it again at the same address; it has forgotten everything.
    pub fn restart(&mut self) {
        self.child = spawn(self.port, &self.arguments, &self.folder);
        self.wait();
    }

    /// Has it do something; gives the answer's lines.
    pub fn command(&self, parts: &[&str]) -> Vec<String> {
        self.try_command(parts).unwrap()
    }

    fn try_command(&self, parts: &[&str]) -> std::io::Result<Vec<String>> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        let mut reader = BufReader::new(stream.try_clone()?);
        if let Some(password) = &self.password {
            send(&mut stream, &["AUTH", password])?;
            answer(&mut reader)?;
        }
        send(&mut stream, parts)?;
        answer(&mut reader)
    }

    fn wait(&self) {
        let begun = Instant::now();
        while !matches!(self.try_command(&["PING"]), Ok(lines) if lines == ["PONG"]) {
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "redis-server does not answer"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for TestRedis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(port: u16, arguments: &[String], folder: &tempfile::TempDir) -> Child {
    Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .args(["--save", "", "--appendonly", "no", "--dir"])
        .arg(folder.path())
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn send(stream: &mut TcpStream, parts: &[&str]) -> std::io::Result<()> {
    let mut text = format!("*{}\r\n", parts.len());
    for part in parts {
        let _ = write!(text, "${}\r\n{part}\r\n", part.len());
    }
    stream.write_all(text.as_bytes())
}

/// The lines of an answer, those of a list within it too.
fn answer(reader: &mut BufReader<TcpStream>) -> std::io::Result<Vec<String>> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let line = line.trim_end();
    let Some((kind, rest)) = line.split_at_checked(1) else {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    };
    let count = || rest.parse::<i64>().unwrap_or(-1);
    match kind {
        "$" => {
            let Ok(length) = usize::try_from(count()) else {
                return Ok(Vec::new());
            };
            let mut bytes = vec![0; length + 2];
            reader.read_exact(&mut bytes)?;
            bytes.truncate(length);
            Ok(vec![String::from_utf8_lossy(&bytes).into_owned()])
        }
        "*" => {
            let mut lines = Vec::new();
            for _ in 0..count().max(0) {
                lines.extend(answer(reader)?);
            }
            Ok(lines)
        }
        _ => Ok(vec![rest.to_owned()]),
    }
}
