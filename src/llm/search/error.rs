//! Why Azure AI Search could not be used.

use super::super::error::{Failure, LlmError};

/// Why Azure AI Search could not be used. Text that came from the server is bounded and has its control
/// characters escaped; no message holds a key.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The client or the credentials cannot be set up.
    #[error(transparent)]
    Client(#[from] LlmError),
    /// 401: nobody may ask with these credentials.
    #[error("Azure AI Search at {host} rejected the credentials: {message}")]
    Unauthorized {
        /// Who answered.
        host: String,
        /// The server's words.
        message: String,
    },
    /// 403: this caller may not do it, or not from here.
    #[error("Azure AI Search at {host} denied access: {message}")]
    Forbidden {
        /// Who answered.
        host: String,
        /// The server's words.
        message: String,
    },
    /// 404: there is no such index, service or version.
    #[error("the index `{index}` was not found at {host}: {message}")]
    NotFound {
        /// Who answered.
        host: String,
        /// The index.
        index: String,
        /// The server's words.
        message: String,
    },
    /// The index was made for something else.
    #[error("the index `{0}` is not one of docgen's: {1}")]
    OtherIndex(String, String),
    /// Another status that no repetition will change.
    #[error("Azure AI Search at {host} answered with HTTP status {status}: {message}")]
    Rejected {
        /// Who answered.
        host: String,
        /// The status.
        status: u16,
        /// The server's words.
        message: String,
    },
    /// The server's certificate is not trusted, or not for this host.
    #[error("{host} has a certificate that cannot be trusted: {message}")]
    Untrusted {
        /// Who answered.
        host: String,
        /// What is wrong with it.
        message: String,
    },
    /// The proxy on the way wants a user and a password.
    #[error("the proxy on the way to {0} wants a user and a password (407)")]
    ProxyDenied(String),
    /// Every attempt failed in a way that another might not.
    #[error("Azure AI Search at {host} did not do it in {attempts} attempts: {last}")]
    Unanswered {
        /// Who was asked.
        host: String,
        /// How often.
        attempts: u32,
        /// What the last attempt met.
        last: Failure,
    },
    /// An answer that cannot be read.
    #[error("Azure AI Search at {host} gave an answer that cannot be read: {fault}")]
    Odd {
        /// Who answered.
        host: String,
        /// What is wrong with it.
        fault: String,
    },
}

impl SearchError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Client(error) => return error.hint(),
            Self::Unauthorized { .. } => {
                "check that `AZURE_SEARCH_API_KEY` is a key of the service that \
                 `examples.azure_search.endpoint` names"
            }
            Self::Forbidden { .. } => {
                "a query key may only search: give an admin key in `AZURE_SEARCH_API_KEY`, or the \
                 identity the roles `Search Service Contributor` and `Search Index Data Contributor`; \
                 and check the service's firewall, and that it takes keys at all"
            }
            Self::NotFound { .. } => {
                "check `examples.azure_search.endpoint` and `api_version`; with a query key the index \
                 has to be there already"
            }
            Self::OtherIndex(..) => {
                "name another index in `examples.azure_search.index`, or delete this one, so that docgen \
                 makes it anew"
            }
            Self::Untrusted { .. } => {
                "let `network.ca_bundle` or `SSL_CERT_FILE` name a PEM file with the certificate \
                 authority of your network"
            }
            Self::ProxyDenied(_) => {
                "give them in `HTTPS_PROXY`, as `http://USER:PASSWORD@HOST:PORT`, or name the host in \
                 `NO_PROXY`"
            }
            Self::Unanswered { .. } => {
                "check the host in `examples.azure_search.endpoint` and the network; a small service may \
                 have too little room for the documents of a large project"
            }
            Self::Rejected { .. } | Self::Odd { .. } => {
                "check `examples.azure_search.endpoint` and `api_version`"
            }
        };
        Some(hint.to_owned())
    }
}
