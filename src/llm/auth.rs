//! What proves who is asking.

#[cfg(feature = "entra")]
mod entra;
#[cfg(not(feature = "entra"))]
#[path = "auth/no_entra.rs"]
mod entra;
pub(super) mod scope;
mod token;

use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::error::{LlmError, Target};
use crate::config::{self, Credential, Identity, Network};
use entra::Entra;
use scope::Scopes;
use token::Token;

/// The credentials of a run. Deployments that ask Microsoft Entra ID as the same identity for the
/// same thing share the token.
pub(super) struct Credentials<'a> {
    http: &'a reqwest::Client,
    network: &'a Network,
    shared: Vec<Shared>,
}

/// A token, and whose it is for what. The environment sets up one identity of a kind.
struct Shared {
    identity: Discriminant<Identity>,
    scopes: Scopes,
    token: Arc<Token<Entra>>,
}

impl<'a> Credentials<'a> {
    /// Tokens are asked for with `http`, or with a client of their own that is like it where no
    /// proxy may come between.
    pub(super) fn new(http: &'a reqwest::Client, network: &'a Network) -> Self {
        Self {
            http,
            network,
            shared: Vec::new(),
        }
    }

    /// Takes a credential that a header can carry; without one, requests go without. Nothing is
    /// sent yet.
    pub(super) fn auth(
        &mut self,
        credential: Option<&Credential>,
        target: &Target,
    ) -> Result<Auth, LlmError> {
        Ok(Auth(match credential {
            None => Proof::None,
            Some(Credential::ApiKey(key)) => {
                Proof::fixed(HeaderName::from_static("api-key"), "", key, target)?
            }
            Some(Credential::Bearer(token)) => Proof::fixed(AUTHORIZATION, BEARER, token, target)?,
            Some(Credential::Entra(entra)) => Proof::Token(self.token(entra, target)?),
        }))
    }

    fn token(
        &mut self,
        entra: &config::Entra,
        target: &Target,
    ) -> Result<Arc<Token<Entra>>, LlmError> {
        let identity = discriminant(&entra.identity);
        let scopes = Scopes::new(entra.scope.as_deref(), &target.host);
        let is_same = |one: &&Shared| one.identity == identity && one.scopes == scopes;
        if let Some(one) = self.shared.iter().find(is_same) {
            return Ok(one.token.clone());
        }
        let authority = scope::authority(&target.host);
        let issuer = Entra::new(&entra.identity, authority, self.http, self.network)?;
        let token = Arc::new(Token::new(issuer, scopes.clone()));
        self.shared.push(Shared {
            identity,
            scopes,
            token: token.clone(),
        });
        Ok(token)
    }
}

/// What stands before a token in its header.
const BEARER: &str = "Bearer ";

/// What proves to one deployment who is asking.
pub(super) struct Auth(Proof);

enum Proof {
    None,
    Fixed {
        header: (HeaderName, HeaderValue),
        secret: SecretString,
    },
    Token(Arc<Token<Entra>>),
}

impl Proof {
    fn fixed(
        name: HeaderName,
        prefix: &str,
        secret: &SecretString,
        target: &Target,
    ) -> Result<Self, LlmError> {
        let secret = SecretString::from(secret.expose_secret().trim());
        let value =
            sensitive(prefix, &secret).ok_or_else(|| LlmError::BadCredential(target.clone()))?;
        Ok(Self::Fixed {
            header: (name, value),
            secret,
        })
    }
}

impl Auth {
    /// The header that proves who is asking. Waits for a token if there is none that lasts.
    pub(super) async fn header(&self) -> Result<Option<(HeaderName, HeaderValue)>, LlmError> {
        match &self.0 {
            Proof::None => Ok(None),
            Proof::Fixed { header, .. } => Ok(Some(header.clone())),
            Proof::Token(token) => Ok(Some((AUTHORIZATION, token.header().await?))),
        }
    }

    /// Takes a 401 and its words to heart. Says whether another attempt has something else to
    /// prove itself with: a token that was revoked or had run out is asked for anew, and one for
    /// the wrong audience is asked for with the other scope, once.
    ///
    /// Several requests may have been sent with the token that was rejected, and each is told that
    /// another attempt may help, so a caller bounds how often it asks for one request.
    pub(super) fn rejected(&self, message: &str) -> bool {
        match &self.0 {
            Proof::None | Proof::Fixed { .. } => false,
            Proof::Token(token) => token.rejected(message),
        }
    }

    /// `text` without the secret, should a server repeat it in its answer.
    pub(super) fn redact(&self, text: String) -> String {
        match &self.0 {
            Proof::None => text,
            Proof::Fixed { secret, .. } => without(text, secret),
            Proof::Token(token) => token.redact(text),
        }
    }
}

/// A header's value with a secret in it; `None` if no header can carry the secret.
fn sensitive(prefix: &str, secret: &SecretString) -> Option<HeaderValue> {
    let secret = secret.expose_secret();
    if secret.is_empty() {
        return None;
    }
    let mut value = HeaderValue::from_str(&format!("{prefix}{secret}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// `text` with the secret struck out.
fn without(text: String, secret: &SecretString) -> String {
    let secret = secret.expose_secret();
    if secret.is_empty() || !text.contains(secret) {
        return text;
    }
    text.replace(secret, "[key]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::error::Service;

    fn auth(credential: &Credential) -> Result<Auth, LlmError> {
        let network = Network {
            connect_timeout: std::time::Duration::from_secs(1),
            read_timeout: std::time::Duration::from_secs(1),
            request_timeout: std::time::Duration::from_secs(1),
            authorities: Vec::new(),
            headers: Vec::new(),
        };
        let target = Target {
            service: Service::OpenAi,
            name: "m".into(),
            host: "localhost:8000".into(),
        };
        let http = crate::llm::http::client(&network).unwrap();
        Credentials::new(&http, &network).auth(Some(credential), &target)
    }

    #[tokio::test]
    async fn keys_are_sensitive_and_redacted() {
        let auth = auth(&Credential::Bearer(SecretString::from(" sk-123\n"))).unwrap();
        let (name, value) = auth.header().await.unwrap().unwrap();
        assert_eq!(name, AUTHORIZATION);
        assert!(value.is_sensitive() && !format!("{value:?}").contains("sk-123"));
        assert_eq!(value, "Bearer sk-123");
        assert_eq!(auth.redact("no sk-123!".to_owned()), "no [key]!");
        assert!(!auth.rejected("audience"), "there is no other key");
    }

    #[test]
    fn a_key_that_no_header_can_carry_is_not_shown() {
        let broken = Credential::ApiKey(SecretString::from("a\nb"));
        let error = auth(&broken).err().unwrap();
        assert!(matches!(error, LlmError::BadCredential(_)));
        assert!(!error.to_string().contains('\n'));
    }
}
