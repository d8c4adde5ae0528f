//! Exact counts of a model family's tokens, where its encoding is published. The vocabularies are part
//! of the program; reading one takes about 0.2 s, once.

use super::chat::Tokens;
use super::price::Encoding;

/// Tokens that a message of a chat has besides its words and its role.
///
/// This and [`REPLY`] are of the `OpenAI` cookbook, "How to count tokens with tiktoken"; Azure publishes
/// none of its own.
const MESSAGE: u64 = 3;

/// Tokens that a reply is opened with, which count as the prompt's.
const REPLY: u64 = 3;

/// Tokens of the two messages of a request besides their words: what frames them, their roles, a token
/// each, and the opening of the reply.
pub const FRAME: Tokens = Tokens::new(2 * (MESSAGE + 1) + REPLY);

impl Encoding {
    /// What it is called where it is published.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::O200k => "o200k_base",
            Self::Harmony => "o200k_harmony",
            Self::Cl100k => "cl100k_base",
        }
    }
}

/// Whether docgen was built with the vocabularies.
#[must_use]
pub const fn counts_exactly() -> bool {
    cfg!(feature = "tokenizer")
}

/// The tokens of a text; `None` if docgen was built without the vocabularies.
#[cfg(feature = "tokenizer")]
#[must_use]
pub fn count(encoding: Encoding, text: &str) -> Option<Tokens> {
    let count = of_pieces(encoding, text);
    Some(Tokens::new(u64::try_from(count).unwrap_or(u64::MAX)))
}

/// The tokens of a text: `None`, since docgen was built without the vocabularies.
#[cfg(not(feature = "tokenizer"))]
#[must_use]
pub fn count(_: Encoding, _: &str) -> Option<Tokens> {
    None
}

#[cfg(feature = "tokenizer")]
fn of_pieces(encoding: Encoding, text: &str) -> usize {
    let vocabulary = match encoding {
        // The two differ in the tokens that frame messages, not in those of words.
        Encoding::O200k | Encoding::Harmony => tiktoken_rs::o200k_base_singleton(),
        Encoding::Cl100k => tiktoken_rs::cl100k_base_singleton(),
    };
    let pieces = pieces(text).into_iter();
    pieces.map(|piece| vocabulary.count_ordinary(piece)).sum()
}

/// Characters of one kind in a row beyond which a text is cut. Code and prose have no such runs; what has
/// would take a time that grows with its square, or more than the expressions that divide it bear.
#[cfg(feature = "tokenizer")]
const LONGEST_RUN: usize = 1_000;

/// The text, cut where a run of blanks or of anything else is too long.
#[cfg(feature = "tokenizer")]
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut run, mut was_blank) = (0, 0, false);
    for (at, c) in text.char_indices() {
        let is_blank = c.is_whitespace();
        if is_blank != was_blank {
            (run, was_blank) = (0, is_blank);
        }
        run += 1;
        if run > LONGEST_RUN {
            pieces.extend(text.get(start..at));
            (start, run) = (at, 1);
        }
    }
    pieces.extend(text.get(start..));
    pieces
}

#[cfg(test)]
#[cfg(feature = "tokenizer")]
mod tests {
    use super::*;

    fn of(encoding: Encoding, text: &str) -> u64 {
        count(encoding, text).unwrap().get()
    }

    #[test]
    fn texts_have_the_tokens_that_the_published_encodings_give_them() {
        // Counted with OpenAI's own tiktoken.
        assert_eq!(of(Encoding::O200k, ""), 0);
        assert_eq!(of(Encoding::O200k, "hello world"), 2);
        assert_eq!(of(Encoding::Cl100k, "hello world"), 2);
        let code = "def f(a, b):\n    return a + b\n";
        assert_eq!(of(Encoding::O200k, code), 12);
        assert_eq!(of(Encoding::Harmony, code), of(Encoding::O200k, code));
        // What would end a prompt is read as text.
        assert!(of(Encoding::O200k, "<|endoftext|>") > 3);
    }

    #[test]
    fn a_text_without_end_is_counted_in_pieces() {
        for text in [
            "x".repeat(300_000),
            " ".repeat(300_000),
            "é\u{301}".repeat(100_000),
        ] {
            let tokens = of(Encoding::O200k, &text);
            assert!(tokens > 100 && tokens < 300_000, "{tokens}");
            assert_eq!(pieces(&text).concat(), text);
        }
    }
}
