//! Why a completion could not be had.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::budget::OverBudget;
use super::chat::Tokens;

/// Why a completion could not be had. Text that came from the server is bounded and has its
/// control characters escaped; no message holds a key.
#[derive(Debug, thiserror::Error)]
pub enum LlmError {
    /// The HTTP client cannot be built.
    #[error("cannot set up the HTTP client: {0}")]
    Setup(String),
    /// The endpoint is not an address that requests can be sent to.
    #[error("`{0}` cannot be the address of a chat endpoint")]
    BadEndpoint(String),
    /// The key cannot stand in an HTTP header.
    #[error("the key for {0} holds a character that no HTTP header may carry")]
    BadCredential(Target),
    /// Microsoft Entra ID gives no token to the identity that is set up.
    #[error("no token of Microsoft Entra ID by way of {by}: {message}")]
    NoToken {
        /// Who asked.
        by: TokenSource,
        /// Why there is none.
        message: String,
    },
    /// docgen was built without the feature `entra`, and there is no key.
    #[error("this docgen knows nothing of Microsoft Entra ID: it was built without it")]
    NoEntra,
    /// A content filter blocked the prompt.
    #[error("the content filter blocked the prompt{}", in_parentheses(.categories))]
    ContentFiltered {
        /// The filter's categories that struck, as far as the server names them.
        categories: Vec<String>,
    },
    /// Prompt and output limit together do not fit the model's context.
    #[error("the prompt is too long for the model")]
    ContextTooLong,
    /// The model spent its whole output limit without an answer.
    #[error("the model reached its output limit before it had an answer")]
    OutputLimit {
        /// It has more room when it is asked again.
        has_more_room: bool,
    },
    /// One request costs more than a minute's tokens.
    #[error("one request would take {cost} tokens, more than the quota of a minute has")]
    LargerThanQuota {
        /// What it would be admitted by, at the deployment with the largest quota.
        cost: Tokens,
    },
    /// Something between here and the deployment let other requests pass, and not this one.
    #[error("something before {target} blocked the request (HTTP status 403): {message}")]
    Blocked {
        /// Who should have answered.
        target: Target,
        /// The answer's words.
        message: String,
    },
    /// 401: nobody may ask with these credentials.
    #[error("{target} rejected the credentials: {message}")]
    Unauthorized {
        /// Who answered.
        target: Target,
        /// The server's words.
        message: String,
    },
    /// 403: this caller may not ask, or not from here.
    #[error("{target} denied access: {message}")]
    Forbidden {
        /// Who answered.
        target: Target,
        /// The server's words.
        message: String,
        /// The answer is none of the service's own, but a gateway's.
        is_foreign: bool,
    },
    /// 404: there is no such deployment, or no such path.
    #[error("{target} was not found: {message}")]
    NotFound {
        /// Who answered.
        target: Target,
        /// The server's words.
        message: String,
    },
    /// The deployment's model, or the API version, does not serve chat completions as asked.
    #[error("{target} does not serve this request: {message}")]
    Unsupported {
        /// Who answered.
        target: Target,
        /// The server's words.
        message: String,
    },
    /// 429 with a wait that is longer than a run should take, or for good.
    #[error("the quota of {target} is exhausted{}: {message}", for_a_while(*.retry_after))]
    QuotaExhausted {
        /// Who answered.
        target: Target,
        /// The wait the server asks for; `None` when waiting will not help.
        retry_after: Option<Duration>,
        /// The server's words.
        message: String,
    },
    /// 400 or 422 for another reason.
    #[error("{target} rejected the request: {message}")]
    BadRequest {
        /// Who answered.
        target: Target,
        /// The argument at fault, if the server names it.
        parameter: Option<String>,
        /// The server's words.
        message: String,
    },
    /// Another status that no repetition will change.
    #[error("{target} answered with HTTP status {status}: {message}")]
    Rejected {
        /// Who answered.
        target: Target,
        /// The status.
        status: u16,
        /// The server's words.
        message: String,
    },
    /// The server's certificate is not trusted, or not for this host.
    #[error("{target} has a certificate that cannot be trusted: {message}")]
    Untrusted {
        /// Who answered.
        target: Target,
        /// What is wrong with it.
        message: String,
    },
    /// The proxy on the way wants a user and a password, or others than it got.
    #[error("the proxy on the way to {0} wants a user and a password (407)")]
    ProxyDenied(Target),
    /// A variable that names a proxy holds no address of one. Its value, which may hold
    /// a password, is not repeated.
    #[error("`{variable}` is not the address of a proxy")]
    BadProxy {
        /// The variable.
        variable: String,
    },
    /// The certificates to trust cannot be had.
    #[error("the certificate authorities in `{}`, named by `{named_by}`, cannot be read: {reason}", visible(.path))]
    Authorities {
        /// The file or folder.
        path: PathBuf,
        /// The setting or variable that names it.
        named_by: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing more may be spent.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
    /// The client was closed before the request could be sent, or sent again.
    #[error("the run was stopped before it was answered")]
    Closed,
    /// Every attempt failed in a way that another might not.
    #[error("{target} gave no completion in {attempts} attempt{} over {:.1} s: {last}", plural(*.attempts), .elapsed.as_secs_f64())]
    RetriesExhausted {
        /// Who was asked.
        target: Target,
        /// How often.
        attempts: u32,
        /// From the first attempt to the last answer.
        elapsed: Duration,
        /// Nothing else can be expected to be answered either.
        is_outage: bool,
        /// What the last attempt met.
        last: Failure,
    },
}

impl LlmError {
    /// Whether every later request would fail the same way, so that a run had better stop.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::ContentFiltered { .. }
            | Self::ContextTooLong
            | Self::OutputLimit { .. }
            | Self::LargerThanQuota { .. }
            | Self::Blocked { .. }
            | Self::Closed => false,
            // What is wrong with an argument other than the messages is wrong for every prompt.
            Self::BadRequest { parameter, .. } => parameter
                .as_deref()
                .is_some_and(|name| !name.starts_with("messages") && name != "prompt"),
            Self::RetriesExhausted { is_outage, .. } => *is_outage,
            Self::Setup(_)
            | Self::BadEndpoint(_)
            | Self::BadCredential(_)
            | Self::NoToken { .. }
            | Self::NoEntra
            | Self::Unauthorized { .. }
            | Self::Forbidden { .. }
            | Self::NotFound { .. }
            | Self::Unsupported { .. }
            | Self::QuotaExhausted { .. }
            | Self::Rejected { .. }
            | Self::Untrusted { .. }
            | Self::ProxyDenied(_)
            | Self::BadProxy { .. }
            | Self::Authorities { .. }
            | Self::OverBudget(_) => true,
        }
    }

    /// Whether the run has done what its budget allows, and nothing is wrong.
    #[must_use]
    pub fn is_budget_used_up(&self) -> bool {
        matches!(self, Self::OverBudget(over) if over.is_used_up())
    }

    /// Whether one deployment is at fault, so that another may still serve.
    pub(super) fn is_of_deployment(&self) -> bool {
        matches!(
            self,
            Self::NoToken { .. }
                | Self::Unauthorized { .. }
                | Self::Forbidden { .. }
                | Self::NotFound { .. }
                | Self::Unsupported { .. }
                | Self::QuotaExhausted { .. }
                | Self::Rejected { .. }
                | Self::Untrusted { .. }
        )
    }
}

/// What one attempt met that another might not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// A status that passes: 408, 409, 429 or 5xx.
    #[error("HTTP status {status}: {message}")]
    Status {
        /// The status.
        status: u16,
        /// The server's words.
        message: String,
    },
    /// No answer in time.
    #[error("{stage} within {} s (`{}`)", .limit.as_secs(), .stage.setting())]
    Timeout {
        /// What there was no answer from.
        stage: Stage,
        /// How long it may take.
        limit: Duration,
    },
    /// No connection.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// The connection ended before the answer did.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// An answer that is not a completion.
    #[error("the answer is not a completion: {0}")]
    Malformed(String),
}

impl Failure {
    /// Whether the service may have done something that it bills.
    pub(super) fn may_be_billed(&self) -> bool {
        match self {
            Self::Status { status, .. } => matches!(status, 408 | 504),
            Self::Timeout { stage, .. } => *stage != Stage::Connect,
            Self::Connect(_) => false,
            Self::Broken(_) | Self::Malformed(_) => true,
        }
    }

    /// Whether nothing was reached at all.
    pub(super) fn is_connection(&self) -> bool {
        match self {
            Self::Connect(_) => true,
            Self::Timeout { stage, .. } => *stage == Stage::Connect,
            Self::Status { .. } | Self::Broken(_) | Self::Malformed(_) => false,
        }
    }
}

/// What a time limit is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Opening the connection, a proxy's tunnel and the TLS handshake with it.
    Connect,
    /// The next byte from the server.
    Silence,
    /// The answer from the first byte sent to the last one received.
    Whole,
}

impl Stage {
    /// The setting that has the limit.
    pub(super) fn setting(self) -> &'static str {
        match self {
            Self::Connect => "timeouts.connect_seconds",
            Self::Silence => "timeouts.read_seconds",
            Self::Whole => "timeouts.request_seconds",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "no connection",
            Self::Silence => "nothing came from the server",
            Self::Whole => "no complete answer",
        })
    }
}

/// How a token of Microsoft Entra ID is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenSource {
    /// With an application's secret.
    ClientSecret,
    /// With another party's word for an application.
    Workload,
    /// As a machine in Azure.
    Managed,
    /// As whoever is signed in to a command-line tool.
    Cli,
}

impl fmt::Display for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientSecret => "the client secret",
            Self::Workload => "the workload identity",
            Self::Managed => "the managed identity",
            Self::Cli => "the Azure CLI",
        })
    }
}

/// The deployment that is asked, as messages name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub(super) service: Service,
    pub(super) name: Arc<str>,
    pub(super) host: Arc<str>,
}

/// Whose settings lead to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Azure,
    OpenAi,
}

impl Target {
    /// The deployment's name, or the model's where there are no deployments.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host that it is asked at, with its port where that is not the usual one.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    #[cfg(test)]
    pub(crate) fn sample(name: &str, host: &str) -> Self {
        Self {
            service: Service::Azure,
            name: name.into(),
            host: host.into(),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` at {}", self.name, self.host)
    }
}

/// The longest text of a server's that a message repeats, in characters.
const EXCERPT: usize = 300;

/// `text` fit for a message: one line, bounded, nothing in it that moves a cursor or turns the
/// direction of writing.
pub(super) fn excerpt(text: &str) -> String {
    let mut out = String::new();
    let mut spaced = true;
    for (count, c) in text.trim().chars().enumerate() {
        if count == EXCERPT {
            out.push('…');
            break;
        }
        if c.is_whitespace() {
            if !spaced {
                out.push(' ');
            }
        } else if c.is_control() || is_invisible(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
        spaced = c.is_whitespace();
    }
    out
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

fn visible(path: &Path) -> String {
    excerpt(&path.to_string_lossy())
}

fn in_parentheses(categories: &[String]) -> String {
    if categories.is_empty() {
        String::new()
    } else {
        format!(" ({})", categories.join(", "))
    }
}

fn for_a_while(retry_after: Option<Duration>) -> String {
    retry_after.map_or_else(String::new, |wait| format!(" for {} s", wait.as_secs()))
}

fn plural(count: u32) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target {
            service: Service::Azure,
            name: "docs".into(),
            host: "example.com".into(),
        }
    }

    #[test]
    fn a_servers_words_are_bounded_and_escaped() {
        assert_eq!(
            excerpt("a\u{1b}[31m\r\n\t b\u{202e}"),
            "a\\u{1b}[31m b\\u{202e}"
        );
        assert_eq!(excerpt(&"x".repeat(1000)).chars().count(), EXCERPT + 1);
    }

    #[test]
    fn what_would_fail_again_is_fatal() {
        let bad = |parameter: Option<&str>| LlmError::BadRequest {
            target: target(),
            parameter: parameter.map(str::to_owned),
            message: String::new(),
        };
        assert!(bad(Some("reasoning_effort")).is_fatal());
        assert!(!bad(Some("messages[1].content")).is_fatal());
        assert!(!bad(None).is_fatal());
        assert!(!LlmError::ContextTooLong.is_fatal());
        let exhausted = |attempts, last| LlmError::RetriesExhausted {
            target: target(),
            attempts,
            elapsed: Duration::from_millis(1234),
            is_outage: attempts == 4,
            last,
        };
        let timeout = |stage| Failure::Timeout {
            stage,
            limit: Duration::from_secs(7),
        };
        assert!(exhausted(4, timeout(Stage::Silence)).is_fatal());
        assert!(timeout(Stage::Connect).is_connection());
        assert!(!exhausted(3, timeout(Stage::Silence)).is_fatal());
        assert_eq!(
            exhausted(3, timeout(Stage::Whole)).to_string(),
            "`docs` at example.com gave no completion in 3 attempts over 1.2 s: no complete answer \
             within 7 s (`timeouts.request_seconds`)"
        );
    }
}
