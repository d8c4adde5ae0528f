//! The keys that say which services are asked over the network, and how.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use crate::config::azure_endpoint::AzureEndpoint;
use crate::config::choices::{AzureApi, AzureAuth, MaxSource, ReasoningEffort};
use crate::config::redis::RedisUrl;
use crate::config::texts::{HttpUrl, IndexName, Name};
use crate::config::values::{ContextWindow, Dollars, Temperature};

layers! {
    /// Azure OpenAI, used when `provider` is `azure`.
    PartialAzure {
        keys: {
            /// The resource's address, such as `https://my-resource.openai.azure.com`.
            endpoint: AzureEndpoint,
            /// The deployment's name.
            deployment: Name,
            /// The model behind the deployment, such as `gpt-4.1-mini`, which its name does not tell; unset,
            /// what the service says.
            model: Name,
            /// Which route is spoken: `v1` or `classic`.
            api: AzureApi,
            /// The dated version of the classic route; `v1` has none.
            api_version: Name,
            /// What proves who is asking: `auto`, `key`, `token`, `entra`, `managed-identity` or `cli`.
            auth: AzureAuth,
            /// A file that holds the resource's key alone, relative to the settings' folder.
            key_file: PathBuf,
            /// What a token of Microsoft Entra ID is for; unset, the endpoint's host says it.
            scope: Name,
            /// Several deployments of one model, in this resource or others, that share the work.
            deployments: Vec<PartialDeployment>,
        }
    }

    /// One of several deployments; what it leaves out is as for Azure OpenAI at large.
    PartialDeployment {
        keys: {
            /// The resource's address.
            endpoint: AzureEndpoint,
            /// The deployment's name.
            deployment: Name,
            /// The model behind the deployment.
            model: Name,
            /// Which route is spoken: `v1` or `classic`.
            api: AzureApi,
            /// The dated version of the classic route.
            api_version: Name,
            /// What proves who is asking.
            auth: AzureAuth,
            /// The environment variable that holds the resource's key.
            key_variable: Name,
            /// Requests in a minute, at least 1.
            requests_per_minute: NonZeroU32,
            /// Tokens in a minute, at least 1.
            tokens_per_minute: NonZeroU32,
            /// What its tokens cost.
            price: PartialPrice,
        }
    }

    /// `OpenAI` or a compatible server, used when `provider` is `openai`.
    PartialOpenAi {
        keys: {
            /// The server's address up to and with `/v1`.
            base_url: HttpUrl,
            /// The model's name.
            model: Name,
            /// A file that holds the key alone, relative to the settings' folder.
            key_file: PathBuf,
            /// The organization that pays, of those that the key belongs to.
            organization: Name,
            /// The project that pays, of those that the key belongs to.
            project: Name,
        }
    }

    /// What is asked of the model.
    PartialModel {
        keys: {
            /// Sampling temperature, 0 to 2; not sent unless set, since reasoning models reject it.
            temperature: Temperature,
            /// Reasoning effort, `none` to `max`; not sent unless set.
            reasoning_effort: ReasoningEffort,
            /// How much of the source the model is shown: `none`, `signature` or `full`.
            max_source: MaxSource,
            /// Tokens that the model takes in one request, prompt and reply together, at least 4096.
            context_window: ContextWindow,
        }
    }

    /// What the deployment allows.
    PartialQuota {
        keys: {
            /// Requests in a minute, at least 1; unset is unlimited.
            requests_per_minute: NonZeroU32,
            /// Tokens in a minute, at least 1; unset is unlimited.
            tokens_per_minute: NonZeroU32,
            /// Requests in flight at once to one deployment, at least 1; found out up to this.
            max_concurrency: NonZeroUsize,
            /// The Redis server that holds the quota for all machines that share it: `redis://`,
            /// `rediss://` (TLS) or `unix://`, without a password.
            redis_url: RedisUrl,
        }
    }

    /// What the model's tokens cost, in US dollars for a million; what is left out is as docgen's own
    /// table has it.
    PartialPrice {
        keys: {
            /// Of prompts.
            input: Dollars,
            /// Of prompts, where the service's cache has them.
            cached_input: Dollars,
            /// Of prompts that the service's cache takes in.
            cache_write: Dollars,
            /// Of replies, reasoning included.
            output: Dollars,
        }
    }

    /// When and how often a request is sent again.
    PartialRetry {
        keys: {
            /// Attempts in all, the first one counted, at least 1.
            max_attempts: NonZeroU32,
            /// Milliseconds that the first backoff lasts at most; each further one doubles.
            initial_backoff_ms: u32,
            /// Seconds that any backoff lasts at most.
            max_backoff_seconds: u32,
            /// Seconds of a `Retry-After` that are waited for; a longer one ends the request.
            max_retry_after_seconds: u32,
            /// Seconds from the first attempt after which none is started, at least 1.
            deadline_seconds: NonZeroU32,
        }
    }

    /// How long to wait for the network.
    PartialTimeouts {
        keys: {
            /// Seconds to open a connection, at least 1.
            connect_seconds: NonZeroU32,
            /// Seconds without a byte from the server, at least 1. A model sends none while it thinks.
            read_seconds: NonZeroU32,
            /// Seconds for one attempt, from sending to the last byte, at least 1.
            request_seconds: NonZeroU32,
        }
    }

    /// How the network is used.
    PartialNetwork {
        keys: {
            /// A PEM file, or a folder of them, with the certificate authorities to trust in place
            /// of the system's, relative to the settings' folder.
            ca_bundle: PathBuf,
        }
    }

    /// A deployment of an embedding model; what it leaves out is as for the one that writes the words.
    PartialEmbeddings {
        keys: {
            /// The deployment's name; with provider `openai` the model's.
            deployment: Name,
            /// The resource's address; with provider `openai` the server's, up to and with `/v1`.
            endpoint: HttpUrl,
            /// The environment variable that holds the resource's key.
            key_variable: Name,
            /// Which model is behind the deployment, which says what it costs.
            model: Name,
            /// Shorter vectors than the model's own, where it can make them, at least 1.
            dimensions: NonZeroU32,
            /// Requests in a minute, at least 1; unset is unlimited.
            requests_per_minute: NonZeroU32,
            /// Tokens in a minute, at least 1; unset is unlimited.
            tokens_per_minute: NonZeroU32,
        }
    }

    /// An index of Azure AI Search.
    PartialAzureSearch {
        keys: {
            /// The service's address, such as `https://my-service.search.windows.net`.
            endpoint: HttpUrl,
            /// The index, which is made if it is not there; several projects may share it.
            index: IndexName,
            /// What the project is called in the index; unset, a name that is made of its folder's.
            project: Name,
            /// The dated version of the service's interface.
            api_version: Name,
        }
    }
}
