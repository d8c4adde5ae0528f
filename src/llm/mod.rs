//! Chat completions and embeddings over HTTP: Azure OpenAI's two routes and any OpenAI-compatible server.
//!
//! Takes a prompt and the JSON schema of its reply, and gives the reply's text. Holds the quota,
//! sends again what deserves it, and learns from the answers which arguments a deployment takes.
//! Knows nothing of docstrings.

mod adapt;
mod auth;
mod budget;
mod call;
mod chat;
mod client;
mod concurrency;
#[cfg(feature = "otlp")]
mod courier;
mod deployment;
mod embedding;
mod endpoint;
mod error;
mod health;
mod hint;
mod http;
mod lane;
mod pool;
mod price;
mod probe;
mod quota;
mod rate_headers;
mod record;
mod retry;
mod search;
mod server_error;
mod shared_quota;
mod sizing;
mod tokenizer;
mod transport;
mod trust;
mod wire;

pub use budget::{
    Bound, BudgetGate, BudgetLine, BudgetStatement, Entry, Excess, Grant, Ledger, LedgerError,
    Limits, Money, OverBudget, PRICE_HINT, Period, PeriodLimits, Spending, grouped,
};
pub use chat::{
    ChatRequest, Completion, DeploymentStats, Finish, KnownModel, Live, ModelSource, ReplySchema,
    Role, Sender, Stats, Tokens, Turn, Urgency, Usage,
};
pub use client::{Asker, Client};
#[cfg(feature = "otlp")]
pub use courier::Courier;
pub use deployment::Lessons;
pub use embedding::Embeddings;
pub use error::{Failure, LlmError, Target};
pub use pool::Hold;
pub use price::{BatchPrice, Bill, Encoding, ModelFacts, Price, least_input, prices_of};
pub use probe::{Accepted, Answered, Hurdle, Outcome, Probe, ReplyShape, Unreached, probe};
pub use quota::RULES;
pub use rate_headers::RateHeaders;
pub use record::{Operation, RequestEnd, RequestRecord};
pub use search::{
    IndexState, Listed, Refusal, SearchClient, SearchDocument, SearchError, SearchQuery,
    Sent as Uploaded,
};
pub use shared_quota::{
    News, Patience, Place, Receipt, Rules, SharedQuota, Turn as SharedTurn, Wish,
};
pub use tokenizer::{FRAME, count as count_tokens, counts_exactly};
pub use trust::authorities_pem;
