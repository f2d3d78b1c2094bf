//! Signed deliveries, and a function that polls a future once.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::HeaderMap;
use webhook_runtime::testing::{Signer, TEST_SECRET};
use webhook_runtime::{Provider, Secret, Timestamp};

/// Headers and body of a signed delivery.
#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Wire {
    /// Signs a body at the current time, because the candidates compare the timestamp with the clock.
    pub(crate) fn sign<P: Provider>(body: String) -> Self {
        Self::sign_as::<P>("msg_2mYQ0hN9bTqZ4cXw1LkR7vPjE8s", body.into())
    }

    #[allow(clippy::unwrap_used, reason = "the secret is a valid constant")]
    fn sign_as<P: Provider>(id: &str, body: Bytes) -> Self {
        let signer = Signer::of::<P>(&Secret::new(TEST_SECRET)).unwrap();
        let delivery = signer
            .id(id)
            .at(Timestamp::from_second(unix_now()))
            .sign(body);
        let mut headers = HeaderMap::new();
        // Other headers of a real delivery.
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

/// Endless sequence of the same deliveries.
#[derive(Clone)]
pub(crate) struct Ring {
    wires: Vec<Wire>,
    next: usize,
}

impl Ring {
    /// Creates a sequence of at least one delivery.
    pub(crate) fn new(wires: impl Into<Vec<Wire>>) -> Self {
        Self {
            wires: wires.into(),
            next: 0,
        }
    }

    /// Creates a sequence of `count` deliveries with the same body, each with its own id.
    pub(crate) fn with_ids<P: Provider>(body: &Bytes, count: usize) -> Self {
        let wires = (0..count).map(|number| {
            let id = format!("msg_2mYQ0hN9bTqZ4cXw1LkR7v{number:05}");
            Wire::sign_as::<P>(&id, body.clone())
        });
        Self::new(wires.collect::<Vec<_>>())
    }

    #[allow(clippy::indexing_slicing, reason = "within the length")]
    pub(crate) fn next(&mut self) -> &Wire {
        let index = self.next;
        self.next = (index + 1) % self.wires.len();
        &self.wires[index]
    }
}

pub(crate) fn unix_now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs().cast_signed())
}

/// Polls a future once. None if it is pending.
pub(crate) fn ready<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
