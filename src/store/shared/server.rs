//! One Redis server: its connection, and what happens while it is away.
//!
//! Whoever asks gets an answer within [`ANSWER`], or none. After a failure nobody is kept waiting: a
//! task of its own finds out when the server is back, and until then there is no connection to be had.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ErrorKind, IntoConnectionInfo as _,
    ProtocolVersion, RedisConnectionInfo, RedisError, Script, ServerErrorKind, TlsCertificates,
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;

use crate::config::{Redis, RedisAddress, RedisUrl};
use crate::llm::{LlmError, authorities_pem};

/// For a connection, its TLS handshake and the password.
const CONNECT: Duration = Duration::from_secs(2);

/// For the answer to a command.
const ANSWER: Duration = Duration::from_millis(500);

/// The first wait before a server that is away is looked for again; each further one doubles, ...
const FIRST_LOOK: Duration = Duration::from_secs(1);

/// ... up to this one.
const LAST_LOOK: Duration = Duration::from_secs(30);

/// A Redis server that machines share. The connection is made when it is first needed, and again
/// after a failure.
pub struct RedisServer {
    client: Client,
    url: RedisUrl,
    password: Option<SecretString>,
    /// What becomes of the run without it, for the warning.
    without: String,
    state: Mutex<State>,
    /// Held by who connects.
    connecting: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    line: Line,
    /// Which connection it is, so that a late failure of an older one says nothing.
    generation: u64,
    was_warned: bool,
}

/// Whether there is a connection.
#[derive(Default)]
enum Line {
    /// Nobody has asked yet.
    #[default]
    Unused,
    Open(MultiplexedConnection),
    /// It failed, and is looked for.
    Away,
}

/// Why a Redis server cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ServerError {
    /// It cannot be connected to.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    /// It does not answer in time.
    #[error("did not answer within {} ms", .0.as_millis())]
    Silent(Duration),
    /// Its certificate is not trusted, or it speaks no TLS.
    #[error("cannot be trusted: {0}")]
    Untrusted(String),
    /// It does not know the user or the password.
    #[error("refused the user or the password: {0}")]
    Denied(String),
    /// The user may not do what docgen does.
    #[error("does not let its user do this: {0}")]
    Forbidden(String),
    /// It answered something else than was expected.
    #[error("answered: {0}")]
    Refused(String),
}

impl ServerError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreachable(_) | Self::Silent(_) => {
                "check the address, the firewall and whether the server runs; one that wants TLS is \
                 `rediss://`"
            }
            Self::Untrusted(_) => {
                "name its authority's certificate with `network.ca_bundle`; a server without TLS is \
                 `redis://`"
            }
            Self::Denied(_) => {
                "set `DOCGEN_REDIS_PASSWORD` (and the user in the URL, if it is not the default one)"
            }
            Self::Forbidden(_) => {
                "let the user run EVALSHA, SCRIPT LOAD, GET, MGET, SET, DEL and PING on keys that begin \
                 with `docgen:`"
            }
            Self::Refused(_) => {
                "docgen needs one Redis of version 6 or later that takes writes, no cluster and no replica"
            }
        }
    }
}

impl RedisServer {
    /// The server of the settings; it is not connected to yet. `without` says what becomes of a run
    /// when it is away, in words that follow `going on without it: `.
    pub fn new(settings: &Redis, without: String) -> Result<Arc<Self>, LlmError> {
        let setup = |error: RedisError| LlmError::Setup(error.to_string());
        let password = settings.password.as_ref();
        let mut who = RedisConnectionInfo::default()
            .set_protocol(ProtocolVersion::RESP2)
            .set_skip_set_lib_name()
            .set_db(settings.url.database().into());
        if let Some(user) = settings.url.user() {
            who = who.set_username(user);
        }
        if let Some(password) = password {
            who = who.set_password(password.expose_secret());
        }
        let client = match settings.url.address() {
            RedisAddress::Plain(host, port) => Client::open(
                ConnectionAddr::Tcp(host, port)
                    .into_connection_info()
                    .map_err(setup)?
                    .set_redis_settings(who),
            ),
            RedisAddress::Socket(path) => Client::open(
                ConnectionAddr::Unix(path)
                    .into_connection_info()
                    .map_err(setup)?
                    .set_redis_settings(who),
            ),
            RedisAddress::Tls(host, port) => {
                let address = ConnectionAddr::TcpTls {
                    host,
                    port,
                    insecure: false,
                    tls_params: None,
                };
                let info = address.into_connection_info().map_err(setup)?;
                let pem = authorities_pem(&settings.authorities)?;
                let certificates = TlsCertificates {
                    client_tls: None,
                    root_cert: pem.map(String::into_bytes),
                };
                Client::build_with_tls(info.set_redis_settings(who), certificates)
            }
        }
        .map_err(setup)?;
        Ok(Arc::new(Self {
            client,
            url: settings.url.clone(),
            password: password.cloned(),
            without,
            state: Mutex::default(),
            connecting: tokio::sync::Mutex::default(),
        }))
    }

    /// Whether it can be asked: it answered the last time, or nobody has asked yet.
    pub(super) fn is_up(&self) -> bool {
        !matches!(self.lock().line, Line::Away)
    }

    /// Asks it. `None` if it does not answer, which is said once.
    pub(super) async fn ask<T, F>(
        self: &Arc<Self>,
        ask: impl Fn(MultiplexedConnection) -> F,
    ) -> Option<T>
    where
        F: Future<Output = Result<T, RedisError>>,
    {
        let mut is_fresh = false;
        loop {
            let (connection, generation) = self.connection(&mut is_fresh).await?;
            let fault = match timeout(ANSWER, ask(connection)).await {
                Ok(Ok(answer)) => return Some(answer),
                // A connection that rested too long may have been ended without a word.
                Ok(Err(error)) if error.is_connection_dropped() && !is_fresh => {
                    self.drop_line(generation);
                    continue;
                }
                Ok(Err(error)) => self.reason(&error),
                Err(_) => ServerError::Silent(ANSWER),
            };
            self.lost(generation, &fault);
            return None;
        }
    }

    /// Connects and has it do what docgen needs, and says what is wrong or else the server's version,
    /// if that is known.
    pub async fn probe(&self) -> Result<String, ServerError> {
        let mut connection = self.greeted().await?;
        let write = Script::new("return redis.call('SET', KEYS[1], ARGV[1], 'PX', 1000)");
        let mut write = write.key(format!("docgen:doctor:{:016x}", fastrand::u64(..)));
        let write = write.arg(1);
        let written = timeout(ANSWER, write.invoke_async::<String>(&mut connection)).await;
        written
            .map_err(|_| ServerError::Silent(ANSWER))?
            .map_err(|error| self.reason(&error))?;
        // A user may be forbidden this, and docgen does not need it.
        let mut info = redis::cmd("INFO");
        let info = info.arg("server");
        let text = timeout(ANSWER, info.query_async::<String>(&mut connection)).await;
        let text = text.ok().and_then(Result::ok).unwrap_or_default();
        let version = |name: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        };
        let version = version("valkey_version").or_else(|| version("redis_version"));
        Ok(version.unwrap_or_default().trim().to_owned())
    }

    /// Where it is, without a password.
    #[must_use]
    pub fn url(&self) -> &RedisUrl {
        &self.url
    }

    /// The open connection, or a new one if there was none yet; says whether it is new.
    async fn connection(
        self: &Arc<Self>,
        is_fresh: &mut bool,
    ) -> Option<(MultiplexedConnection, u64)> {
        if let Some(found) = self.found()? {
            return Some(found);
        }
        let _connecting = self.connecting.lock().await;
        // Somebody else may have tried meanwhile.
        if let Some(found) = self.found()? {
            return Some(found);
        }
        *is_fresh = true;
        match self.greeted().await {
            Ok(connection) => Some(self.put_through(connection)),
            Err(fault) => {
                let generation = self.lock().generation;
                self.lost(generation, &fault);
                None
            }
        }
    }

    /// The open connection; `Some(None)` if nobody has asked for one yet.
    #[expect(clippy::option_option, reason = "`None` is one that is away")]
    fn found(&self) -> Option<Option<(MultiplexedConnection, u64)>> {
        let state = self.lock();
        match &state.line {
            Line::Unused => Some(None),
            Line::Open(connection) => Some(Some((connection.clone(), state.generation))),
            Line::Away => None,
        }
    }

    async fn connect(&self) -> Result<MultiplexedConnection, ServerError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(CONNECT));
        let connecting = self
            .client
            .get_multiplexed_async_connection_with_config(&config);
        match timeout(CONNECT, connecting).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(self.reason(&error)),
            Err(_) => Err(ServerError::Silent(CONNECT)),
        }
    }

    /// A connection over which it has answered: one that wants a password says so only then.
    async fn greeted(&self) -> Result<MultiplexedConnection, ServerError> {
        let mut connection = self.connect().await?;
        let ping = redis::cmd("PING");
        let answer = timeout(ANSWER, ping.query_async::<String>(&mut connection)).await;
        answer
            .map_err(|_| ServerError::Silent(ANSWER))?
            .map_err(|error| self.reason(&error))?;
        Ok(connection)
    }

    fn put_through(&self, connection: MultiplexedConnection) -> (MultiplexedConnection, u64) {
        let mut state = self.lock();
        state.generation += 1;
        state.line = Line::Open(connection.clone());
        (connection, state.generation)
    }

    /// Has the next one who asks connect anew.
    fn drop_line(&self, generation: u64) {
        let mut state = self.lock();
        if state.generation == generation && matches!(state.line, Line::Open(_)) {
            state.line = Line::Unused;
        }
    }

    /// Takes note that it is away, says so the first time, and has it looked for.
    fn lost(self: &Arc<Self>, generation: u64, fault: &ServerError) {
        let is_first = {
            let mut state = self.lock();
            if state.generation != generation || matches!(state.line, Line::Away) {
                return;
            }
            state.line = Line::Away;
            !std::mem::replace(&mut state.was_warned, true)
        };
        let words = format!("the Redis server {} {fault}", self.url);
        if is_first {
            tracing::warn!(
                "{words}; going on without it: {} (hint: {})",
                self.without,
                fault.hint()
            );
        } else {
            tracing::debug!("{words}");
        }
        let mut wait = match fault {
            // That is not over before somebody does something about it.
            ServerError::Denied(_) | ServerError::Forbidden(_) => return,
            ServerError::Refused(_) => LAST_LOOK,
            _ => FIRST_LOOK,
        };
        let server = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                // Machines that lost it together do not all come back at once.
                tokio::time::sleep(wait.mul_f64(0.75 + fastrand::f64() / 2.0)).await;
                let Some(server) = server.upgrade() else {
                    return;
                };
                match server.greeted().await {
                    Ok(connection) => {
                        server.put_through(connection);
                        if is_first {
                            tracing::info!("the Redis server {} is back", server.url);
                        } else {
                            tracing::debug!("the Redis server is back");
                        }
                        return;
                    }
                    Err(fault) => tracing::debug!("the Redis server still {fault}"),
                }
                wait = (wait * 2).min(LAST_LOOK);
            }
        });
    }

    /// What an error is to the user; the password is in none.
    fn reason(&self, error: &RedisError) -> ServerError {
        let mut words = error.to_string();
        if let Some(password) = &self.password {
            words = words.replace(password.expose_secret(), "...");
        }
        match error.kind() {
            ErrorKind::AuthenticationFailed => ServerError::Denied(words),
            ErrorKind::Server(ServerErrorKind::NoPerm) => ServerError::Forbidden(words),
            _ if ["NOAUTH", "WRONGPASS"].contains(&error.code().unwrap_or_default()) => {
                ServerError::Denied(words)
            }
            _ if words.contains("certificate") || words.contains("tls") => {
                ServerError::Untrusted(words)
            }
            _ if error.is_timeout() => ServerError::Silent(CONNECT),
            ErrorKind::Io => ServerError::Unreachable(words),
            _ => ServerError::Refused(words),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Without the client, which knows the password.
impl std::fmt::Debug for RedisServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisServer")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
