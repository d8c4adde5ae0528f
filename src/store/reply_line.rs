//! A reply as a line of JSON, and packed into bytes: how it leaves a machine.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::content_hash::ContentHash;
use super::replies::{REPLY_FORMAT, ReplyCost, ReplyRecord, pack, unpack};

/// Why a line is no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// It is no JSON, or not of this shape.
    #[error("it is no entry of a reply cache: {0}")]
    Shape(String),
    /// A later docgen wrote it.
    #[error("it is of format {0}, and this docgen knows {REPLY_FORMAT}")]
    Newer(u32),
    /// The key is none.
    #[error("its key is no hash")]
    Key,
    /// It is not what was written.
    #[error("its checksum does not match: it was changed or damaged")]
    Checksum,
}

#[derive(Serialize, Deserialize)]
struct Line {
    format: u32,
    key: String,
    definition: String,
    deployment: String,
    model: Option<String>,
    created_at: u64,
    prompt_tokens: u64,
    cached_tokens: u64,
    completion_tokens: u64,
    latency_ms: u64,
    reply: Value,
    checksum: String,
}

#[derive(Deserialize)]
struct Format {
    format: u32,
}

impl Line {
    /// Of everything but itself.
    fn checksum(&self) -> String {
        let numbers = [
            self.created_at,
            self.prompt_tokens,
            self.cached_tokens,
            self.completion_tokens,
            self.latency_ms,
        ];
        let numbers: Vec<u8> = numbers.into_iter().flat_map(u64::to_le_bytes).collect();
        let reply = self.reply.to_string();
        let parts: [&[u8]; 6] = [
            self.key.as_bytes(),
            self.definition.as_bytes(),
            self.deployment.as_bytes(),
            self.model.as_deref().unwrap_or_default().as_bytes(),
            &numbers,
            reply.as_bytes(),
        ];
        ContentHash::of(&parts).to_string()
    }
}

impl ReplyRecord {
    /// The record as one line of JSON, without its line end.
    #[must_use]
    pub fn to_line(&self) -> String {
        let paid = &self.paid;
        let mut line = Line {
            format: REPLY_FORMAT,
            key: self.key.to_string(),
            definition: self.definition.clone(),
            deployment: paid.deployment.clone(),
            model: paid.model.clone(),
            created_at: self.created_at,
            prompt_tokens: paid.prompt_tokens,
            cached_tokens: paid.cached_tokens,
            completion_tokens: paid.completion_tokens,
            latency_ms: paid.latency_ms,
            reply: serde_json::from_slice(&self.value).unwrap_or_default(),
            checksum: String::new(),
        };
        line.checksum = line.checksum();
        serde_json::to_string(&line).unwrap_or_default()
    }

    /// Reads what [`Self::to_line`] wrote.
    pub fn from_line(text: &str) -> Result<Self, LineFault> {
        let shape = |error: serde_json::Error| LineFault::Shape(error.to_string());
        let Format { format } = serde_json::from_str(text).map_err(shape)?;
        if format > REPLY_FORMAT {
            return Err(LineFault::Newer(format));
        }
        let line: Line = serde_json::from_str(text).map_err(shape)?;
        if line.checksum != line.checksum() {
            return Err(LineFault::Checksum);
        }
        Ok(Self {
            key: ContentHash::from_hex(&line.key).ok_or(LineFault::Key)?,
            value: line.reply.to_string().into_bytes(),
            definition: line.definition,
            paid: ReplyCost {
                deployment: line.deployment,
                model: line.model,
                prompt_tokens: line.prompt_tokens,
                cached_tokens: line.cached_tokens,
                completion_tokens: line.completion_tokens,
                latency_ms: line.latency_ms,
            },
            created_at: line.created_at,
        })
    }

    /// The record in few bytes, with a checksum in them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        pack(self.to_line().as_bytes())
    }

    /// Reads what [`Self::to_bytes`] made.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LineFault> {
        let line = unpack(bytes).ok_or(LineFault::Checksum)?;
        let line = String::from_utf8(line).map_err(|_| LineFault::Checksum)?;
        Self::from_line(&line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> ReplyRecord {
        ReplyRecord::sample(b"k", r#"{"drafts":[],"n":1}"#, 1_700_000_000)
    }

    #[test]
    fn a_record_comes_back_from_its_line_and_its_bytes() {
        let record = record();
        assert_eq!(
            ReplyRecord::from_line(&record.to_line()),
            Ok(record.clone())
        );
        assert!(!record.to_line().contains('\n'));
        assert_eq!(ReplyRecord::from_bytes(&record.to_bytes()), Ok(record));
    }

    #[test]
    fn what_was_changed_on_the_way_is_no_record() {
        let line = record().to_line();
        let changed = line.replace("\"n\":1", "\"n\":2");
        assert_eq!(ReplyRecord::from_line(&changed), Err(LineFault::Checksum));
        let later = line.replace("\"format\":1", "\"format\":9");
        assert_eq!(ReplyRecord::from_line(&later), Err(LineFault::Newer(9)));
        for wrong in ["", "{}", "[1]", "{\"format\":1}"] {
            let fault = ReplyRecord::from_line(wrong).unwrap_err();
            assert!(matches!(fault, LineFault::Shape(_)), "{wrong}");
        }
        let mut bytes = record().to_bytes();
        assert!(ReplyRecord::from_bytes(&bytes[1..]).is_err());
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        assert!(ReplyRecord::from_bytes(&bytes).is_err());
    }
}
