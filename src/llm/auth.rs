//! What proves who is asking.

use std::future::{Future, ready};

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::error::{LlmError, Target};
use crate::config::Credential;

/// What proves to one deployment who is asking.
pub(super) struct Auth {
    header: Option<(HeaderName, HeaderValue)>,
    secret: Option<SecretString>,
}

impl Auth {
    /// Takes a credential that a header can carry; without one, requests go without.
    pub(super) fn new(credential: Option<&Credential>, target: &Target) -> Result<Self, LlmError> {
        let (header, secret) = match credential {
            None => (None, None),
            Some(credential) => {
                let (header, secret) = auth_header(credential, target)?;
                (Some(header), Some(secret))
            }
        };
        Ok(Self { header, secret })
    }

    /// The header that proves who is asking.
    pub(super) fn header(
        &self,
    ) -> impl Future<Output = Result<Option<(HeaderName, HeaderValue)>, LlmError>> {
        ready(Ok(self.header.clone()))
    }

    /// `text` without the secret, should a server repeat it in its answer.
    pub(super) fn redact(&self, text: String) -> String {
        match &self.secret {
            Some(secret) if text.contains(secret.expose_secret()) => {
                text.replace(secret.expose_secret(), "[key]")
            }
            _ => text,
        }
    }
}

fn auth_header(
    credential: &Credential,
    target: &Target,
) -> Result<((HeaderName, HeaderValue), SecretString), LlmError> {
    let (name, secret, prefix) = match credential {
        Credential::ApiKey(key) => (HeaderName::from_static("api-key"), key, ""),
        Credential::Bearer(token) => (AUTHORIZATION, token, "Bearer "),
    };
    let secret = secret.expose_secret().trim();
    if secret.is_empty() {
        return Err(LlmError::BadCredential(target.clone()));
    }
    let mut value = HeaderValue::from_str(&format!("{prefix}{secret}"))
        .map_err(|_| LlmError::BadCredential(target.clone()))?;
    value.set_sensitive(true);
    Ok(((name, value), SecretString::from(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::error::Service;

    #[tokio::test]
    async fn keys_are_sensitive_and_redacted() {
        let target = Target {
            service: Service::OpenAi,
            name: "m".into(),
            host: "localhost:8000".into(),
        };
        let key = Credential::Bearer(SecretString::from(" sk-123\n"));
        let auth = Auth::new(Some(&key), &target).unwrap();
        let (name, value) = auth.header().await.unwrap().unwrap();
        assert_eq!(name, AUTHORIZATION);
        assert!(value.is_sensitive());
        assert_eq!(value, "Bearer sk-123");
        assert_eq!(auth.redact("no sk-123!".to_owned()), "no [key]!");
        let broken = Credential::ApiKey(SecretString::from("a\nb"));
        let error = Auth::new(Some(&broken), &target).err().unwrap();
        assert!(matches!(error, LlmError::BadCredential(_)));
        assert!(!error.to_string().contains('\n'));
    }
}
