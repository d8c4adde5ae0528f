//! Embeddings: a request against what the service takes, and vectors that tell texts apart.

use serde_json::{Value, json};

use super::http::Reply;

const MOST_TEXTS: usize = 2_048;
const DIMENSIONS: u64 = 4;

/// The vectors of a request's texts, the last one first: the service promises no order. With groups of
/// words, each number says how many words of one a text has.
pub(super) fn embeddings(body: &Value, meanings: &[&[&str]]) -> Reply {
    let texts = body["input"].as_array().map_or(&[][..], Vec::as_slice);
    let is_text = |text: &Value| text.as_str().is_some_and(|text| !text.is_empty());
    if texts.is_empty() || texts.len() > MOST_TEXTS || !texts.iter().all(is_text) {
        let message = "'$.input' is invalid. Please check the API reference.";
        return Reply::json(
            400,
            &json!({"error": {"message": message, "type": "invalid_request_error", "param": null, "code": null}}),
        );
    }
    let dimensions = body["dimensions"].as_u64().unwrap_or(DIMENSIONS);
    let data = texts.iter().enumerate().rev().map(|(index, text)| {
        let sum: u32 = text
            .as_str()
            .unwrap_or_default()
            .bytes()
            .map(u32::from)
            .sum();
        let vector: Vec<f64> = if meanings.is_empty() {
            (0..dimensions).map(|_| f64::from(sum)).collect()
        } else {
            meanings.iter().map(|group| count(text, group)).collect()
        };
        json!({"object": "embedding", "index": index, "embedding": vector})
    });
    Reply::json(
        200,
        &json!({
            "object": "list", "data": data.collect::<Vec<_>>(), "model": "text-embedding-3-small",
            "usage": {"prompt_tokens": texts.len(), "total_tokens": texts.len()},
        }),
    )
}

/// Words of a group in a text; a little more than none, since no text has a vector without a length.
fn count(text: &Value, group: &[&str]) -> f64 {
    let text = text.as_str().unwrap_or_default().to_lowercase();
    let words = text.split(|c: char| !c.is_alphabetic());
    words
        .filter(|word| group.contains(word))
        .fold(0.01, |sum, _| sum + 1.0)
}
