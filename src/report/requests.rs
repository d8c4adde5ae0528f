//! What the requests of a run were, what they cost, and what held them back.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use schemars::JsonSchema;
use serde::Serialize;

use super::cache::grouped;
use super::time::rfc3339_milliseconds;
use crate::llm::{
    DeploymentStats, Hold, Operation, Price, RequestEnd, RequestRecord, Stats, prices_of,
};

/// What the requests of a run were, and what they cost.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Requests {
    /// HTTP requests sent, those sent again included.
    pub sent: u64,
    /// Sent again.
    pub retries: u64,
    /// Answers 429.
    pub throttled: u64,
    /// Prompt tokens, as the service counted them.
    pub prompt_tokens: u64,
    /// Prompt tokens served from the service's cache, part of `prompt_tokens`.
    pub cached_tokens: u64,
    /// Tokens of the replies, reasoning included.
    pub completion_tokens: u64,
    /// What they cost.
    pub cost: Cost,
    /// Of answered requests; `None` when none was answered.
    pub latency: Option<Latency>,
    /// Replies in which the content filter noticed a category and let it pass.
    pub noticed: BTreeMap<String, u64>,
    /// What the run was allowed.
    pub limits: Limits,
    /// What each deployment did of it.
    pub deployments: Vec<DeploymentRequests>,
    /// Where the time of the run went, the most first.
    pub time: Vec<TimeShare>,
    /// The setting that would help most, if one would.
    pub advice: Option<String>,
    /// Every request, in the order of leaving.
    pub records: Vec<RequestRow>,
}

/// What requests cost.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Cost {
    /// US dollars; `null` if the price of any answer is unknown.
    pub usd: Option<f64>,
    /// US dollars of the answers whose price is known.
    pub known_usd: f64,
    /// Answers whose price is known.
    pub priced: u64,
    /// Answers of a model whose price is unknown.
    pub unpriced: u64,
    /// When the built-in prices were listed, year and month; `null` where the settings give prices.
    pub prices_of: Option<String>,
}

/// What a run was allowed, over all deployments.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct Limits {
    /// Requests in a minute; `null` if unlimited.
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute; `null` if unlimited.
    pub tokens_per_minute: Option<u64>,
    /// Requests in flight at once.
    pub concurrency: usize,
}

/// How long a run kept requests back by itself, while answers to others were waited for.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeptBack {
    /// For the sake of the order: they lean on what was not answered.
    pub order: Duration,
    /// As many were under way as may be at once.
    pub concurrency: Duration,
}

/// What one deployment did of a run's requests.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DeploymentRequests {
    /// Its name.
    pub deployment: String,
    /// The host that it is asked at.
    pub host: String,
    /// The model behind it, if that is known.
    pub model: Option<String>,
    /// HTTP requests sent there.
    pub sent: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// Those of them that were answered 429.
    pub throttled: u64,
    /// Tokens of prompts and replies.
    pub tokens: u64,
    /// US dollars; `null` if the price of any answer is unknown.
    pub usd: Option<f64>,
    /// Requests at once that the run settled on.
    pub concurrency: usize,
    /// The most that were in flight at once.
    pub peak_in_flight: usize,
    /// Why it was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_up: Option<String>,
}

/// Time from sending a request to its whole answer, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Latency {
    /// Half of the requests took no longer.
    pub median_ms: u64,
    /// 95 of 100 took no longer.
    pub p95_ms: u64,
    /// 99 of 100 took no longer.
    pub p99_ms: u64,
}

/// A part of the run's wall time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct TimeShare {
    /// What it was spent on.
    pub on: TimeOn,
    /// How long.
    pub seconds: f64,
    /// Its share of the run's wall time, in percent, rounded to a tenth.
    pub percent: f64,
}

/// What the wall time of a run is spent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeOn {
    /// The next request waited for the quota of requests.
    RequestQuota,
    /// The next request waited for the quota of tokens.
    TokenQuota,
    /// The next request waited for another machine, at a quota that is shared.
    SharedQuota,
    /// As many requests were in flight as may be at once.
    Concurrency,
    /// The service had asked for a pause (429).
    Pause,
    /// Every deployment was down.
    Down,
    /// The next request leant on one that was not answered.
    Order,
    /// Answers were waited for, and nothing else was to be sent.
    Answers,
    /// All else: reading, parsing, checking and writing files.
    Docgen,
}

/// A request that was sent.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RequestRow {
    /// Its place in the order of leaving, from 1.
    pub number: u64,
    /// `chat` or `embeddings`.
    pub operation: &'static str,
    /// The file that it is about.
    pub file: String,
    /// The deployment's name.
    pub deployment: String,
    /// The host that it is asked at.
    pub host: String,
    /// When it left, by RFC 3339 in UTC.
    pub sent_at: String,
    /// The same, for plots.
    #[serde(skip)]
    pub sent: SystemTime,
    /// Milliseconds that it waited for its turn.
    pub waited_ms: u64,
    /// What it waited for last; `null` if it did not have to.
    pub held_by: Option<TimeOn>,
    /// Milliseconds from sending to the whole answer, or to where there was none.
    pub latency_ms: u64,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// The answer's HTTP status; `null` if none came.
    pub status: Option<u16>,
    /// `answered`, `throttled` or `failed`.
    pub end: &'static str,
    /// Why it failed.
    pub reason: Option<String>,
    /// The model, as the server calls it.
    pub model: Option<String>,
    /// Tokens that the quota counted it for when it left.
    pub admitted_tokens: u64,
    /// Tokens of the prompt, as the service counted them.
    pub prompt_tokens: u64,
    /// Those of them that came from the service's cache.
    pub cached_tokens: u64,
    /// Tokens of the reply, reasoning included.
    pub completion_tokens: u64,
    /// Those of them that were spent on reasoning.
    pub reasoning_tokens: u64,
    /// US dollars; `null` if the price is unknown, or nothing was answered.
    pub usd: Option<f64>,
    /// The id that the service gave it.
    pub request_id: Option<String>,
}

impl Requests {
    /// Draws the figures out of a client's statistics.
    #[must_use]
    pub fn new(stats: &Stats, limits: Limits) -> Self {
        Self {
            sent: stats.requests,
            retries: stats.retries,
            throttled: stats.throttled,
            prompt_tokens: stats.usage.prompt.get(),
            cached_tokens: stats.usage.cached.get(),
            completion_tokens: stats.usage.completion.get(),
            cost: Cost::new(stats),
            latency: Latency::new(&stats.latencies()),
            noticed: stats.noticed.clone(),
            limits,
            deployments: stats
                .deployments
                .iter()
                .map(DeploymentRequests::new)
                .collect(),
            time: Vec::new(),
            advice: None,
            records: stats.records.iter().map(RequestRow::new).collect(),
        }
    }

    /// Says where the time of the run went.
    #[must_use]
    pub fn with_time(mut self, stats: &Stats, kept: KeptBack, elapsed: Duration) -> Self {
        if stats.requests == 0 {
            return self;
        }
        let held = stats.held.iter();
        let mut parts: BTreeMap<TimeOn, Duration> =
            held.map(|(by, time)| (TimeOn::from(*by), *time)).collect();
        // Whatever the run kept back did not stand in the client's line, where answers were waited for.
        let order = kept.order.min(stats.awaited);
        let full = kept.concurrency.min(stats.awaited.saturating_sub(order));
        let answers = stats.awaited.saturating_sub(order + full);
        parts.insert(TimeOn::Order, order);
        *parts.entry(TimeOn::Concurrency).or_default() += full;
        parts.insert(TimeOn::Answers, answers);
        let known: Duration = parts.values().sum();
        parts.insert(TimeOn::Docgen, elapsed.saturating_sub(known));
        let mut parts: Vec<(TimeOn, Duration)> = parts.into_iter().collect();
        let whole = elapsed.max(known).as_secs_f64();
        parts.retain(|(_, time)| !time.is_zero());
        parts.sort_by(|one, other| (other.1, one.0).cmp(&(one.1, other.0)));
        let share = |(on, time): (TimeOn, Duration)| TimeShare {
            on,
            seconds: round(time.as_secs_f64(), 1e3),
            percent: round(time.as_secs_f64() * 100.0 / whole, 10.0),
        };
        self.time = parts.into_iter().map(share).collect();
        self.advice = self.advice();
        self
    }

    /// The setting that would help most, where something else than the model took a good part of the time.
    fn advice(&self) -> Option<String> {
        const WORTH: f64 = 10.0;
        let mut held = self.time.iter();
        let most = held.find(|share| share.on != TimeOn::Docgen)?;
        if most.percent < WORTH {
            return None;
        }
        let now = |limit: Option<u64>| {
            limit.map_or_else(String::new, |limit| {
                format!(" (now {} in all)", grouped(limit))
            })
        };
        let limits = self.limits;
        Some(match most.on {
            TimeOn::RequestQuota => format!(
                "raise `quota.requests_per_minute`{} if the deployment allows more, or name another \
                 deployment in `azure.deployments`; with a larger `batch.max_definitions` fewer requests do",
                now(limits.requests_per_minute)
            ),
            TimeOn::TokenQuota => format!(
                "raise `quota.tokens_per_minute`{} if the deployment allows more, or name another \
                 deployment in `azure.deployments`; with a smaller `batch.context_tokens`, fewer \
                 `examples.count` or `--max-source signature` fewer tokens do",
                now(limits.tokens_per_minute)
            ),
            TimeOn::SharedQuota => {
                "other machines use the quota that is shared in `quota.redis_url`: a larger one helps, or \
                 another hour"
                    .to_owned()
            }
            TimeOn::Concurrency if self.peak() >= limits.concurrency => format!(
                "raise `quota.max_concurrency` (now {} in all)",
                limits.concurrency
            ),
            TimeOn::Concurrency => {
                "the service answers later the more requests are in flight, so docgen sends no more at \
                 once: another deployment in `azure.deployments` helps"
                    .to_owned()
            }
            TimeOn::Pause => {
                "the service had less quota than the settings say, or others use it too: set \
                 `quota.requests_per_minute` and `quota.tokens_per_minute` to what is there (`docgen doctor` \
                 shows what the service tells)"
                    .to_owned()
            }
            TimeOn::Down => {
                "the deployments did not answer: name one in another region in `azure.deployments`"
                    .to_owned()
            }
            TimeOn::Order => {
                "with `batch.order = \"files\"` no definition waits for what it calls".to_owned()
            }
            TimeOn::Answers => {
                "nothing held requests back: a quicker model or a lower `model.reasoning_effort` helps, or \
                 smaller requests (`batch.max_definitions`)"
                    .to_owned()
            }
            TimeOn::Docgen => return None,
        })
    }

    fn peak(&self) -> usize {
        self.deployments.iter().map(|one| one.peak_in_flight).sum()
    }
}

impl TimeOn {
    /// What it is in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::RequestQuota => "quota of requests",
            Self::TokenQuota => "quota of tokens",
            Self::SharedQuota => "shared quota: other machines",
            Self::Concurrency => "requests in flight at once",
            Self::Pause => "pause that the service asked for (429)",
            Self::Down => "every deployment down",
            Self::Order => "order: callees first",
            Self::Answers => "answers of the model",
            Self::Docgen => "docgen's own work",
        }
    }
}

impl From<Hold> for TimeOn {
    fn from(hold: Hold) -> Self {
        match hold {
            Hold::Requests => Self::RequestQuota,
            Hold::Tokens => Self::TokenQuota,
            Hold::Shared => Self::SharedQuota,
            Hold::Concurrency => Self::Concurrency,
            Hold::Pause => Self::Pause,
            Hold::Down => Self::Down,
        }
    }
}

impl Cost {
    fn new(stats: &Stats) -> Self {
        let bill = stats.bill;
        let is_listed = |one: &DeploymentStats| {
            one.model.price.is_none()
                || one.model.price == one.model.name.as_deref().and_then(Price::of)
        };
        let are_listed = stats.deployments.iter().all(is_listed);
        Self {
            usd: bill.known().map(micro),
            known_usd: micro(bill.usd),
            priced: bill.priced,
            unpriced: bill.unpriced,
            prices_of: are_listed.then(|| prices_of().to_owned()),
        }
    }
}

impl DeploymentRequests {
    fn new(stats: &DeploymentStats) -> Self {
        Self {
            deployment: stats.target.name().to_owned(),
            host: stats.target.host().to_owned(),
            model: stats.model.name.clone(),
            sent: stats.requests,
            failed: stats.failures,
            throttled: stats.throttled,
            tokens: (stats.usage.prompt + stats.usage.completion).get(),
            usd: stats.bill.known().map(micro),
            concurrency: stats.concurrency,
            peak_in_flight: stats.peak_in_flight,
            given_up: stats.given_up.clone(),
        }
    }
}

impl RequestRow {
    fn new(record: &RequestRecord) -> Self {
        let (end, reason) = match &record.end {
            RequestEnd::Answered => ("answered", None),
            RequestEnd::Throttled => ("throttled", None),
            RequestEnd::Failed(reason) => ("failed", Some(reason.clone())),
        };
        Self {
            number: record.number,
            operation: match record.operation {
                Operation::Chat => "chat",
                Operation::Embeddings => "embeddings",
            },
            file: record.about.clone(),
            deployment: record.target.name().to_owned(),
            host: record.target.host().to_owned(),
            sent_at: rfc3339_milliseconds(record.sent_at),
            sent: record.sent_at,
            waited_ms: milliseconds(record.waited),
            held_by: record.held_by.map(TimeOn::from),
            latency_ms: milliseconds(record.latency),
            attempt: record.attempt,
            status: record.status,
            end,
            reason,
            model: record.model.clone(),
            admitted_tokens: record.admitted.get(),
            prompt_tokens: record.usage.prompt.get(),
            cached_tokens: record.usage.cached.get(),
            completion_tokens: record.usage.completion.get(),
            reasoning_tokens: record.usage.reasoning.get(),
            usd: record.usd.map(micro),
            request_id: record.request_id.clone(),
        }
    }
}

impl Latency {
    pub(super) fn new(latencies: &[Duration]) -> Option<Self> {
        let mut sorted = latencies.to_vec();
        sorted.sort_unstable();
        let at = |percent| percentile(&sorted, percent).map(milliseconds);
        Some(Self {
            median_ms: at(50)?,
            p95_ms: at(95)?,
            p99_ms: at(99)?,
        })
    }
}

/// The nearest-rank percentile of sorted values.
fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// US dollars to the millionth.
fn micro(usd: f64) -> f64 {
    round(usd, 1e6)
}

fn round(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let times: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        let latency = Latency::new(&times).unwrap();
        assert_eq!(
            (latency.median_ms, latency.p95_ms, latency.p99_ms),
            (50, 95, 99)
        );
        assert_eq!(Latency::new(&[Duration::from_millis(7)]).unwrap().p99_ms, 7);
        assert_eq!(Latency::new(&[]), None);
    }

    /// What 100 seconds went on, in percent, and the advice.
    fn told(held: &[(Hold, u32)], awaited: u32, order: u32) -> (Vec<(TimeOn, f64)>, String) {
        let stats = Stats {
            held: held
                .iter()
                .map(|(by, time)| (*by, *time * SECOND))
                .collect(),
            awaited: awaited * SECOND,
            requests: 1,
            ..Stats::default()
        };
        let limits = Limits {
            requests_per_minute: Some(60),
            tokens_per_minute: None,
            concurrency: 8,
        };
        let requests = Requests::new(&stats, limits);
        let requests = requests.with_time(
            &stats,
            KeptBack {
                order: order * SECOND,
                concurrency: Duration::ZERO,
            },
            100 * SECOND,
        );
        let shares = requests.time.iter().map(|share| (share.on, share.percent));
        (shares.collect(), requests.advice.unwrap_or_default())
    }

    #[test]
    fn all_of_the_time_is_accounted_for_and_the_largest_part_is_advised_on() {
        let (shares, advice) = told(&[(Hold::Requests, 60), (Hold::Pause, 5)], 25, 3);
        assert_eq!(
            shares,
            [
                (TimeOn::RequestQuota, 60.0),
                (TimeOn::Answers, 22.0),
                (TimeOn::Docgen, 10.0),
                (TimeOn::Pause, 5.0),
                (TimeOn::Order, 3.0),
            ]
        );
        assert!(advice.starts_with("raise `quota.requests_per_minute` (now 60 in all)"));
        let advice = |held: &[(Hold, u32)], awaited, order| told(held, awaited, order).1;
        assert!(advice(&[(Hold::Tokens, 50)], 9, 0).contains("quota.tokens_per_minute"));
        assert!(advice(&[(Hold::Pause, 50)], 9, 0).contains("docgen doctor"));
        assert!(advice(&[(Hold::Concurrency, 50)], 9, 0).contains("another deployment"));
        assert!(advice(&[], 50, 40).contains("batch.order"));
        assert!(advice(&[], 50, 2).contains("model.reasoning_effort"));
        assert_eq!(advice(&[(Hold::Tokens, 5)], 4, 0), "", "docgen's own time");
    }
}
