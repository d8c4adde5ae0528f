//! Microsoft Entra ID on loopback, as far as applications ask it for tokens.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::loopback::{self, Authority, Loopback, Protocol};

/// A running authority, over TLS.
pub struct FakeEntra {
    front: Loopback,
    _plain: Loopback,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A question for a token.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The path, with the tenant in it.
    pub path: String,
    /// The fields of the form.
    pub form: BTreeMap<String, String>,
}

impl FakeEntra {
    /// Answers with what `answer` makes of the form: the status and the JSON.
    pub fn start(
        authority: &Authority,
        answer: impl Fn(&BTreeMap<String, String>) -> (u16, Value) + Send + Sync + 'static,
    ) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let questions = asked.clone();
        let plain = Loopback::http(move |head, body| {
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let form: BTreeMap<_, _> = url::form_urlencoded::parse(body.as_bytes())
                .into_owned()
                .collect();
            let (status, json) = answer(&form);
            questions.lock().unwrap().push(Asked { path, form });
            loopback::json(status, &json)
        });
        Self {
            front: Loopback::tls(authority, plain.address(), Protocol::Http1),
            _plain: plain,
            asked,
        }
    }

    /// Gives this token, for so many seconds.
    pub fn giving(authority: &Authority, token: &'static str, seconds: u32) -> Self {
        Self::start(authority, move |_| (200, token_json(token, seconds)))
    }

    /// The address that `AZURE_AUTHORITY_HOST` is to have.
    pub fn host(&self) -> String {
        format!("https://localhost:{}", self.front.address().port())
    }

    /// Where it listens.
    pub fn address(&self) -> std::net::SocketAddr {
        self.front.address()
    }

    /// Every question so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// An answer with a token.
pub fn token_json(token: &str, seconds: u32) -> Value {
    json!({
        "token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds,
        "access_token": token,
    })
}

/// An answer without one, as Entra words it.
pub fn fault_json(code: u32, words: &str) -> Value {
    json!({
        "error": "invalid_client",
        "error_description": format!(
            "AADSTS{code}: {words} Trace ID: 00000000-0000-0000-0000-000000000000 \
             Correlation ID: 00000000-0000-0000-0000-000000000001 Timestamp: 2026-01-01 00:00:00Z"
        ),
        "error_codes": [code],
    })
}
