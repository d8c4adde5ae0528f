//! The state of a run, as its progress shows it: what it is at, what is done, and what is waited for.

use std::time::Duration;

/// What the run is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// It waits until no other docgen is at work in the tree.
    Lock,
    /// Files are found, read and parsed.
    #[default]
    Reading,
    /// What is remembered of models' words is looked through.
    Cache,
    /// Other machines' answers are looked for.
    SharedCache,
    /// What requests will take is estimated.
    Estimating,
    /// The services that find examples are asked.
    Examples,
    /// Definitions are documented.
    Documenting,
    /// What is to be known by other machines is on its way.
    Settling,
}

impl Phase {
    /// Its name in a trace.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Reading => "reading",
            Self::Cache => "cache",
            Self::SharedCache => "shared cache",
            Self::Estimating => "estimating",
            Self::Examples => "examples",
            Self::Documenting => "documenting",
            Self::Settling => "settling",
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Lock => "waiting for the lock: another docgen is at work in this tree",
            Self::Reading => "reading the files",
            Self::Cache => "looking into the cache",
            Self::SharedCache => "looking for what other machines were answered",
            Self::Estimating => "estimating what it takes",
            Self::Examples => "asking for examples",
            Self::Documenting => "documenting",
            Self::Settling => "telling other machines",
        }
    }
}

/// So much of so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Share {
    pub(super) done: u64,
    pub(super) total: u64,
}

/// What was used in the last minute, and what may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Rate {
    pub(super) last_minute: u64,
    /// Of all deployments; `None` without a quota.
    pub(super) quota: Option<u64>,
}

/// What holds the next request back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waiting {
    /// The quota of requests, about so long yet.
    Requests(Option<Duration>),
    /// The quota of tokens.
    Tokens(Option<Duration>),
    /// Other machines, which share the quota.
    Shared(Option<Duration>),
    /// As many requests are in flight as may be.
    Concurrency,
    /// The service answered 429 and said how long to wait.
    Pause(Option<Duration>),
    /// No deployment answers.
    Down(Option<Duration>),
    /// The budget has no room for it unless those in flight give something back.
    Budget,
    /// Another machine asks about so many definitions.
    Elsewhere(usize),
}

/// What the model has been asked so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Asking {
    pub(super) in_flight: usize,
    pub(super) requests: Rate,
    pub(super) tokens: Rate,
    /// Tokens of prompts and replies.
    pub(super) spent: u64,
    /// US dollars.
    pub(super) usd: f64,
    /// Answers from models whose price is not known.
    pub(super) unpriced: u64,
    pub(super) waiting: Option<Waiting>,
}

/// Everything that is shown at one instant.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct View {
    pub(super) phase: Phase,
    pub(super) definitions: Share,
    pub(super) files: Share,
    pub(super) elapsed: Duration,
    /// `None` until it is known.
    pub(super) left: Option<Duration>,
    /// `None` without a model.
    pub(super) asking: Option<Asking>,
    /// Why nothing new is begun, if so it is.
    pub(super) ending: Option<Ending>,
}

/// Why nothing new is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Ctrl-C was pressed, or every other request would fail as one did.
    Stopped,
    /// The budget is used up.
    Budget,
}

impl Ending {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Stopped => "ending",
            Self::Budget => "the budget is used up, ending",
        }
    }
}
