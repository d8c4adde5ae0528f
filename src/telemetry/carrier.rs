//! Carries an exporter's requests with docgen's own client: the same proxies, the same trust.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    deadline: Instant,
    is_late: Arc<AtomicBool>,
}

impl Carrier {
    pub(super) fn new(courier: Courier, runtime: Handle, time: Duration) -> Self {
        Self {
            courier,
            runtime,
            deadline: Instant::now() + time,
            is_late: Arc::default(),
        }
    }

    /// Whether the deadline was met by nobody.
    pub(super) fn is_late(&self) -> bool {
        self.is_late.load(Ordering::Relaxed)
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
        let Ok(answer) = sent.await? else {
            self.is_late.store(true, Ordering::Relaxed);
            return Err("no answer in time".into());
        };
        // What an answer says beyond its status is of use to nobody here.
        Ok(Response::builder().status(answer?).body(Bytes::new())?)
    }
}

impl fmt::Debug for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Carrier").finish_non_exhaustive()
    }
}
