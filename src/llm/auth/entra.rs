//! Tokens of Microsoft Entra ID, by way of Azure's own library over docgen's own HTTP client.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{AccessToken, Secret, TokenCredential};
use azure_core::error::{Error, ErrorKind};
use azure_core::http::headers::{HeaderName, Headers};
use azure_core::http::{
    AsyncRawResponse, Body, ClientOptions, ExponentialRetryOptions, HttpClient, Request,
    RetryOptions, Transport,
};
use azure_core::time::OffsetDateTime;
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, AzureDeveloperCliCredential,
    AzureDeveloperCliCredentialOptions, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use secrecy::{ExposeSecret, SecretString};

use super::token::{Issued, Issuer};
use super::without;
use crate::config::{Application, Identity, Network};
use crate::llm::error::{LlmError, TokenSource, excerpt};
use crate::llm::http;
use crate::llm::transport::{certificate_error, chain};

/// Time for a token, every repetition included: the metadata service of a machine that has just
/// started wants more than a minute of patience.
const PATIENCE: Duration = Duration::from_secs(90);
/// Time for one answer of an authority.
const ONE_ANSWER: Duration = Duration::from_secs(30);
/// No answer with a token is longer.
const MAX_ANSWER_BYTES: usize = 1 << 20;

/// Asks for tokens as one identity. The library's own cache is left unused, since it cannot forget
/// a token that was rejected: every question has a credential of its own.
pub(super) struct Entra {
    identity: Identity,
    authority: String,
    transport: Transport,
}

impl Entra {
    /// `authority` is where tokens are given unless the identity says otherwise. Nothing is asked
    /// yet.
    pub(super) fn new(
        identity: &Identity,
        authority: &str,
        http: &reqwest::Client,
        network: &Network,
    ) -> Result<Self, LlmError> {
        // The metadata service is beside the machine, and no proxy leads there.
        let is_near = matches!(identity, Identity::Managed { .. });
        let http = if is_near {
            http::without_proxy(network)?
        } else {
            http.clone()
        };
        Ok(Self {
            identity: identity.clone(),
            authority: authority.to_owned(),
            transport: Transport::new(Arc::new(Carrier { http, is_near })),
        })
    }

    async fn ask(&self, scope: &str) -> azure_core::Result<AccessToken> {
        match &self.identity {
            Identity::ClientSecret {
                application,
                secret,
            } => {
                let options = ClientSecretCredentialOptions {
                    client_options: self.options(Some(application)),
                };
                let credential = ClientSecretCredential::new(
                    &application.tenant,
                    application.client.clone(),
                    Secret::new(secret.expose_secret().to_owned()),
                    Some(options),
                )?;
                credential.get_token(&[scope], None).await
            }
            Identity::Workload {
                application,
                token_file,
            } => {
                let options = WorkloadIdentityCredentialOptions {
                    credential_options: ClientAssertionCredentialOptions {
                        client_options: self.options(Some(application)),
                    },
                    client_id: Some(application.client.clone()),
                    tenant_id: Some(application.tenant.clone()),
                    token_file_path: Some(token_file.clone()),
                };
                let credential = WorkloadIdentityCredential::new(Some(options))?;
                credential.get_token(&[scope], None).await
            }
            Identity::Managed { client } => {
                let options = ManagedIdentityCredentialOptions {
                    user_assigned_id: client.clone().map(UserAssignedId::ClientId),
                    client_options: self.options(None),
                };
                let credential = ManagedIdentityCredential::new(Some(options))?;
                credential.get_token(&[scope], None).await
            }
            Identity::Cli { tenant } => ask_tools(tenant.as_deref(), scope).await,
        }
    }

    fn options(&self, application: Option<&Application>) -> ClientOptions {
        let given = application.and_then(|one| one.authority.as_ref());
        let mut cloud = CustomConfiguration::default();
        cloud.authority_host = given.map_or_else(|| self.authority.clone(), ToString::to_string);
        ClientOptions {
            cloud: Some(Arc::new(CloudConfiguration::Custom(cloud))),
            retry: RetryOptions::exponential(ExponentialRetryOptions {
                max_retries: 3,
                ..ExponentialRetryOptions::default()
            }),
            transport: Some(self.transport.clone()),
            ..ClientOptions::default()
        }
    }

    fn source(&self) -> TokenSource {
        match &self.identity {
            Identity::ClientSecret { .. } => TokenSource::ClientSecret,
            Identity::Workload { .. } => TokenSource::Workload,
            Identity::Managed { .. } => TokenSource::Managed,
            Identity::Cli { .. } => TokenSource::Cli,
        }
    }

    fn no_token(&self, message: String) -> LlmError {
        let message = match &self.identity {
            Identity::ClientSecret { secret, .. } => without(message, secret),
            _ => message,
        };
        LlmError::NoToken {
            by: self.source(),
            message: excerpt(&message),
        }
    }
}

impl Issuer for Entra {
    async fn issue(&self, scope: &str) -> Result<Issued, LlmError> {
        tracing::debug!("asking {} for a token for {scope}", self.source());
        let token = tokio::time::timeout(PATIENCE, self.ask(scope))
            .await
            .map_err(|_| self.no_token(format!("no answer within {} s", PATIENCE.as_secs())))?
            .map_err(|error| self.no_token(reasons(&error)))?;
        let lifetime = token.expires_on - OffsetDateTime::now_utc();
        Ok(Issued {
            secret: SecretString::from(token.token.secret()),
            // One that has run out lasts no time.
            lifetime: lifetime.try_into().unwrap_or_default(),
        })
    }

    fn unfit(&self) -> LlmError {
        self.no_token("it holds a character that no HTTP header may carry".to_owned())
    }
}

/// Asks the Azure CLI, and if nobody is signed in there, the Azure Developer CLI.
async fn ask_tools(tenant: Option<&str>, scope: &str) -> azure_core::Result<AccessToken> {
    let az = AzureCliCredential::new(Some(AzureCliCredentialOptions {
        tenant_id: tenant.map(str::to_owned),
        ..AzureCliCredentialOptions::default()
    }))?;
    let first = match az.get_token(&[scope], None).await {
        Ok(token) => return Ok(token),
        Err(error) => reasons(&error),
    };
    let azd = AzureDeveloperCliCredential::new(Some(AzureDeveloperCliCredentialOptions {
        tenant_id: tenant.map(str::to_owned),
        ..AzureDeveloperCliCredentialOptions::default()
    }))?;
    let second = match azd.get_token(&[scope], None).await {
        Ok(token) => return Ok(token),
        Err(error) => reasons(&error),
    };
    let is_absent = |reason: &str| reason.ends_with("not found on PATH");
    let message = match (is_absent(&first), is_absent(&second)) {
        (true, true) => "neither `az` nor `azd` is found on PATH".to_owned(),
        (false, true) => first,
        (true, false) => second,
        (false, false) => format!("{first}; azd: {second}"),
    };
    Err(Error::with_message(ErrorKind::Credential, message))
}

/// What the library only says around the reason.
const FRAMES: [&str; 2] = ["retry policy expired", "non-transport error"];

/// The reasons of an error, the innermost last. Outer ones that merely repeat an inner one are left
/// out, and so is the number that only Microsoft's support can make use of.
fn reasons(error: &Error) -> String {
    let mut all = vec![error.to_string()];
    let sources = std::iter::successors(error.source(), |error| (*error).source());
    all.extend(sources.map(ToString::to_string));
    let mut kept: Vec<&str> = Vec::new();
    for (index, reason) in all.iter().enumerate() {
        let is_frame = FRAMES.iter().any(|frame| reason.starts_with(frame));
        let inner = all.get(index + 1..).unwrap_or_default();
        let repeats = inner.iter().any(|inner| reason.contains(inner.trim()));
        if !is_frame && !repeats {
            kept.push(reason);
        }
    }
    let joined = kept.join(": ");
    let end = joined.find(" Trace ID:").unwrap_or(joined.len());
    joined[..end].trim().to_owned()
}

/// Carries the library's requests over docgen's HTTP client, and so through its proxies and with
/// its certificates.
struct Carrier {
    http: reqwest::Client,
    /// Whoever answers stands beside the machine, or is not there at all.
    is_near: bool,
}

impl std::fmt::Debug for Carrier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Carrier").finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl HttpClient for Carrier {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let other = |message: &str| Error::with_message(ErrorKind::Other, message.to_owned());
        let method = reqwest::Method::from_bytes(request.method().as_ref().as_bytes())
            .map_err(|_| other("not an HTTP method"))?;
        let Body::Bytes(body) = request.body() else {
            return Err(other("a stream cannot be sent"));
        };
        let mut sent = self
            .http
            .request(method, request.url().clone())
            .timeout(ONE_ANSWER)
            .body(body.clone());
        for (name, value) in request.headers().iter() {
            sent = sent.header(name.as_str(), value.as_str());
        }
        let mut answer = sent.send().await.map_err(|error| self.broken(&error))?;
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.broken(&error))? {
            if bytes.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(other("the answer is too long"));
            }
            bytes.extend_from_slice(&chunk);
        }
        let mut headers = Headers::new();
        for (name, value) in answer.headers() {
            if let Ok(value) = value.to_str() {
                headers.insert(HeaderName::from(name.as_str().to_owned()), value.to_owned());
            }
        }
        let status = answer.status().as_u16().into();
        Ok(AsyncRawResponse::from_bytes(status, headers, bytes))
    }
}

impl Carrier {
    /// An error of the network; the library repeats a request after those that may pass.
    fn broken(&self, error: &reqwest::Error) -> Error {
        let host = error.url().and_then(|url| url.host_str()).unwrap_or("it");
        let (kind, message) = match certificate_error(error) {
            Some(certificate) => (
                ErrorKind::Other,
                format!("{host} has a certificate that cannot be trusted: {certificate}"),
            ),
            None if error.is_connect() && error.is_timeout() && self.is_near => (
                ErrorKind::Other,
                format!("there is nothing at {host}: {}", chain(error)),
            ),
            None if error.is_connect() => (
                ErrorKind::Connection,
                format!("cannot connect to {host}: {}", chain(error)),
            ),
            None => (
                ErrorKind::Io,
                format!("no answer from {host}: {}", chain(error)),
            ),
        };
        Error::with_message(kind, message)
    }
}
