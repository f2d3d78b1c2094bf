//! A signed delivery as it comes over the wire, and the driver of futures that are ready at once.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::HeaderMap;
use webhook_runtime::testing::{Signer, TEST_SECRET};
use webhook_runtime::{Provider, Secret, Timestamp};

#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Wire {
    /// Signed now: the peer keeps a clock of its own.
    #[allow(clippy::unwrap_used, reason = "a constant secret")]
    pub(crate) fn sign<P: Provider>(body: String) -> Self {
        let signer = Signer::of::<P>(&Secret::new(TEST_SECRET)).unwrap();
        let delivery = signer
            .id("msg_2mYQ0hN9bTqZ4cXw1LkR7vPjE8s")
            .at(Timestamp::from_second(unix_now()))
            .sign(body);
        let mut headers = HeaderMap::new();
        // What stands beside the scheme's headers in a real delivery.
        for (name, value) in [
            ("host", "hooks.example.com"),
            ("user-agent", "Svix-Webhooks/1.84 (+https://www.svix.com/)"),
            ("accept", "*/*"),
            ("content-type", "application/json"),
            ("accept-encoding", "gzip"),
        ] {
            headers.insert(name, http::HeaderValue::from_static(value));
        }
        headers.insert("content-length", delivery.body.len().into());
        for (name, value) in &delivery.headers {
            headers.insert(name, value.clone());
        }
        Self {
            headers,
            body: delivery.body,
        }
    }

    pub(crate) fn header(&self, name: &'static str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

pub(crate) fn unix_now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs().cast_signed())
}

/// The result of a future that never waits.
pub(crate) fn ready<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
