//! A chat completion as data: what is asked, what comes back, and what it cost.

use std::collections::BTreeMap;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::error::Target;
use super::pool::Hold;
use super::price::{Bill, Price};
use super::record::{Operation, RequestRecord};

/// What the model is asked.
#[derive(Debug, Clone)]
pub struct ChatRequest {
    /// The system message; best the same for every request, so that prompt caching pays.
    pub system: String,
    /// The conversation so far; the last turn is the user's.
    pub turns: Vec<Turn>,
    /// What the reply must look like.
    pub schema: Arc<ReplySchema>,
    /// What the reply is likely to need at most. Azure admits a request by its prompt plus the output
    /// limit, which is this and the room that a model needs to think.
    pub max_output_tokens: Tokens,
    /// Whether it goes before others.
    pub urgency: Urgency,
    /// What it is about, for the records alone.
    pub about: Arc<str>,
}

impl ChatRequest {
    /// Characters of everything that the service reads.
    pub(super) fn characters(&self) -> usize {
        let turns = self.turns.iter().map(|turn| turn.content.chars().count());
        self.system.chars().count() + turns.sum::<usize>() + self.schema.characters
    }
}

/// Which requests go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// It is sent again: everything it costs is paid already but the answer.
    Again,
    /// It finishes what another one began.
    FollowUp,
    /// It begins something.
    New,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Who speaks.
    pub role: Role,
    /// The words.
    pub content: String,
}

/// Who speaks in a conversation, the system apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The one who asks.
    User,
    /// The model.
    Assistant,
}

/// The JSON schema of a reply, in the strict subset that structured outputs take.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplySchema {
    pub(super) name: String,
    pub(super) schema: Value,
    /// Its length as JSON.
    characters: usize,
}

impl ReplySchema {
    /// A schema by this name: letters, digits, `_` and `-`; at most 64.
    #[must_use]
    pub fn new(name: &str, schema: Value) -> Self {
        Self {
            name: name.to_owned(),
            characters: schema.to_string().chars().count(),
            schema,
        }
    }
}

/// What the model answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// The reply's text, without a code fence or the thoughts around it.
    pub content: String,
    /// Why the model stopped.
    pub finish: Finish,
    /// What it cost.
    pub usage: Usage,
    /// Categories that the content filter noticed in the reply and let pass, such as
    /// `protected_material_code`.
    pub noticed: Vec<String>,
    /// The model, as the server calls it.
    pub model: Option<String>,
    /// Who answered.
    pub sender: Sender,
}

/// Who answered a request, and how long that took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sender {
    /// The deployment's name, or the model's, as the settings have it.
    pub deployment: String,
    /// From sending the request to its whole answer.
    pub latency: Duration,
}

/// Why the model stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// It had said everything.
    Stop,
    /// The output limit was reached; the content is cut off or empty.
    Length {
        /// The model spent it on thinking, and has more room when it is asked again.
        has_more_room: bool,
    },
    /// A content filter cut the reply off.
    ContentFilter {
        /// The filter's categories that struck, as far as the server names them.
        categories: Vec<String>,
    },
    /// The model would not, and said why.
    Refusal(String),
}

/// Tokens that a request took, as the server counted them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Tokens of the prompt, the cached ones included.
    pub prompt: Tokens,
    /// Tokens of the reply, the reasoning included.
    pub completion: Tokens,
    /// Prompt tokens that came from the server's cache.
    pub cached: Tokens,
    /// Prompt tokens that the server's cache took in, where that has a price of its own.
    pub cache_written: Tokens,
    /// Reply tokens that were spent on reasoning.
    pub reasoning: Tokens,
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.prompt = self.prompt + other.prompt;
        self.completion = self.completion + other.completion;
        self.cached = self.cached + other.cached;
        self.cache_written = self.cache_written + other.cache_written;
        self.reasoning = self.reasoning + other.reasoning;
    }
}

/// A number of the model's tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Tokens(u64);

impl Tokens {
    /// That many tokens.
    #[must_use]
    pub const fn new(count: u64) -> Self {
        Self(count)
    }

    /// How many.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// About how many tokens `text` has: one for each four characters begun, as Azure too counts
    /// characters when it admits a request.
    #[must_use]
    pub fn estimate(text: &str) -> Self {
        let characters = text.chars().count().div_ceil(4);
        Self(u64::try_from(characters).unwrap_or(u64::MAX))
    }
}

impl Add for Tokens {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Tokens {
    fn sum<I: Iterator<Item = Self>>(tokens: I) -> Self {
        tokens.fold(Self::default(), Add::add)
    }
}

impl fmt::Display for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a client has done so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stats {
    /// HTTP requests sent.
    pub requests: u64,
    /// Those of them that repeated one which had failed.
    pub retries: u64,
    /// Answers with status 429.
    pub throttled: u64,
    /// Tokens of all completions.
    pub usage: Usage,
    /// What they cost.
    pub bill: Bill,
    /// Every request that is over, in the order of leaving.
    pub records: Vec<RequestRecord>,
    /// The time in which the first of those who wait for their turn was held back, by what.
    pub held: BTreeMap<Hold, Duration>,
    /// The time in which any request was in flight.
    pub busy: Duration,
    /// The part of that in which nobody was held back: all that was to be sent was, and answers were waited
    /// for.
    pub awaited: Duration,
    /// Replies in which the content filter noticed a category and let it pass.
    pub noticed: BTreeMap<String, u64>,
    /// What each deployment did of it.
    pub deployments: Vec<DeploymentStats>,
}

impl Stats {
    /// Time to each answer of a model that writes, whatever its status: embeddings take a fraction of it.
    #[must_use]
    pub fn latencies(&self) -> Vec<Duration> {
        let answers = self.records.iter().filter(|one| one.status.is_some());
        let answers = answers.filter(|one| one.operation == Operation::Chat);
        answers.map(|one| one.latency).collect()
    }

    /// Adds what another client has done in the same run. Where time went stays what this one tells.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.requests += other.requests;
        self.retries += other.retries;
        self.throttled += other.throttled;
        self.usage += other.usage;
        self.bill += other.bill;
        for (category, replies) in other.noticed {
            *self.noticed.entry(category).or_default() += replies;
        }
        self.deployments.extend(other.deployments);
        self.records.extend(other.records);
        self.records.sort_by_key(|record| record.sent_at);
        for (number, record) in (1..).zip(&mut self.records) {
            record.number = number;
        }
        self
    }
}

/// What one deployment has done so far.
#[derive(Debug, Clone, PartialEq)]
pub struct DeploymentStats {
    /// Its name and host.
    pub target: Target,
    /// The model behind it.
    pub model: KnownModel,
    /// HTTP requests sent there.
    pub requests: u64,
    /// Those of them that failed, whether they were sent again or not.
    pub failures: u64,
    /// Those of them that were answered with status 429.
    pub throttled: u64,
    /// Tokens of its completions.
    pub usage: Usage,
    /// What they cost.
    pub bill: Bill,
    /// Requests in flight at once that its bound settled on.
    pub concurrency: usize,
    /// The most that were in flight at once.
    pub peak_in_flight: usize,
    /// Why it serves nobody any more.
    pub given_up: Option<String>,
}

/// What is known of the model behind a deployment, whose name does not tell it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct KnownModel {
    /// Its name, if anybody has told.
    pub name: Option<String>,
    /// Who has.
    pub source: ModelSource,
    /// What its tokens cost, by the settings or by the table.
    pub price: Option<Price>,
}

/// Who told which model is behind a deployment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelSource {
    /// Nobody.
    #[default]
    Unknown,
    /// The deployment is called as a model is, which is a guess.
    Name,
    /// An earlier run's answers.
    Remembered,
    /// The settings.
    Configured,
    /// An answer of this run.
    Reported,
}

/// What a client does at an instant.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Live {
    /// Requests that are sent and not answered.
    pub in_flight: usize,
    /// Requests that wait for their turn.
    pub waiting: usize,
    /// What holds the first of them back, and about how long yet.
    pub hold: Option<(Hold, Option<Duration>)>,
    /// A request waits since the budget has no room for it, unless those in flight give something back.
    pub is_budget_full: bool,
    /// HTTP requests sent.
    pub sent: u64,
    /// Those of them that repeated one which had failed.
    pub retries: u64,
    /// Answers with status 429.
    pub throttled: u64,
    /// Tokens so far.
    pub usage: Usage,
    /// What they cost.
    pub bill: Bill,
    /// Requests sent in the last minute.
    pub requests_last_minute: u64,
    /// The tokens that they count for at the quota: prompts' estimates, and output limits.
    pub tokens_last_minute: u64,
    /// Requests in a minute that all deployments allow together; `None` if any has no limit.
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute, likewise.
    pub tokens_per_minute: Option<u64>,
}

impl Live {
    /// Adds what another client has spent in the same run. What is on its way stays what this one tells.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        self.sent += other.sent;
        self.retries += other.retries;
        self.throttled += other.throttled;
        self.usage += other.usage;
        self.bill += other.bill;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_counts_four_characters_begun_as_a_token() {
        assert_eq!(Tokens::estimate(""), Tokens::new(0));
        assert_eq!(Tokens::estimate("a"), Tokens::new(1));
        assert_eq!(Tokens::estimate("abcd"), Tokens::new(1));
        assert_eq!(Tokens::estimate("äöüß!"), Tokens::new(2));
    }

    #[test]
    fn a_request_has_the_characters_of_its_prompt_and_its_schema() {
        let request = ChatRequest {
            system: "ä".repeat(40),
            turns: vec![Turn {
                role: Role::User,
                content: "y".repeat(20),
            }],
            schema: Arc::new(ReplySchema::new("n", serde_json::json!({}))),
            max_output_tokens: Tokens::new(100),
            urgency: Urgency::New,
            about: Arc::default(),
        };
        assert_eq!(request.characters(), 40 + 20 + 2);
    }
}
