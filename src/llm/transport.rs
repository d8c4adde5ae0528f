//! One attempt over the network, read to its end, and what can break on the way.

use std::error::Error;
use std::time::Duration;

use reqwest::Version;
use tokio::time::timeout;

use super::error::{Failure, Stage, excerpt};
use super::retry::Answer;
use crate::config::Network;

/// No completion is larger; more than this is not read.
const MAX_ANSWER_BYTES: usize = 16 << 20;

/// Why there is no answer to an attempt.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// Something that passes.
    Passing(Failure),
    /// The server's certificate, which will be the same next time.
    Untrusted(String),
    /// The proxy's wish for a user and a password, which will be the same next time.
    ProxyDenied,
}

/// Sends a request and reads its answer to the end, within the limits of `network`.
///
/// The client itself limits the time to connect. The two others are held here, because its errors
/// do not tell them apart.
pub(super) async fn read_answer(
    post: reqwest::RequestBuilder,
    network: &Network,
) -> Result<Answer, Unanswered> {
    read_versioned(post, network)
        .await
        .map(|(answer, _)| answer)
}

/// The same, with the version of HTTP that the server spoke.
pub(super) async fn read_versioned(
    post: reqwest::RequestBuilder,
    network: &Network,
) -> Result<(Answer, Version), Unanswered> {
    let whole = network.request_timeout;
    match timeout(whole, attempt(post, network)).await {
        Ok(answered) => answered,
        Err(_) => Err(out_of_time(Stage::Whole, whole)),
    }
}

async fn attempt(
    post: reqwest::RequestBuilder,
    network: &Network,
) -> Result<(Answer, Version), Unanswered> {
    let mut response = unless_silent(post.send(), network).await?;
    let mut body = Vec::new();
    while let Some(chunk) = unless_silent(response.chunk(), network).await? {
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

/// Waits for what comes next from the server, but not for longer than it may be silent.
async fn unless_silent<T>(
    next: impl Future<Output = reqwest::Result<T>>,
    network: &Network,
) -> Result<T, Unanswered> {
    match timeout(network.read_timeout, next).await {
        Ok(next) => next.map_err(|error| unanswered(&error, network)),
        Err(_) => Err(out_of_time(Stage::Silence, network.read_timeout)),
    }
}

fn out_of_time(stage: Stage, limit: Duration) -> Unanswered {
    Unanswered::Passing(Failure::Timeout { stage, limit })
}

fn unanswered(error: &reqwest::Error, network: &Network) -> Unanswered {
    if let Some(certificate) = certificate_error(error) {
        return Unanswered::Untrusted(excerpt(&certificate));
    }
    let reasons = chain(error);
    // The tunnel's error has no type of its own that could be asked.
    if reasons.contains("proxy authorization required") {
        return Unanswered::ProxyDenied;
    }
    if error.is_connect() && error.is_timeout() {
        return out_of_time(Stage::Connect, network.connect_timeout);
    }
    Unanswered::Passing(if error.is_connect() {
        Failure::Connect(reasons)
    } else {
        Failure::Broken(reasons)
    })
}

/// What is wrong with a server's certificate, if that is what an error is about.
pub(super) fn certificate_error(error: &reqwest::Error) -> Option<String> {
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
