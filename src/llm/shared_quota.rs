//! A quota that several machines hold together: what docgen asks of whoever keeps it.
//!
//! Places are reserved: the keeper says how long to wait for one, and it is nobody else's then. So a
//! large request gets its turn, and machines that wait for the same tokens do not all come at once.

use std::num::NonZeroU32;
use std::time::Duration;

use futures::future::BoxFuture;

/// Who keeps the accounts of deployments for several machines.
pub trait SharedQuota: Send + Sync {
    /// Whether it can be asked now. If not, each process keeps to its own account.
    fn is_up(&self) -> bool;

    /// Reserves a place in an account, all that it takes or nothing of it. `None` if nobody answered.
    fn reserve<'a>(&'a self, account: &'a str, wish: Wish) -> BoxFuture<'a, Option<Turn>>;

    /// Tells of something that the others should know, and waits for nothing.
    fn tell(&self, account: &str, news: News);
}

/// A request that wants a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// Its tokens.
    pub tokens: u64,
    /// What this process may send in a minute. Of several processes with different limits the lowest
    /// one holds for all.
    pub requests_per_minute: Option<NonZeroU32>,
    /// The tokens that this process may spend in a minute, likewise.
    pub tokens_per_minute: Option<u64>,
    /// The tokens that this process wants altogether. When all of them want more than is left, tokens
    /// are spent evenly.
    pub wanted: u64,
    /// Tokens of the last minute that this process spent while it could not ask.
    pub untold: u64,
    /// Whether a place is wanted that is not free yet.
    pub patience: Patience,
}

/// Whether a place is wanted that is not free yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Only one that is free now.
    None,
    /// The next one, whenever that is.
    Any,
}

/// What came of a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// A place is reserved.
    Reserved(Place),
    /// There would be one after this time.
    Later(Duration),
}

/// A place that is reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// How long it is until then.
    pub wait: Duration,
    /// A minute's tokens that are left then; `None` if they are not limited.
    pub left: Option<u64>,
    /// What the keeper knows it by.
    pub receipt: Receipt,
}

/// What a keeper knows a place by; the times are microseconds of its own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Its number.
    pub number: u64,
    /// Its tokens.
    pub tokens: u64,
    /// When it is.
    pub at: u64,
    /// When the next request would have had its place without it, ...
    pub before: u64,
    /// ... and with it.
    pub after: u64,
}

/// What one process learns and all should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Nothing will be sent at this place.
    GivenBack(Receipt),
    /// The request at this place left so much later, and its tokens come back as much later.
    Late(Receipt, Duration),
    /// The service wants no request for so long.
    Paused(Duration),
    /// The service refused the request at this place although the pace was kept.
    TooFast(Receipt),
    /// The service said in answer to the request at this place what it has left.
    Remaining {
        /// The place.
        receipt: Receipt,
        /// A minute's tokens.
        limit: u64,
        /// What the account had left then.
        left: u64,
        /// What the service has left.
        remaining: u64,
        /// When it counts anew, from the place on.
        reset: Duration,
    },
}

/// How requests and tokens are counted, the same on every machine.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The minute that a quota of requests is spread over, ...
    pub request_minute: Duration,
    /// ... and the longest that it becomes, ...
    pub longest_minute: Duration,
    /// ... by this factor with each refusal.
    pub slower: f64,
    /// How late a request may leave without the next ones being late too.
    pub tolerance: Duration,
    /// The minute that tokens are summed over.
    pub token_minute: Duration,
    /// How much faster than their limit scarce tokens may be spent.
    pub haste: f64,
    /// How late a request may take scarce tokens without the next ones being late too.
    pub catch_up: Duration,
    /// Of what the service has left and the account does not know of, the share of a minute's tokens
    /// that is no more than a difference of estimates.
    pub estimate: f64,
}
