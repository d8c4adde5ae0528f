//! Where a Redis server is that machines share, and who is asking it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use super::llm::Authorities;
use super::values::InvalidValue;

/// The port where a URL names none.
const PORT: u16 = 6379;

/// The address of a Redis server: `redis://`, `rediss://` (TLS) or `unix://`, a user name and the
/// number of a database, but never a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct RedisUrl(Url);

/// How the server is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedisAddress {
    /// Over TCP, in the clear.
    Plain(String, u16),
    /// Over TCP, with TLS.
    Tls(String, u16),
    /// Through a socket of this machine.
    Socket(PathBuf),
}

/// A Redis server, and who is asking.
#[derive(Debug, Clone)]
pub struct Redis {
    /// Where it is.
    pub url: RedisUrl,
    /// What proves who is asking, if it wants to know.
    pub password: Option<SecretString>,
    /// Where the certificates of the authorities are that are trusted in place of the system's.
    pub authorities: Vec<Authorities>,
}

/// A cache that machines share.
#[derive(Debug, Clone)]
pub struct SharedCache {
    /// Where it is.
    pub redis: Redis,
    /// What those have in common there who share it.
    pub namespace: String,
}

impl RedisUrl {
    /// Reads an address that may hold a password, which is given apart.
    pub(crate) fn with_password(text: &str) -> Result<(Self, Option<SecretString>), InvalidValue> {
        // The text is in no error, since it may hold the password.
        let fault = |why: &str| InvalidValue::new(format!("not the URL of a Redis server: {why}"));
        let mut url = Url::parse(text.trim()).map_err(|error| fault(&error.to_string()))?;
        let is_socket = url.scheme() == "unix";
        if !is_socket && !matches!(url.scheme(), "redis" | "rediss") {
            return Err(fault(
                "it must begin with `redis://`, `rediss://` (TLS) or `unix://`",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(fault("it must end with the database's number"));
        }
        let has_host = url.host_str().is_some_and(|host| !host.is_empty());
        let has_path = url.path().len() > 1;
        if is_socket == has_host || (is_socket && !has_path) {
            return Err(fault(if is_socket {
                "a socket's path stands after `unix://`, such as `unix:///run/redis.sock`"
            } else {
                "it names no host"
            }));
        }
        if !is_socket && database(&url).is_none() {
            return Err(fault(
                "after the host can stand the database's number alone, such as `/0`",
            ));
        }
        let password = url.password().map(decoded).map(SecretString::from);
        if password.is_some() {
            url.set_password(None)
                .map_err(|()| fault("it can hold no password"))?;
        }
        Ok((Self(url), password))
    }

    /// How the server is reached.
    #[must_use]
    pub fn address(&self) -> RedisAddress {
        if self.0.scheme() == "unix" {
            return RedisAddress::Socket(PathBuf::from(decoded(self.0.path())));
        }
        let host = self.0.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let (host, port) = (host.to_owned(), self.0.port().unwrap_or(PORT));
        match self.0.scheme() {
            "rediss" => RedisAddress::Tls(host, port),
            _ => RedisAddress::Plain(host, port),
        }
    }

    /// The user, unless it is the default one.
    #[must_use]
    pub fn user(&self) -> Option<String> {
        let user = self.0.username();
        (!user.is_empty()).then(|| decoded(user))
    }

    /// The database's number.
    #[must_use]
    pub fn database(&self) -> u32 {
        database(&self.0).unwrap_or_default()
    }
}

/// Without a password, even if somebody asks for every detail.
impl fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisUrl({self})")
    }
}

impl From<RedisUrl> for String {
    fn from(url: RedisUrl) -> Self {
        url.0.into()
    }
}

impl TryFrom<String> for RedisUrl {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        match Self::with_password(&text)? {
            (url, None) => Ok(url),
            (_, Some(_)) => Err(InvalidValue::new(
                "a password does not belong in a settings file: set `DOCGEN_REDIS_PASSWORD`, or the \
                 whole URL as `DOCGEN_REDIS_URL`, in the environment or in `.env`"
                    .to_owned(),
            )),
        }
    }
}

impl FromStr for RedisUrl {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        text.to_owned().try_into()
    }
}

/// The number after the host, 0 if there is none; `None` if something else is there.
fn database(url: &Url) -> Option<u32> {
    match url.path().trim_matches('/') {
        "" => Some(0),
        // A path is percent-encoded, which no number is.
        number => number.parse().ok(),
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let url = |text: &str| text.parse::<RedisUrl>().unwrap();
        let plain = url("redis://cache.example");
        assert_eq!(
            plain.address(),
            RedisAddress::Plain("cache.example".to_owned(), 6379)
        );
        assert_eq!((plain.user(), plain.database()), (None, 0));
        let tls = url("rediss://ci%40shop@[::1]:6380/3");
        assert_eq!(tls.address(), RedisAddress::Tls("::1".to_owned(), 6380));
        assert_eq!(
            (tls.user().as_deref(), tls.database()),
            (Some("ci@shop"), 3)
        );
        let socket = url("unix:///run/redis%20server.sock");
        let path = PathBuf::from("/run/redis server.sock");
        assert_eq!(socket.address(), RedisAddress::Socket(path));
    }

    #[test]
    fn a_password_is_given_apart_and_never_shown() {
        let (url, password) =
            RedisUrl::with_password("rediss://ci:hid%2Fden@cache.example:6380/1").unwrap();
        assert_eq!(password.unwrap().expose_secret(), "hid/den");
        let shown = format!("{url} {url:?} {}", String::from(url.clone()));
        assert!(
            shown.contains("rediss://ci@cache.example:6380/1"),
            "{shown}"
        );
        assert!(!shown.contains("hid"), "{shown}");
        let error = "redis://:hidden@cache.example".parse::<RedisUrl>();
        let error = error.unwrap_err().to_string();
        assert!(error.contains("DOCGEN_REDIS_PASSWORD"), "{error}");
        assert!(!error.contains("hidden"), "{error}");
    }

    #[test]
    fn what_is_no_address_is_refused_without_being_repeated() {
        for text in [
            "hidden",
            "http://hidden.example",
            "redis://",
            "redis:///hidden",
            "redis://host/hidden",
            "redis://host?hidden=1",
            "rediss://host/#hidden",
            "unix://hidden/run/redis.sock",
            "unix:",
        ] {
            let error = text.parse::<RedisUrl>().unwrap_err().to_string();
            assert!(
                error.starts_with("not the URL of a Redis server"),
                "{error}"
            );
            assert!(!error.contains("hidden"), "{error}");
        }
    }
}
