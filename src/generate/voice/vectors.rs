//! Vectors of texts, and how near two of them are.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::SystemTime;

use crate::config::{self, Llm};
use crate::llm::{BudgetGate, Client, KnownModel, Live, LlmError, SharedQuota, Stats};
use crate::store::{ContentHash, Database};

/// An embedding model, ready to be asked.
#[derive(Debug)]
pub(super) struct Embedder {
    client: Client,
    dimensions: Option<u32>,
    /// What its vectors depend on besides the text.
    model: String,
}

impl Embedder {
    /// The model of the settings, if they name one.
    pub(super) fn new(
        llm: &Llm,
        keeper: Option<Arc<dyn SharedQuota>>,
        budget: Arc<BudgetGate>,
    ) -> Result<Option<Self>, LlmError> {
        let (Some(settings), Some(own)) = (&llm.embeddings, llm.of_embeddings()) else {
            return Ok(None);
        };
        let config::Embeddings {
            deployment,
            dimensions,
        } = settings;
        Ok(Some(Self {
            client: Client::sharing(&own, keeper, budget)?,
            dimensions: dimensions.map(std::num::NonZeroU32::get),
            model: format!("{:?}", deployment.surface),
        }))
    }

    /// What is known of the model.
    pub(super) fn model(&self) -> Option<KnownModel> {
        self.client.models().into_iter().next()
    }

    /// What it was asked so far.
    pub(super) fn stats(&self) -> Stats {
        self.client.stats()
    }

    /// What it is asked now.
    pub(super) fn live(&self) -> Live {
        self.client.live()
    }

    /// What a text's vector is kept under.
    pub(super) fn hash(&self, text: &str) -> ContentHash {
        let dimensions = self.dimensions.unwrap_or(0).to_le_bytes();
        ContentHash::of(&[self.model.as_bytes(), &dimensions, text.as_bytes()])
    }

    /// The vectors of texts, each of length 1: those that are kept, and of the others what the model
    /// gives, which is kept at once.
    pub(super) async fn vectors(
        &self,
        texts: &[&str],
        database: &Database,
    ) -> Result<Vec<Vec<f32>>, LlmError> {
        let now = SystemTime::now();
        let hashes: Vec<ContentHash> = texts.iter().map(|text| self.hash(text)).collect();
        let mut known = database.vectors(&hashes, now).unwrap_or_else(|error| {
            tracing::debug!("vectors that were kept cannot be read: {error}");
            HashMap::new()
        });
        let mut missing: Vec<(ContentHash, &str)> = Vec::new();
        let mut seen = HashSet::new();
        for (hash, text) in hashes.iter().zip(texts) {
            if !known.contains_key(hash) && seen.insert(*hash) {
                missing.push((*hash, text));
            }
        }
        let asked: Vec<&str> = missing.iter().map(|(_, text)| *text).collect();
        let keep = |start: usize, vectors: Vec<Vec<f32>>| {
            let of_batch = missing.iter().skip(start).zip(vectors);
            let new: Vec<_> = of_batch
                .map(|((hash, _), vector)| (*hash, normalized(vector)))
                .collect();
            if let Err(error) = database.keep_vectors(&new, now) {
                tracing::debug!("vectors cannot be kept: {error}");
            }
            known.extend(new);
        };
        let usage = self
            .client
            .embed_each(&asked, self.dimensions, keep)
            .await?;
        tracing::debug!(
            "{} of {} texts embedded anew, {} tokens",
            asked.len(),
            texts.len(),
            usage.prompt
        );
        let vectors = hashes.iter().map(|hash| known.get(hash).cloned());
        Ok(vectors.map(Option::unwrap_or_default).collect())
    }
}

/// A vector of the same direction whose length is 1; one of no length stays.
fn normalized(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|one| one * one).sum::<f32>().sqrt();
    if length > 0.0 && length.is_finite() {
        for number in &mut vector {
            *number /= length;
        }
    }
    vector
}

/// Numbers that are multiplied at once: enough for the widest registers, which the compiler then uses.
const LANES: usize = 16;

/// The cosine of the angle between two vectors of length 1; 0 for vectors of different models.
pub(super) fn cosine(one: &[f32], other: &[f32]) -> f32 {
    if one.len() != other.len() {
        return 0.0;
    }
    let (ones, rest) = one.as_chunks::<LANES>();
    let (others, other_rest) = other.as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for (one, other) in ones.iter().zip(others) {
        for ((sum, one), other) in sums.iter_mut().zip(one).zip(other) {
            *sum += one * other;
        }
    }
    let rest = rest.iter().zip(other_rest).map(|(one, other)| one * other);
    sums.iter().sum::<f32>() + rest.sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cosine_is_that_of_the_angle() {
        let vector = |numbers: &[f32]| {
            let mut long = numbers.to_vec();
            long.resize(37, 0.0);
            normalized(long)
        };
        let near = |one: &[f32], other: &[f32], expected: f32| {
            let found = cosine(&vector(one), &vector(other));
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        };
        near(&[3.0, 4.0], &[6.0, 8.0], 1.0);
        near(&[1.0, 0.0], &[0.0, 5.0], 0.0);
        near(&[1.0, 1.0], &[1.0, 0.0], 0.5_f32.sqrt());
        near(&[1.0], &[-1.0], -1.0);
        near(&[0.0], &[1.0], 0.0);
        assert!(cosine(&[1.0], &[1.0, 0.0]).abs() < f32::EPSILON);
        let last: Vec<f32> = (0_u8..37).map(|n| f32::from(u8::from(n == 36))).collect();
        assert!((cosine(&last, &last) - 1.0).abs() < f32::EPSILON);
    }
}
