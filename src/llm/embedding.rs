//! Texts as vectors: what is asked, in pieces that the service takes, and what comes back.

use super::chat::{Tokens, Usage};

/// The most texts in one request (Azure's how-to on embeddings).
const MOST_TEXTS: usize = 2_048;

/// The most tokens in one request, over all its texts (OpenAI's API reference).
const MOST_TOKENS: u64 = 300_000;

/// The most tokens of one text: 8,191 for the oldest model, 8,192 for the others.
const MOST_TOKENS_OF_ONE: u64 = 8_191;

/// Texts that share a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct EmbeddingRequest<'a> {
    pub(super) texts: &'a [&'a str],
    /// Shorter vectors than the model's own, where it can make them.
    pub(super) dimensions: Option<u32>,
}

/// The vectors of a request's texts, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Embeddings {
    /// One for each text.
    pub vectors: Vec<Vec<f32>>,
    /// What they cost.
    pub usage: Usage,
    /// The model, as the server calls it.
    pub model: Option<String>,
}

/// `text` as long as a model can take it, and never empty, which the service refuses. Only a bound
/// on characters is sure: a token has one at least.
pub(super) fn fitting(text: &str) -> &str {
    if text.is_empty() {
        return " ";
    }
    if Tokens::estimate(text).get() <= MOST_TOKENS_OF_ONE / 2 {
        return text;
    }
    let most = usize::try_from(MOST_TOKENS_OF_ONE).unwrap_or(usize::MAX);
    let end = text
        .char_indices()
        .nth(most)
        .map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// How many of `texts`, from the first on, a request takes.
pub(super) fn batches<'t, 'a>(texts: &'t [&'a str]) -> Vec<&'t [&'a str]> {
    let mut batches = Vec::new();
    let (mut start, mut sum) = (0, 0);
    for (index, text) in texts.iter().enumerate() {
        // Twice the usual estimate: texts in other scripts have more tokens to a character.
        let tokens = Tokens::estimate(text).get().saturating_mul(2);
        if index > start && (index - start == MOST_TEXTS || sum + tokens > MOST_TOKENS) {
            batches.push(&texts[start..index]);
            (start, sum) = (index, 0);
        }
        sum += tokens;
    }
    if start < texts.len() {
        batches.push(&texts[start..]);
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_keep_to_both_bounds_and_lose_nothing() {
        let long = "x".repeat(80_000);
        for texts in [vec!["a"; 5_000], vec![long.as_str(); 20], vec![]] {
            let batches = batches(&texts);
            assert_eq!(batches.concat(), texts);
            for batch in batches {
                let characters: usize = batch.iter().map(|text| text.len()).sum();
                assert!(!batch.is_empty() && batch.len() <= MOST_TEXTS);
                assert!(characters.div_ceil(4) <= 300_000 / 2);
            }
        }
        assert_eq!(batches(&vec!["a"; 5_000]).len(), 3);
    }

    #[test]
    fn a_text_is_never_empty_and_never_too_long() {
        assert_eq!(fitting(""), " ");
        assert_eq!(fitting("ä"), "ä");
        assert_eq!(fitting(&"ä".repeat(100_000)).chars().count(), 8_191);
        let prose = "word ".repeat(3_000);
        assert_eq!(fitting(&prose), prose);
    }
}
