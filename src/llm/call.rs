//! What can be asked of a deployment: the part of a request that the client need not know.

use std::sync::Arc;

use super::adapt::Dialect;
use super::chat::{ChatRequest, Completion, Finish, Sender, Tokens, Urgency, Usage};
use super::embedding::{EmbeddingRequest, Embeddings};
use super::record::Operation;
use super::wire::{Body, EmbeddingBody, Settings, read_completion, read_embeddings};

/// Something to be asked of a deployment.
pub(super) trait Call {
    /// What comes back.
    type Answer;

    /// Which of the service's operations it is.
    const OPERATION: Operation;

    /// Whether it goes before others.
    fn urgency(&self) -> Urgency;

    /// Characters of everything that the service reads.
    fn characters(&self) -> usize;

    /// What the answer is likely to need at most; `None` if none is written.
    fn expected_output(&self) -> Option<Tokens>;

    /// The request's body in a deployment's dialect, with `limit` as the output limit.
    fn body(
        &self,
        limit: Tokens,
        settings: &Settings,
        dialect: Dialect,
    ) -> serde_json::Result<Vec<u8>>;

    /// What it is about, for the records.
    fn about(&self) -> Arc<str>;

    /// Reads the body of a successful answer; the error says why it is none.
    fn read(&self, body: &[u8]) -> Result<Self::Answer, String>;

    /// What an answer cost.
    fn usage(answer: &Self::Answer) -> Usage;

    /// The model that gave an answer, as the server calls it.
    fn model(answer: &Self::Answer) -> Option<&str>;

    /// Whether the model reached its output limit.
    fn is_cut_off(answer: &Self::Answer) -> bool;

    /// Notes who gave it.
    fn note_sender(answer: &mut Self::Answer, sender: Sender);

    /// Notes that the same request would have more room to think if it were sent again.
    fn note_room(answer: &mut Self::Answer);
}

impl Operation {
    /// Where it is below the deployment.
    pub(super) fn path(self) -> &'static [&'static str] {
        match self {
            Self::Chat => &["chat", "completions"],
            Self::Embeddings => &["embeddings"],
        }
    }
}

impl Call for ChatRequest {
    type Answer = Completion;

    const OPERATION: Operation = Operation::Chat;

    fn urgency(&self) -> Urgency {
        self.urgency
    }

    fn characters(&self) -> usize {
        ChatRequest::characters(self)
    }

    fn expected_output(&self) -> Option<Tokens> {
        Some(self.max_output_tokens)
    }

    fn body(
        &self,
        limit: Tokens,
        settings: &Settings,
        dialect: Dialect,
    ) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Body::new(self, limit, settings, dialect))
    }

    fn about(&self) -> Arc<str> {
        self.about.clone()
    }

    fn read(&self, body: &[u8]) -> Result<Completion, String> {
        read_completion(body)
    }

    fn usage(answer: &Completion) -> Usage {
        answer.usage
    }

    fn model(answer: &Completion) -> Option<&str> {
        answer.model.as_deref()
    }

    fn is_cut_off(answer: &Completion) -> bool {
        matches!(answer.finish, Finish::Length { .. })
    }

    fn note_sender(answer: &mut Completion, sender: Sender) {
        answer.sender = sender;
    }

    fn note_room(answer: &mut Completion) {
        if let Finish::Length { has_more_room } = &mut answer.finish {
            *has_more_room = true;
        }
    }
}

impl Call for EmbeddingRequest<'_> {
    type Answer = Embeddings;

    const OPERATION: Operation = Operation::Embeddings;

    fn urgency(&self) -> Urgency {
        Urgency::New
    }

    fn characters(&self) -> usize {
        self.texts.iter().map(|text| text.chars().count()).sum()
    }

    fn expected_output(&self) -> Option<Tokens> {
        None
    }

    fn body(
        &self,
        _limit: Tokens,
        settings: &Settings,
        _dialect: Dialect,
    ) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&EmbeddingBody::new(self, settings))
    }

    fn about(&self) -> Arc<str> {
        Arc::from("examples")
    }

    fn read(&self, body: &[u8]) -> Result<Embeddings, String> {
        read_embeddings(body, self.texts.len())
    }

    fn usage(answer: &Embeddings) -> Usage {
        answer.usage
    }

    fn model(answer: &Embeddings) -> Option<&str> {
        answer.model.as_deref()
    }

    fn is_cut_off(_answer: &Embeddings) -> bool {
        false
    }

    fn note_sender(_answer: &mut Embeddings, _sender: Sender) {}

    fn note_room(_answer: &mut Embeddings) {}
}
