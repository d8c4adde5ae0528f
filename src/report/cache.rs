//! What the reply cache was good for, in figures and in words.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::count::{float, share};
use super::text::plural;
pub(super) use crate::llm::grouped;
use crate::llm::{Price, Tokens, Usage, prices_of};
use crate::store::{ReplyCost, ReplyTally};

/// What the cache was good for in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheReport {
    /// What was found, and what that saved.
    pub tally: ReplyTally,
    /// Bytes of the database; `None` in memory.
    pub bytes: Option<u64>,
}

/// What did not have to be paid for again.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Saved {
    pub(super) tokens: u64,
    /// US dollars, as far as the prices are known; `None` if none is.
    pub(super) dollars: Option<f64>,
    /// Tokens of models whose price is not known.
    pub(super) unpriced: u64,
    /// Time that the requests took.
    pub(super) milliseconds: u64,
}

impl Saved {
    pub(super) fn of(tally: &ReplyTally) -> Self {
        let mut saved = Self::default();
        for one in &tally.saved {
            let tokens = one.prompt_tokens + one.completion_tokens;
            saved.tokens += tokens;
            saved.milliseconds += one.latency_ms;
            match one.model.as_deref().and_then(Price::of) {
                Some(price) => *saved.dollars.get_or_insert(0.0) += price.cost(usage(one)),
                None => saved.unpriced += tokens,
            }
        }
        saved
    }

    /// «1,234 tokens, about $0.02 (prices of 2026-11), 1.5 min of requests»
    pub(super) fn told(&self) -> String {
        let tokens = format!(
            "{} {}",
            grouped(self.tokens),
            plural_of(self.tokens, "token")
        );
        let money = match self.dollars {
            Some(dollars) if self.unpriced > 0 => format!(
                "about {} (prices of {}; the price of {} of the tokens is unknown)",
                money(dollars),
                prices_of(),
                grouped(self.unpriced)
            ),
            Some(dollars) => format!("about {} (prices of {})", money(dollars), prices_of()),
            None => "price unknown".to_owned(),
        };
        format!("{tokens}, {money}, {} of requests", time(self.milliseconds))
    }

    fn figures(&self) -> SavedFigures {
        SavedFigures {
            tokens: self.tokens,
            dollars: self.dollars.map(|dollars| (dollars * 1e6).round() / 1e6),
            unpriced_tokens: self.unpriced,
            prices_of: prices_of().to_owned(),
            milliseconds: self.milliseconds,
        }
    }
}

/// What was remembered, and what that saved.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct TallyFigures {
    /// Answers that were remembered.
    pub(super) hits: u64,
    /// Answers that were not.
    pub(super) misses: u64,
    /// The hits' share in percent, rounded down to a tenth; `null` where nothing was asked.
    pub(super) hit_rate: Option<f64>,
    /// What did not have to be paid for again.
    pub(super) saved: SavedFigures,
}

/// What did not have to be paid for again.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct SavedFigures {
    /// Tokens of prompts and replies.
    pub(super) tokens: u64,
    /// US dollars, as far as the prices are known; `null` if none is.
    pub(super) dollars: Option<f64>,
    /// Tokens of models whose price is not known.
    pub(super) unpriced_tokens: u64,
    /// When the prices were listed.
    pub(super) prices_of: String,
    /// Time that the requests took.
    pub(super) milliseconds: u64,
}

/// What the cache was good for in a run.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct CacheFigures {
    #[serde(flatten)]
    pub(super) tally: TallyFigures,
    /// Bytes of the database; `null` in memory.
    pub(super) bytes: Option<u64>,
}

/// Hits, misses and what was saved.
pub(super) fn tally_figures(tally: &ReplyTally) -> TallyFigures {
    TallyFigures {
        hits: tally.hits,
        misses: tally.misses,
        hit_rate: hit_rate(tally).map(|rate| (rate * 10.0).round() / 10.0),
        saved: Saved::of(tally).figures(),
    }
}

/// The same as JSON.
pub(super) fn tally_json(tally: &ReplyTally) -> Value {
    json!(tally_figures(tally))
}

/// «12 of 15 (80.0 %)»
pub(super) fn hits(tally: &ReplyTally) -> String {
    let asked = tally.hits + tally.misses;
    match hit_rate(tally) {
        Some(rate) => format!("{} of {asked} ({rate:.1} %)", tally.hits),
        None => "none was needed".to_owned(),
    }
}

/// In percent, rounded down to a tenth: 100 means all.
fn hit_rate(tally: &ReplyTally) -> Option<f64> {
    let asked = tally.hits + tally.misses;
    (asked > 0).then(|| (share(tally.hits, asked) * 1000.0).floor() / 10.0)
}

impl CacheReport {
    pub(super) fn figures(&self) -> CacheFigures {
        CacheFigures {
            tally: tally_figures(&self.tally),
            bytes: self.bytes,
        }
    }

    /// One line for the summary, if anything was remembered.
    pub(super) fn line(&self) -> Option<String> {
        (self.tally.hits > 0).then(|| {
            let saved = Saved::of(&self.tally).told();
            format!("{} from the cache: saved {saved}", answers(&self.tally))
        })
    }
}

fn answers(tally: &ReplyTally) -> String {
    let asked = usize::try_from(tally.hits + tally.misses).unwrap_or(usize::MAX);
    format!("{} of {asked} {}", tally.hits, plural(asked, "answer"))
}

fn usage(cost: &ReplyCost) -> Usage {
    Usage {
        prompt: Tokens::new(cost.prompt_tokens),
        cached: Tokens::new(cost.cached_tokens),
        completion: Tokens::new(cost.completion_tokens),
        ..Usage::default()
    }
}

pub(super) fn money(dollars: f64) -> String {
    // Small amounts have as many digits as it takes to be told from each other.
    let digits = match dollars {
        _ if dollars <= 0.0 => 2,
        _ if dollars < 0.01 => 4,
        _ if dollars < 0.1 => 3,
        _ => 2,
    };
    format!("${dollars:.digits$}")
}

/// Milliseconds in the unit that suits them.
fn time(milliseconds: u64) -> String {
    let seconds = float(milliseconds) / 1000.0;
    if seconds < 90.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{:.1} min", seconds / 60.0)
    }
}

/// Bytes in the unit that suits them, as `ls` of most systems counts them: thousands.
pub(super) fn size(bytes: u64) -> String {
    let bytes = float(bytes);
    if bytes < 1e3 {
        format!("{bytes} B")
    } else if bytes < 1e6 {
        format!("{:.1} kB", bytes / 1e3)
    } else {
        format!("{:.1} MB", bytes / 1e6)
    }
}

pub(super) fn plural_of(count: u64, noun: &str) -> String {
    plural(usize::try_from(count).unwrap_or(usize::MAX), noun)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(model: Option<&str>) -> ReplyTally {
        let mut tally = ReplyTally {
            misses: 1,
            ..ReplyTally::default()
        };
        for _ in 0..2 {
            tally.add_hit(&ReplyCost {
                deployment: "docs".to_owned(),
                model: model.map(str::to_owned),
                prompt_tokens: 100_000,
                cached_tokens: 0,
                completion_tokens: 10_000,
                latency_ms: 60_000,
            });
        }
        tally
    }

    #[test]
    fn a_known_price_is_told_and_an_unknown_one_is_no_zero() {
        let line = |tally| CacheReport { tally, bytes: None }.line();
        assert_eq!(
            line(tally(Some("gpt-4.1-mini-2025-04-14"))).unwrap(),
            "2 of 3 answers from the cache: saved 220,000 tokens, about $0.11 (prices of 2026-11), \
             2.0 min of requests"
        );
        assert_eq!(
            line(tally(None)).unwrap(),
            "2 of 3 answers from the cache: saved 220,000 tokens, price unknown, 2.0 min of requests"
        );
        let mut mixed = tally(Some("gpt-4.1-mini"));
        mixed.add_hit(&ReplyCost {
            prompt_tokens: 7,
            ..ReplyCost::default()
        });
        assert_eq!(
            Saved::of(&mixed).told(),
            "220,007 tokens, about $0.11 (prices of 2026-11; the price of 7 of the tokens is unknown), \
             2.0 min of requests"
        );
        assert_eq!(line(ReplyTally::default()), None);
        assert_eq!(tally_json(&tally(None))["saved"]["dollars"], Value::Null);
    }

    #[test]
    fn small_amounts_can_be_told_from_each_other() {
        let amounts = [0.0, 0.00321, 0.0145, 0.0999, 0.145, 12.345].map(money);
        assert_eq!(
            amounts,
            ["$0.00", "$0.0032", "$0.015", "$0.100", "$0.14", "$12.35"]
        );
    }

    #[test]
    fn a_hit_rate_is_never_rounded_up_to_all() {
        let tally = ReplyTally {
            hits: 9_999,
            misses: 1,
            ..ReplyTally::default()
        };
        assert_eq!(hits(&tally), "9999 of 10000 (99.9 %)");
        assert_eq!(hits(&ReplyTally::default()), "none was needed");
        assert_eq!(tally_json(&ReplyTally::default())["hit_rate"], Value::Null);
    }
}
