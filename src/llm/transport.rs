//! One attempt over the network, read to its end, and what can break on the way.

use std::error::Error;

use super::error::{Failure, excerpt};
use super::retry::Answer;

/// No completion is larger; more than this is not read.
const MAX_ANSWER_BYTES: usize = 16 << 20;

/// Why there is no answer to an attempt.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// Something that passes.
    Passing(Failure),
    /// The server's certificate, which will be the same next time.
    Untrusted(String),
}

/// Sends a request and reads its answer to the end.
pub(super) async fn read_answer(post: reqwest::RequestBuilder) -> Result<Answer, Unanswered> {
    read_versioned(post).await.map(|(answer, _)| answer)
}

/// The same, with the version of HTTP that the server spoke.
pub(super) async fn read_versioned(
    post: reqwest::RequestBuilder,
) -> Result<(Answer, reqwest::Version), Unanswered> {
    let mut response = post.send().await.map_err(|error| unanswered(&error))?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unanswered(&error))? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            let reason = format!("it is longer than {} MiB", MAX_ANSWER_BYTES >> 20);
            return Err(Unanswered::Passing(Failure::Malformed(reason)));
        }
        body.extend_from_slice(&chunk);
    }
    let answer = Answer {
        status: response.status(),
        headers: std::mem::take(response.headers_mut()),
        body,
    };
    Ok((answer, response.version()))
}

fn unanswered(error: &reqwest::Error) -> Unanswered {
    if let Some(certificate) = certificate_error(error) {
        return Unanswered::Untrusted(excerpt(&certificate));
    }
    Unanswered::Passing(if error.is_connect() {
        Failure::Connect(chain(error))
    } else if error.is_timeout() {
        Failure::Timeout
    } else {
        Failure::Broken(chain(error))
    })
}

fn certificate_error(error: &reqwest::Error) -> Option<String> {
    std::iter::successors(error.source(), |error| (*error).source())
        .filter_map(tls_error)
        .find(|error| matches!(error, rustls::Error::InvalidCertificate(_)))
        .map(ToString::to_string)
}

/// The TLS error in an error, which may be wrapped in I/O errors that do not name it as a source.
fn tls_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    error.downcast_ref().or_else(|| {
        let io: &std::io::Error = error.downcast_ref()?;
        tls_error(io.get_ref()?)
    })
}

/// The reasons below a transport error, the innermost last. Its own words repeat the URL, and those
/// of the client below it say only which of its parts failed.
pub(super) fn chain(error: &reqwest::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| (*error).source());
    let mut reasons: Vec<String> = sources
        .map(ToString::to_string)
        .filter(|reason| !reason.starts_with("client error"))
        .collect();
    reasons.dedup();
    if reasons.is_empty() {
        reasons.push("no reason given".to_owned());
    }
    excerpt(&reasons.join(": "))
}
