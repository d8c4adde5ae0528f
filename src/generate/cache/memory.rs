//! What is remembered of a model's words about a definition, and what they cost.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::generate::answer::Repair;
use crate::generate::fault::{Fault, FaultKind};
use crate::generate::reply::{Draft, Reply};
use crate::llm::{Completion, Tokens, Usage};

/// A model's words about a definition, and what became of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// The words, those that came last first; of a refused reply every draft that could be read.
    pub drafts: Vec<Draft>,
    /// What became of them.
    pub settled: Settled,
}

/// What became of a model's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "settled")]
pub enum Settled {
    /// They held, or could be mended.
    Held {
        /// What it took.
        repair: Repair,
        /// Kinds of what was wrong with the first reply.
        faults: Vec<FaultKind>,
    },
    /// They did not hold.
    Refused {
        /// What was wrong with them.
        faults: Vec<Fault>,
    },
}

/// What a definition's share of its requests cost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cost {
    /// Who answered last, as the settings call it.
    pub deployment: String,
    /// The model, as the server calls it.
    pub model: Option<String>,
    /// Tokens.
    pub usage: Usage,
    /// Time.
    pub latency: Duration,
}

/// An answer that was paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// What is worth remembering of it.
    pub memory: Memory,
    /// What they cost.
    pub cost: Cost,
}

impl Cost {
    /// The share of one of `asked` definitions in a completion: of the prompt the same for all, of the
    /// reply by the length of its words.
    pub(in crate::generate) fn share(
        completion: &Completion,
        reply: Option<&Reply>,
        draft: Option<&Draft>,
        asked: usize,
    ) -> Self {
        let asked = u64::try_from(asked.max(1)).unwrap_or(u64::MAX);
        let drafts = reply.map_or(&[][..], |reply| &reply.docstrings);
        let all: u64 = drafts.iter().map(length).sum();
        let of_words = |tokens: Tokens| match draft.map(length) {
            Some(own) if all > 0 => Tokens::new(tokens.get().saturating_mul(own) / all),
            _ => Tokens::new(tokens.get() / asked),
        };
        let even = |tokens: Tokens| Tokens::new(tokens.get() / asked);
        let usage = completion.usage;
        Self {
            deployment: completion.sender.deployment.clone(),
            model: completion.model.clone(),
            usage: Usage {
                prompt: even(usage.prompt),
                cached: even(usage.cached),
                completion: of_words(usage.completion),
                reasoning: of_words(usage.reasoning),
                cache_written: even(usage.cache_written),
            },
            latency: completion.sender.latency / u32::try_from(asked).unwrap_or(u32::MAX),
        }
    }

    /// With what another request cost besides, which came first.
    pub(in crate::generate) fn after(mut self, first: &Self) -> Self {
        self.usage += first.usage;
        self.latency += first.latency;
        self
    }
}

fn length(draft: &Draft) -> u64 {
    let text = serde_json::to_string(draft).unwrap_or_default();
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}
