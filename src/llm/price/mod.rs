//! What tokens cost, and what is known of a model, as far as its name tells.
//!
//! What comes out is a figure to compare by, not an invoice: regions differ, and discounts are nobody's
//! business but the customer's. The table is data, [`models.toml`](self), with the month it was made in.

mod bill;
mod table;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::chat::Usage;
use crate::config::PriceSetting;
pub use bill::Bill;
use table::{Family, Table};

static TABLE: LazyLock<Table> = LazyLock::new(Table::read);

/// When the table was made: year and month.
#[must_use]
pub fn prices_of() -> &'static str {
    &TABLE.as_of
}

/// What a model's tokens cost, in US dollars for a million.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Price {
    /// Of a prompt.
    pub input: f64,
    /// Of a prompt, where the service's cache has it.
    pub cached_input: f64,
    /// Of a prompt that the service's cache takes in.
    pub cache_write: f64,
    /// Of a reply, reasoning included.
    pub output: f64,
    /// The same through the Batch API, where that serves the model.
    pub batch: Option<BatchPrice>,
}

/// What a model's tokens cost through the Batch API, in US dollars for a million.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BatchPrice {
    /// Of a prompt.
    pub input: f64,
    /// Of a reply.
    pub output: f64,
}

/// How a family of models makes tokens of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// From GPT-4o on.
    #[serde(rename = "o200k_base")]
    O200k,
    /// gpt-oss.
    #[serde(rename = "o200k_harmony")]
    Harmony,
    /// GPT-4, GPT-3.5 and the embedding models.
    #[serde(rename = "cl100k_base")]
    Cl100k,
}

/// What is known of a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ModelFacts {
    /// What it costs.
    pub price: Option<Price>,
    /// Tokens that it takes in one request.
    pub max_input: Option<u64>,
    /// Tokens that it writes in one reply, reasoning included.
    pub max_output: Option<u64>,
    /// How it counts.
    pub encoding: Option<Encoding>,
}

impl ModelFacts {
    /// The facts of a model by the name that its server reports, such as `gpt-4o-mini-2024-07-18`; none of
    /// one that is not in the table. A name that merely begins like a known one (`gpt-4o-audio`) is
    /// another model.
    #[must_use]
    pub fn of(model: &str) -> Self {
        let name = model.rsplit('/').next().unwrap_or(model);
        let name = name.to_ascii_lowercase();
        let families = TABLE.families.iter();
        let mut known = families.filter(|one| {
            let version = name.strip_prefix(one.name.as_str());
            version.is_some_and(is_version)
        });
        known.next().map(Family::facts).unwrap_or_default()
    }
}

/// Tokens that any of these models takes in one request, as far as the table knows them.
#[must_use]
pub fn least_input<'m>(models: impl IntoIterator<Item = &'m str>) -> Option<u64> {
    let models = models.into_iter();
    models.filter_map(|one| ModelFacts::of(one).max_input).min()
}

impl Price {
    /// The price of a model by its name, as for [`ModelFacts::of`].
    #[must_use]
    pub fn of(model: &str) -> Option<Self> {
        ModelFacts::of(model).price
    }

    /// What settings make of what the table says; `None` if neither has what a prompt and a reply cost.
    #[must_use]
    pub fn with(listed: Option<Self>, setting: &PriceSetting) -> Option<Self> {
        let input = setting.input.or(listed.map(|price| price.input))?;
        let output = setting.output.or(listed.map(|price| price.output))?;
        // Who sets what a prompt costs does not mean the list's discounts on another price.
        let listed = listed.filter(|_| setting.input.is_none());
        let of_list = |price: fn(Self) -> f64| listed.map_or(input, price);
        Some(Self {
            input,
            output,
            cached_input: (setting.cached_input).unwrap_or_else(|| of_list(|one| one.cached_input)),
            cache_write: (setting.cache_write).unwrap_or_else(|| of_list(|one| one.cache_write)),
            batch: listed
                .filter(|_| setting.output.is_none())
                .and_then(|price| price.batch),
        })
    }

    /// The same for prompts of which each token costs the most that one can.
    pub(super) fn without_discounts(self) -> Self {
        Self {
            input: self.input.max(self.cached_input).max(self.cache_write),
            ..self
        }
    }

    /// What tokens cost, in US dollars.
    #[must_use]
    pub fn cost(self, usage: Usage) -> f64 {
        let prompt = usage.prompt.get();
        let cached = usage.cached.get().min(prompt);
        let written = usage.cache_written.get().min(prompt - cached);
        millions(prompt - cached - written) * self.input
            + millions(cached) * self.cached_input
            + millions(written) * self.cache_write
            + millions(usage.completion.get()) * self.output
    }
}

fn millions(tokens: u64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "no run has so many tokens that it would show"
    )]
    let tokens = tokens as f64;
    tokens / 1e6
}

/// Nothing, or a date: `-2024-07-18`, `-0613`.
fn is_version(text: &str) -> bool {
    let mut parts = text.split('-');
    parts.next() == Some("")
        && parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        || text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::Tokens;

    #[test]
    fn a_model_has_the_price_of_its_family() {
        let input = |model| Price::of(model).map(|price| price.input);
        assert_eq!(input("gpt-4o-2024-08-06"), Some(2.5));
        assert_eq!(input("gpt-4o-mini-2024-07-18"), Some(0.15));
        assert_eq!(input("GPT-5"), Some(1.25));
        assert_eq!(input("gpt-5-mini"), Some(0.25));
        assert_eq!(input("openai/gpt-4.1-nano"), Some(0.1));
        assert_eq!(input("o3"), Some(2.0));
        let facts = ModelFacts::of("gpt-4.1-2025-04-14");
        assert_eq!(facts.encoding, Some(Encoding::O200k));
        assert_eq!(facts.max_input, Some(1_047_576));
        assert_eq!(least_input(["gpt-4.1", "ours", "o3"]), Some(200_000));
        assert_eq!(least_input(["ours"]), None);
    }

    #[test]
    fn what_is_not_listed_has_no_price() {
        for model in [
            "",
            "gpt",
            "gpt-4o-audio-preview",
            "gpt-5-codex",
            "gpt-5.",
            "llama3",
            "my-deployment",
            "gpt-4o-",
        ] {
            assert_eq!(ModelFacts::of(model), ModelFacts::default(), "{model}");
        }
    }

    #[test]
    fn cached_tokens_cost_what_they_cost() {
        let usage = Usage {
            prompt: Tokens::new(1_000_000),
            cached: Tokens::new(400_000),
            cache_written: Tokens::new(200_000),
            completion: Tokens::new(100_000),
            ..Usage::default()
        };
        let price = Price {
            input: 2.0,
            cached_input: 0.5,
            cache_write: 2.5,
            output: 8.0,
            batch: None,
        };
        let cost = price.cost(usage);
        assert!((cost - (0.8 + 0.2 + 0.5 + 0.8)).abs() < 1e-9, "{cost}");
    }

    #[test]
    fn settings_win_over_the_table() {
        let set = |input: Option<f64>, output: Option<f64>| PriceSetting {
            input,
            output,
            ..PriceSetting::default()
        };
        let listed = Price::of("gpt-4.1");
        assert_eq!(Price::with(listed, &set(None, None)), listed);
        assert_eq!(Price::with(None, &set(Some(1.0), None)), None);
        let own = Price::with(listed, &set(Some(1.0), None)).unwrap();
        assert_eq!((own.input, own.cached_input, own.output), (1.0, 1.0, 8.0));
        let own = Price::with(None, &set(Some(0.0), Some(0.0))).unwrap();
        assert_eq!((own.input, own.cache_write, own.output), (0.0, 0.0, 0.0));
    }
}
