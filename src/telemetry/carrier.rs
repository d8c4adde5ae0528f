//! Carries an exporter's requests with docgen's own client: the same proxies, the same trust.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use tokio::runtime::Handle;

use crate::llm::Courier;

/// An exporter's client, until its deadline.
#[derive(Clone)]
pub(super) struct Carrier {
    courier: Courier,
    /// Exporters ask from threads of their own.
    runtime: Handle,
    time: Duration,
    deadline: Instant,
    /// What went wrong on the way.
    failure: Arc<Mutex<Option<String>>>,
}

impl Carrier {
    pub(super) fn new(courier: Courier, runtime: Handle, time: Duration) -> Self {
        Self {
            courier,
            runtime,
            time,
            deadline: Instant::now() + time,
            failure: Arc::default(),
        }
    }

    /// What went wrong on the way, if anything did: exporters do not always say.
    pub(super) fn failure(&self) -> Option<String> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl HttpClient for Carrier {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let courier = self.courier.clone();
        let left = self.deadline.saturating_duration_since(Instant::now());
        let sent = self.runtime.spawn(async move {
            let url = request.uri().to_string();
            let headers = request.headers().iter();
            let headers: Vec<(String, Vec<u8>)> = headers
                .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
                .collect();
            let body = request.into_body().to_vec();
            tokio::time::timeout(left, courier.post(&url, headers, body)).await
        });
        let status = match sent.await? {
            Ok(Ok(status)) if (200..300).contains(&status) => Ok(status),
            Ok(Ok(status)) => Err(format!("the collector answered with status {status}")),
            Ok(Err(reason)) => Err(reason),
            Err(_) => {
                let seconds = self.time.as_secs();
                Err(format!("the collector did not answer within {seconds} s"))
            }
        };
        let status = status.inspect_err(|reason| *self.lock() = Some(reason.clone()))?;
        // What an answer says beyond its status is of use to nobody here.
        Ok(Response::builder().status(status).body(Bytes::new())?)
    }
}

impl fmt::Debug for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Carrier").finish_non_exhaustive()
    }
}
