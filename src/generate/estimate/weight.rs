//! A request, weighed.

use std::sync::LazyLock;

use super::{number, tokens, words};
use crate::generate::complete::Prompt;
use crate::generate::reply::{Reply, reply_schema};
use crate::llm::{Encoding, FRAME, count_tokens};

/// Tokens in a character where no encoding is known: what `o200k_base` makes of the rules and the schema, ...
const CONSTANT: f64 = 0.25;

/// ... of prompts about Django and the fixtures, ...
const OWN: f64 = 0.264;

/// ... and of a reply's names and marks.
const SKELETON: f64 = 0.264;

/// The schema as it goes with every request.
static SCHEMA: LazyLock<String> = LazyLock::new(|| reply_schema().to_string());

/// A first request, in characters but for what only tokens tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// Definitions that it asks for.
    pub definitions: usize,
    /// Characters of what is the same for every request: the rules, and the schema of the reply.
    pub constant: usize,
    /// Characters of what is its own.
    pub user: usize,
    /// The output limit, but for a model's room to think.
    pub limit: u64,
    /// Characters of the reply's names and marks.
    skeleton: usize,
    /// Tokens of the reply's words.
    words: f64,
}

impl Weight {
    /// Tokens of its reply, reasoning apart.
    pub(super) fn reply(&self, shape: &Shape) -> f64 {
        number(self.skeleton) * shape.skeleton + self.words
    }
}

/// How many tokens the characters of a run's requests make.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// In a character of what is the same for every request.
    pub(super) constant: f64,
    /// In a character of what is a request's own.
    pub(super) user: f64,
    /// In a character of a reply's names and marks.
    pub(super) skeleton: f64,
    /// Of what frames a request's messages.
    pub(super) frame: f64,
    /// They were counted.
    pub(super) is_counted: bool,
}

impl Default for Shape {
    /// By characters.
    fn default() -> Self {
        Self {
            constant: CONSTANT,
            user: OWN,
            skeleton: SKELETON,
            frame: number(FRAME.get()),
            is_counted: false,
        }
    }
}

impl Shape {
    /// Tokens of some requests' prompts.
    #[must_use]
    pub fn prompt_tokens(&self, weights: &[Weight]) -> u64 {
        let one = |weight: &Weight| {
            number(weight.constant) * self.constant + number(weight.user) * self.user + self.frame
        };
        tokens(weights.iter().map(one).sum())
    }

    /// Counts the tokens of some of a run's requests in an encoding; without one, or without its
    /// vocabulary, characters have to do.
    #[must_use]
    pub fn of(sample: &[Prompt], encoding: Option<Encoding>) -> Self {
        let by_characters = Self::default();
        let Some((encoding, first)) = encoding.zip(sample.first()) else {
            return by_characters;
        };
        let constant = format!("{}{}", first.system, *SCHEMA);
        let skeletons = sample.iter().map(|one| skeleton(&one.user));
        let users = sample.iter().map(|one| one.user.as_str());
        let Some(constant) = ratio(encoding, std::iter::once(constant.as_str())) else {
            return by_characters;
        };
        Self {
            constant,
            user: ratio(encoding, users).unwrap_or(by_characters.user),
            skeleton: ratio(encoding, skeletons).unwrap_or(by_characters.skeleton),
            is_counted: true,
            ..by_characters
        }
    }
}

/// Tokens in a character of some texts; `None` of no text.
fn ratio<'t>(encoding: Encoding, texts: impl Iterator<Item = &'t str>) -> Option<f64> {
    let (mut tokens, mut characters) = (0, 0);
    for text in texts {
        tokens += count_tokens(encoding, text)?.get();
        characters += text.chars().count();
    }
    (characters > 0).then(|| number(tokens) / number(characters))
}

/// Weighs a request.
#[must_use]
pub fn weigh(prompt: &Prompt) -> Weight {
    let skeleton = skeleton(&prompt.user);
    let reply: Reply = serde_json::from_str(skeleton).unwrap_or_default();
    Weight {
        definitions: prompt.definitions,
        constant: prompt.system.chars().count() + SCHEMA.chars().count(),
        user: prompt.user.chars().count(),
        limit: prompt.limit.get(),
        skeleton: skeleton.chars().count(),
        words: words(&reply),
    }
}

/// The reply that a request asks for, without its words: the last line that is JSON.
fn skeleton(user: &str) -> &str {
    let last = user.lines().rfind(|line| line.starts_with('{'));
    last.unwrap_or_default()
}
