//! What a run is likely to take, before its first request: requests, tokens, money and time.
//!
//! Each figure is either counted from the very prompts that would be sent or follows from an assumption,
//! and [`Basis`] says which; what earlier runs at the same deployments took replaces the assumptions.

#[cfg(test)]
mod tests;
mod weight;

use serde::Serialize;

use super::reply::{Draft, Reply};
use crate::llm::{Encoding, Price, Tokens, Usage, least_input};

pub use weight::{Shape, Weight, weigh};

/// Tokens from which on a prompt's beginning is cached by the service, and its steps above that.
const LEAST_CACHED: u64 = 1_024;
const CACHE_STEP: u64 = 128;

/// What a run is likely to take.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// Definitions that a model would be asked for.
    pub definitions: usize,
    /// Requests, those about faults included.
    pub requests: u64,
    /// Those of them that ask for definitions for the first time.
    pub first_requests: u64,
    /// Tokens of all prompts.
    pub prompt_tokens: u64,
    /// Those of them that the service may have in its cache.
    pub cacheable_tokens: u64,
    /// Tokens of all replies, reasoning included.
    pub output_tokens: u64,
    /// Those of them that a model spends on reasoning.
    pub reasoning_tokens: u64,
    /// US dollars; `None` where the price of a deployment's model is unknown.
    pub usd: Option<Dollars>,
    /// Deployments whose model's price is unknown.
    pub unpriced: Vec<String>,
    /// Seconds; `None` where no quota is set and no run has shown how long answers take.
    pub seconds: Option<f64>,
    /// What the time follows from.
    pub binding: Option<Binding>,
    /// Seconds that each limit by itself asks for, as far as they are known.
    pub bounds: Vec<Bound>,
    /// What the figures rest on.
    pub basis: Basis,
}

/// US dollars, from and to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Dollars {
    /// If the service's cache has all that it can have.
    pub low: f64,
    /// If it has nothing.
    pub high: f64,
}

/// What holds a run back the longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// The quota of requests in a minute.
    Requests,
    /// The quota of tokens in a minute.
    Tokens,
    /// How long answers take, with as many in flight as the settings allow.
    Concurrency,
    /// How long answers take, one after the other where definitions lean on each other.
    Order,
}

/// Seconds that one limit asks for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bound {
    /// The limit.
    pub limit: Binding,
    /// Seconds.
    pub seconds: f64,
}

/// What the figures of an estimate rest on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Basis {
    /// How the tokens of prompts were counted.
    pub tokens: Counted,
    /// How many of the first requests were taken to be followed by one about faults, of 1.
    pub repairs: f64,
    /// Requests of earlier runs that have shown that, and how long replies are; at 0 both are assumed.
    pub seen_requests: u64,
    /// Tokens of prompts in a character, before anything that earlier runs showed was reckoned in.
    pub tokens_per_character: f64,
    /// Tokens of a first reply on average, reasoning apart, before the same.
    pub reply_tokens: f64,
}

/// How tokens were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// With the model's own encoding.
    Encoding(Encoding),
    /// By characters.
    Characters,
}

/// What is known of where a run's requests go.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Where they go.
    pub deployments: Vec<KnownDeployment>,
    /// How its tokens are counted, if it is known.
    pub encoding: Option<Encoding>,
    /// Requests in the longest chain of such as wait for each other.
    pub chain: usize,
    /// What earlier runs took.
    pub seen: Option<Seen>,
}

impl Known {
    /// Tokens that each of the models takes in one request, if that is known.
    #[must_use]
    pub fn window(&self) -> Option<u64> {
        let deployments = self.deployments.iter();
        least_input(deployments.filter_map(|one| one.model.as_deref()))
    }
}

/// What is known of a deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownDeployment {
    /// What it is called.
    pub name: String,
    /// Its model, if it is known.
    pub model: Option<String>,
    /// What that costs.
    pub price: Option<Price>,
    /// Requests in a minute, if they are limited.
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute, if they are limited.
    pub tokens_per_minute: Option<u64>,
    /// Requests in flight at once.
    pub concurrency: usize,
    /// Tokens that a request's output limit leaves for reasoning.
    pub room: u64,
}

/// What earlier runs at the same deployments took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// First requests that show it; the older ones count less.
    pub requests: f64,
    /// Tokens that the service counted, for one that was estimated.
    pub prompt: f64,
    /// The same of replies, reasoning apart.
    pub reply: f64,
    /// Requests about faults for each first one.
    pub repairs: f64,
    /// Characters of such a request, for one of a first request's.
    pub repair_characters: f64,
    /// Tokens of its reply, for one of a first reply's.
    pub repair_reply: f64,
    /// Tokens of reasoning in a reply.
    pub reasoning: f64,
    /// Seconds to an answer.
    pub latency: f64,
}

impl Seen {
    /// Requests about faults for each first one, where nothing is known of how a model does.
    pub const REPAIRS: f64 = 0.05;
    /// How long such a request is for one of a first request's characters, likewise.
    pub const REPAIR_CHARACTERS: f64 = 0.75;
    /// The same of its reply's tokens.
    pub const REPAIR_REPLY: f64 = 0.3;
}

impl Estimate {
    /// What so many first requests, weighed without what their definitions have in common, are likely to
    /// take.
    #[must_use]
    pub fn of(weights: &[Weight], shape: &Shape, known: &Known) -> Self {
        let first = number(weights.len());
        let seen = known.seen;
        let repairs = if weights.is_empty() {
            0.0
        } else {
            seen.map_or(Seen::REPAIRS, |seen| seen.repairs)
        };
        let again = first * repairs;
        let requests = first + again;
        let correction = seen.map_or(1.0, |seen| seen.prompt);
        // Prompts.
        let own: f64 = weights.iter().map(|one| number(one.user)).sum();
        let constant: f64 = weights.iter().map(|one| number(one.constant)).sum();
        let longer = seen.map_or(Seen::REPAIR_CHARACTERS, |seen| seen.repair_characters);
        let repeated = (longer * (constant + own) - constant).max(0.0) / first.max(1.0);
        let constant_tokens = constant * shape.constant + first * shape.frame;
        let first_tokens = constant_tokens + own * shape.user;
        let one_constant = constant_tokens / first.max(1.0);
        let again_tokens = again * (one_constant + repeated * shape.user);
        let prompt = (first_tokens + again_tokens) * correction;
        // Replies.
        let replies: f64 = weights.iter().map(|one| one.reply(shape)).sum();
        let one_reply = replies / first.max(1.0);
        let again_replies =
            again * one_reply * seen.map_or(Seen::REPAIR_REPLY, |seen| seen.repair_reply);
        let words = (replies + again_replies) * seen.map_or(1.0, |seen| seen.reply);
        // Two thirds of the room that a model is given are what it takes.
        let room = |one: &KnownDeployment| number(one.room) / 1.5;
        let assumed = average(known, room);
        let reasoning = requests * seen.map_or(assumed, |seen| seen.reasoning);
        let output = words + reasoning;
        // Money.
        let cacheable_one = cacheable(tokens((one_constant * correction).floor()));
        let warm = (requests - number(known.deployments.len())).max(0.0);
        let cacheable_tokens = tokens(warm * number(cacheable_one));
        let usage = Usage {
            prompt: Tokens::new(tokens(prompt)),
            completion: Tokens::new(tokens(output)),
            ..Usage::default()
        };
        let characters = constant + own;
        let admitted = admission(weights, again, repeated, known);
        let bounds = bounds(requests, admitted, known);
        let binding = bounds.iter().copied().reduce(|one, other| {
            if other.seconds > one.seconds {
                other
            } else {
                one
            }
        });
        Self {
            definitions: weights.iter().map(|one| one.definitions).sum(),
            requests: tokens(requests.round()),
            first_requests: tokens(first),
            prompt_tokens: tokens(prompt),
            cacheable_tokens,
            output_tokens: tokens(output),
            reasoning_tokens: tokens(reasoning),
            usd: dollars(usage, cacheable_tokens, known),
            unpriced: unpriced(known),
            seconds: binding.map(|bound| bound.seconds),
            binding: binding.map(|bound| bound.limit),
            bounds,
            basis: Basis {
                tokens: known
                    .encoding
                    .filter(|_| shape.is_counted)
                    .map_or(Counted::Characters, Counted::Encoding),
                repairs,
                seen_requests: seen.map_or(0, |seen| tokens(seen.requests)),
                tokens_per_character: first_tokens / characters.max(1.0),
                reply_tokens: one_reply,
            },
        }
    }
}

/// The part of a prompt's constant beginning that the service caches.
fn cacheable(constant: u64) -> u64 {
    if constant < LEAST_CACHED {
        return 0;
    }
    LEAST_CACHED + (constant - LEAST_CACHED) / CACHE_STEP * CACHE_STEP
}

/// What the quotas are charged: the service admits a request by its prompt's characters and its output
/// limit, whatever the reply turns out to be.
fn admission(weights: &[Weight], again: f64, repeated: f64, known: &Known) -> f64 {
    let room = average(known, |one| number(one.room));
    let one =
        |weight: &Weight| number(weight.constant + weight.user) / 4.0 + number(weight.limit) + room;
    let first: f64 = weights.iter().map(one).sum();
    let count = number(weights.len()).max(1.0);
    let constant: f64 = weights.iter().map(|one| number(one.constant)).sum();
    let limits: f64 = weights.iter().map(|one| number(one.limit)).sum();
    let one_again =
        (constant / count + repeated) / 4.0 + limits / count * Seen::REPAIR_REPLY + room;
    first + again * one_again
}

/// The seconds that each limit asks for.
fn bounds(requests: f64, admitted: f64, known: &Known) -> Vec<Bound> {
    let mut bounds = Vec::new();
    if requests < 0.5 {
        return bounds;
    }
    let deployments = known.deployments.iter();
    let per_minute = |limit: fn(&KnownDeployment) -> Option<u64>| -> Option<f64> {
        let limits = deployments.clone().map(limit);
        let sum: Option<u64> = limits.sum();
        sum.filter(|sum| *sum > 0).map(number)
    };
    let mut add = |limit, seconds| bounds.push(Bound { limit, seconds });
    if let Some(limit) = per_minute(|one| one.requests_per_minute) {
        add(Binding::Requests, requests / limit * 60.0);
    }
    if let Some(limit) = per_minute(|one| one.tokens_per_minute) {
        // A minute's tokens are there at once.
        add(Binding::Tokens, ((admitted / limit - 1.0) * 60.0).max(0.0));
    }
    if let Some(seen) = known.seen {
        let concurrency: usize = deployments.map(|one| one.concurrency).sum();
        let rounds = (requests / number(concurrency.max(1))).ceil();
        add(Binding::Concurrency, rounds * seen.latency);
        add(Binding::Order, number(known.chain) * seen.latency);
    }
    bounds
}

/// Without the service's cache, and with all that it can have.
fn dollars(usage: Usage, cacheable: u64, known: &Known) -> Option<Dollars> {
    if known.deployments.is_empty() {
        return None;
    }
    let mut range = Dollars {
        low: 0.0,
        high: 0.0,
    };
    let shares = shares(known);
    for (deployment, share) in known.deployments.iter().zip(shares) {
        let price = deployment.price?;
        let (low, high) = range_of(price, usage, cacheable);
        range.low += share * low;
        // Sums of the same in another order differ in their last digits.
        range.high += share * high.max(low);
    }
    Some(range)
}

/// What a model asks for all, at best and at worst.
fn range_of(price: Price, usage: Usage, cacheable: u64) -> (f64, f64) {
    if price.cache_write > price.input {
        // Who pays for what goes into the cache pays for all of each prompt, and gets none of it back: what
        // differs from request to request comes last, and the service keeps whole prompts.
        let written = Usage {
            cache_written: usage.prompt,
            ..usage
        };
        return (price.cost(usage), price.cost(written));
    }
    let cached = Usage {
        cached: Tokens::new(cacheable.min(usage.prompt.get())),
        ..usage
    };
    (price.cost(cached), price.cost(usage))
}

fn unpriced(known: &Known) -> Vec<String> {
    let deployments = known.deployments.iter();
    let without = deployments.filter(|one| one.price.is_none());
    let mut names: Vec<String> = without.map(|one| one.name.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The share of the requests that each deployment gets: by its quota where all have one, otherwise
/// evenly.
fn shares(known: &Known) -> Vec<f64> {
    let even = 1.0 / number(known.deployments.len().max(1));
    let limits = |limit: fn(&KnownDeployment) -> Option<u64>| {
        let limits: Option<Vec<u64>> = known.deployments.iter().map(limit).collect();
        let limits = limits?;
        let sum: u64 = limits.iter().sum();
        let share = |limit: &u64| number(*limit) / number(sum.max(1));
        Some(limits.iter().map(share).collect::<Vec<f64>>())
    };
    limits(|one| one.tokens_per_minute)
        .or_else(|| limits(|one| one.requests_per_minute))
        .unwrap_or_else(|| vec![even; known.deployments.len()])
}

/// A figure of the deployments, each counted by its share of the work.
fn average(known: &Known, figure: impl Fn(&KnownDeployment) -> f64) -> f64 {
    let figures = known.deployments.iter().zip(shares(known));
    figures.map(|(one, share)| share * figure(one)).sum()
}

#[expect(clippy::cast_precision_loss, reason = "an estimate needs no 53 bits")]
fn number(count: impl TryInto<u64>) -> f64 {
    count.try_into().unwrap_or(u64::MAX) as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count that is never negative, and far from the largest"
)]
fn tokens(count: f64) -> u64 {
    count.max(0.0).round() as u64
}

/// Tokens that the words of a reply are likely to have, beyond its names and marks.
fn words(reply: &Reply) -> f64 {
    reply.docstrings.iter().map(words_of).sum()
}

/// The words of one definition. The lengths are those of the worked examples that every prompt shows, until
/// runs have shown a model's own.
fn words_of(draft: &Draft) -> f64 {
    let some = |text: &Option<String>, tokens: f64| if text.is_some() { tokens } else { 0.0 };
    let summary = if draft.summary.is_empty() { 0.0 } else { 10.0 };
    // One in four says more than its summary.
    let description = if draft.summary.is_empty() { 0.0 } else { 6.0 };
    summary
        + description
        + 9.0 * number(draft.args.len())
        + 9.0 * number(draft.attributes.len())
        + 11.0 * number(draft.raises.len())
        + some(&draft.returns, 11.0)
        + some(&draft.yields, 11.0)
        + 40.0 * number(draft.examples.len())
        + some(&draft.notes, 20.0)
}
