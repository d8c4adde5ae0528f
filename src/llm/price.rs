//! What tokens cost, as far as the model's name tells.
//!
//! Azure OpenAI, Global Standard deployments, as listed in November 2026. Data zones cost about a tenth
//! more and regions differ, discounts are nobody's business but the customer's: what comes out is a
//! figure to compare by, not an invoice.

use super::chat::Usage;

/// How a family of models makes tokens of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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

/// When the table was made: year and month.
pub const PRICES_OF: &str = "2026-11";

/// What a model's tokens cost, in US dollars for a million.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// Of a prompt.
    pub input: f64,
    /// Of a prompt, where the service's cache has it.
    pub cached_input: f64,
    /// Of a reply, reasoning included.
    pub output: f64,
}

/// Families by the beginning of the model's name; a longer name comes before one that it begins with.
const TABLE: [(&str, Price); 28] = [
    ("gpt-4.1-mini", price(0.4, 0.1, 1.6)),
    ("gpt-4.1-nano", price(0.1, 0.025, 0.4)),
    ("gpt-4.1", price(2.0, 0.5, 8.0)),
    ("gpt-4o-mini", price(0.15, 0.075, 0.6)),
    ("gpt-4o", price(2.5, 1.25, 10.0)),
    ("gpt-5.1", price(1.25, 0.125, 10.0)),
    ("gpt-5.2", price(1.75, 0.175, 14.0)),
    ("gpt-5.4-mini", price(0.75, 0.075, 4.5)),
    ("gpt-5.4-nano", price(0.2, 0.02, 1.25)),
    ("gpt-5.4", price(2.5, 0.25, 15.0)),
    ("gpt-5.5", price(5.0, 0.5, 30.0)),
    ("gpt-5.6-luna", price(0.2, 0.02, 1.2)),
    ("gpt-5.6-sol", price(4.0, 0.4, 20.0)),
    ("gpt-5.6-terra", price(2.0, 0.2, 12.0)),
    ("gpt-5-mini", price(0.25, 0.025, 2.0)),
    ("gpt-5-nano", price(0.05, 0.005, 0.4)),
    ("gpt-5", price(1.25, 0.125, 10.0)),
    ("gpt-6-astra", price(10.0, 1.0, 50.0)),
    ("gpt-6-luna", price(0.1, 0.01, 0.5)),
    ("gpt-6-sol", price(2.0, 0.2, 10.0)),
    ("gpt-6.1-sol", price(2.0, 0.1, 10.0)),
    ("gpt-6.1-terra", price(1.0, 0.05, 5.0)),
    ("o3-mini", price(1.1, 0.55, 4.4)),
    ("o3", price(2.0, 0.5, 8.0)),
    ("o4-mini", price(1.1, 0.275, 4.4)),
    ("text-embedding-3-large", price(0.143, 0.143, 0.0)),
    ("text-embedding-3-small", price(0.022, 0.022, 0.0)),
    ("text-embedding-ada-002", price(0.11, 0.11, 0.0)),
];

const fn price(input: f64, cached_input: f64, output: f64) -> Price {
    Price {
        input,
        cached_input,
        output,
    }
}

impl Price {
    /// The price of a model by the name that its server reports, such as `gpt-4o-mini-2024-07-18`; `None`
    /// of one that is not in the table. A name that merely begins like a known one (`gpt-4o-audio`) is
    /// another model, at another price.
    #[must_use]
    pub fn of(model: &str) -> Option<Self> {
        let name = model.rsplit('/').next().unwrap_or(model);
        let name = name.to_ascii_lowercase();
        TABLE.iter().find_map(|(family, price)| {
            let version = name.strip_prefix(family)?;
            is_version(version).then_some(*price)
        })
    }

    /// What tokens cost, in US dollars.
    #[must_use]
    pub fn cost(self, usage: Usage) -> f64 {
        let cached = usage.cached.get().min(usage.prompt.get());
        let fresh = usage.prompt.get() - cached;
        let millions = |tokens: u64| {
            #[expect(
                clippy::cast_precision_loss,
                reason = "no run has so many tokens that it would show"
            )]
            let tokens = tokens as f64;
            tokens / 1e6
        };
        millions(fresh) * self.input
            + millions(cached) * self.cached_input
            + millions(usage.completion.get()) * self.output
    }
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
            assert_eq!(Price::of(model), None, "{model}");
        }
    }

    #[test]
    fn a_longer_name_is_never_hidden_by_a_shorter_one() {
        for (at, (name, _)) in TABLE.iter().enumerate() {
            assert!(
                TABLE
                    .iter()
                    .take(at)
                    .all(|(before, _)| !name.starts_with(before)),
                "{name}"
            );
        }
    }

    #[test]
    fn cached_tokens_cost_what_they_cost() {
        let usage = Usage {
            prompt: Tokens::new(1_000_000),
            cached: Tokens::new(400_000),
            completion: Tokens::new(100_000),
            ..Usage::default()
        };
        let cost = price(2.0, 0.5, 8.0).cost(usage);
        assert!((cost - (1.2 + 0.2 + 0.8)).abs() < 1e-9, "{cost}");
    }
}
