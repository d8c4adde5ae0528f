//! What stands in for Microsoft Entra ID in a docgen that was built without it.

use super::token::{Issued, Issuer};
use crate::config::{Identity, Network};
use crate::llm::error::LlmError;

/// Nobody.
pub(super) enum Entra {}

impl Entra {
    pub(super) fn new(
        _: &Identity,
        _: &str,
        _: &reqwest::Client,
        _: &Network,
    ) -> Result<Self, LlmError> {
        Err(LlmError::NoEntra)
    }
}

impl Issuer for Entra {
    async fn issue(&self, _: &str) -> Result<Issued, LlmError> {
        match *self {}
    }

    fn unfit(&self) -> LlmError {
        match *self {}
    }
}
