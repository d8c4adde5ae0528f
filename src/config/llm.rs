//! The resolved settings of what reaches a model.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use super::redis::{Redis, SharedCache};
use super::resolved::{count, positive};

/// Who writes the words.
#[derive(Debug, Clone)]
pub enum Provider {
    /// Drafts from the code alone: no key, no network.
    Offline,
    /// A model behind an HTTP endpoint.
    Model(Box<Llm>),
}

/// A model behind one or several HTTP endpoints, and how it may be used.
#[derive(Debug, Clone)]
pub struct Llm {
    /// Where the model is served; at least one. The work spreads over them by what is left of each
    /// one's quota.
    pub deployments: Vec<Deployment>,
    /// The server that holds the quotas for all machines that share them.
    pub shared_quota: Option<Redis>,
    /// What the answers are shared through with other machines.
    pub shared_cache: Option<SharedCache>,
    /// When and how often a request is sent again.
    pub retry: Retry,
    /// How the network is used.
    pub network: Network,
    /// Sampling temperature; not sent unless set, since reasoning models reject it.
    pub temperature: Option<f64>,
    /// Reasoning effort (`none` to `max`); not sent unless set.
    pub reasoning_effort: Option<String>,
    /// What finds examples by their meaning.
    pub embeddings: Option<Embeddings>,
    /// What finds examples in place of docgen's own index.
    pub search: Option<AzureSearch>,
}

/// A deployment of an embedding model.
#[derive(Debug, Clone)]
pub struct Embeddings {
    /// Where it is.
    pub deployment: Deployment,
    /// Shorter vectors than its own, where it can make them.
    pub dimensions: Option<NonZeroU32>,
}

/// An index of Azure AI Search.
#[derive(Debug, Clone)]
pub struct AzureSearch {
    /// The service's address.
    pub endpoint: url::Url,
    /// The index.
    pub index: String,
    /// What the project is called there, if the settings say it.
    pub project: Option<String>,
    /// The dated version of the interface.
    pub api_version: String,
    /// What proves who is asking.
    pub credential: Credential,
}

impl Llm {
    /// What reaches the embedding model, if there is one.
    #[must_use]
    pub fn of_embeddings(&self) -> Option<Self> {
        let embeddings = self.embeddings.as_ref()?;
        Some(Self {
            deployments: vec![embeddings.deployment.clone()],
            ..self.clone()
        })
    }

    /// Requests in flight at once over all deployments, at most.
    #[must_use]
    pub fn max_concurrency(&self) -> usize {
        let most = self
            .deployments
            .iter()
            .map(|one| one.quota.max_concurrency.get());
        most.fold(0, usize::saturating_add)
    }
}

/// One place where the model is served.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// The address and its dialect.
    pub surface: Surface,
    /// What proves who is asking; servers on loopback often want none.
    pub credential: Option<Credential>,
    /// What it allows.
    pub quota: Quota,
    /// The model behind it, if the settings say it.
    pub model: Option<String>,
    /// What its tokens cost, as far as the settings say it.
    pub price: PriceSetting,
}

/// What settings say of what tokens cost, in US dollars for a million.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PriceSetting {
    /// Of prompts.
    pub input: Option<f64>,
    /// Of prompts, where the service's cache has them.
    pub cached_input: Option<f64>,
    /// Of prompts that the service's cache takes in.
    pub cache_write: Option<f64>,
    /// Of replies, reasoning included.
    pub output: Option<f64>,
}

impl Deployment {
    /// What it is called: the deployment's name, or the model's.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.surface {
            Surface::AzureV1 { deployment, .. } | Surface::AzureClassic { deployment, .. } => {
                deployment
            }
            Surface::OpenAi { model, .. } => model,
        }
    }
}

/// How the network is used. Proxies are the environment's (`HTTPS_PROXY` and its kin).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Time to open a connection: a proxy's tunnel and the TLS handshake are part of it.
    pub connect_timeout: Duration,
    /// Time without a single byte from the server.
    pub read_timeout: Duration,
    /// Time for one attempt, from sending to the last byte.
    pub request_timeout: Duration,
    /// Where the certificates of the authorities are that are trusted in place of the system's;
    /// empty leaves the system's.
    pub authorities: Vec<Authorities>,
    /// Headers of every request besides those that the protocol has.
    pub headers: Vec<(&'static str, String)>,
}

/// Certificates of authorities: a PEM file, or a folder of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorities {
    /// The file or folder.
    pub path: PathBuf,
    /// Which setting or variable names it.
    pub named_by: &'static str,
    /// It is one of a list of folders, of which some may be missing or empty, as OpenSSL has it.
    pub is_of_list: bool,
}

/// The address of a chat-completions endpoint and the dialect it speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Surface {
    /// `{endpoint}/openai/v1/chat/completions`, the deployment in the body.
    AzureV1 {
        /// The resource's address, without `/openai`.
        endpoint: url::Url,
        /// The deployment's name.
        deployment: String,
    },
    /// `{endpoint}/openai/deployments/{deployment}/chat/completions?api-version=…`.
    AzureClassic {
        /// The resource's address, without `/openai`.
        endpoint: url::Url,
        /// The deployment's name.
        deployment: String,
        /// A dated version such as `2024-10-21`.
        api_version: String,
    },
    /// `{base_url}/chat/completions`: OpenAI, Ollama, vLLM, llama.cpp, `LiteLLM`.
    OpenAi {
        /// The address up to and with `/v1`.
        base_url: url::Url,
        /// The model's name.
        model: String,
    },
}

/// What proves who is asking.
#[derive(Debug, Clone)]
pub enum Credential {
    /// Azure's `api-key` header.
    ApiKey(SecretString),
    /// `Authorization: Bearer`: an Entra token, or an OpenAI key.
    Bearer(SecretString),
    /// `Authorization: Bearer` with tokens that Microsoft Entra ID gives and that run out.
    Entra(Entra),
}

/// Who asks Microsoft Entra ID for tokens, and what for.
#[derive(Debug, Clone)]
pub struct Entra {
    /// Who asks.
    pub identity: Identity,
    /// What the tokens are for, such as `https://ai.azure.com/.default`; by the endpoint's host if
    /// unset.
    pub scope: Option<String>,
}

/// Somebody known to Microsoft Entra ID.
#[derive(Debug, Clone)]
pub enum Identity {
    /// An application with a secret.
    ClientSecret {
        /// The application.
        application: Application,
        /// Its secret.
        secret: SecretString,
    },
    /// An application that another party vouches for: Kubernetes, or a CI service.
    Workload {
        /// The application.
        application: Application,
        /// The file with the other party's token, which that party renews.
        token_file: PathBuf,
    },
    /// The machine or service that docgen runs on in Azure.
    Managed {
        /// The identity's client id, if the machine has more than its own.
        client: Option<String>,
    },
    /// Whoever is signed in to the Azure CLI (`az`), or else to the Azure Developer CLI (`azd`).
    Cli {
        /// The tenant to ask for, if not the one signed in to.
        tenant: Option<String>,
    },
}

/// An application registered with Microsoft Entra ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The tenant's id or domain.
    pub tenant: String,
    /// The application's client id.
    pub client: String,
    /// Where tokens are given, if not where the endpoint's cloud has it.
    pub authority: Option<url::Url>,
}

/// What a deployment allows; `None` leaves that side unlimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Requests in a minute.
    pub requests_per_minute: Option<NonZeroU32>,
    /// Tokens in a minute, counted as Azure admits them: the prompt's estimate and the output limit.
    pub tokens_per_minute: Option<NonZeroU32>,
    /// Requests in flight at once, at most.
    pub max_concurrency: NonZeroUsize,
}

impl Default for Quota {
    fn default() -> Self {
        Self {
            requests_per_minute: None,
            tokens_per_minute: None,
            max_concurrency: count(256),
        }
    }
}

/// When and how often a request is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Attempts in all, the first one counted.
    pub max_attempts: NonZeroU32,
    /// The first backoff's upper bound; each further one doubles.
    pub initial_backoff: Duration,
    /// No backoff is longer.
    pub max_backoff: Duration,
    /// A longer `Retry-After` ends the request with a quota error.
    pub max_retry_after: Duration,
    /// From the first attempt on; no attempt starts later.
    pub deadline: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            max_attempts: positive(6),
            initial_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(30),
            max_retry_after: Duration::from_mins(2),
            deadline: Duration::from_mins(10),
        }
    }
}
