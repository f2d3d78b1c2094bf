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
    /// Signed now: the contestants look at the clock.
    pub(crate) fn sign<P: Provider>(body: String) -> Self {
        Self::sign_as::<P>("msg_2mYQ0hN9bTqZ4cXw1LkR7vPjE8s", body.into())
    }

    #[allow(clippy::unwrap_used, reason = "a constant secret")]
    fn sign_as<P: Provider>(id: &str, body: Bytes) -> Self {
        let signer = Signer::of::<P>(&Secret::new(TEST_SECRET)).unwrap();
        let delivery = signer
            .id(id)
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

/// Deliveries that come one after the other, and again from the first.
#[derive(Clone)]
pub(crate) struct Ring {
    wires: Vec<Wire>,
    next: usize,
}

impl Ring {
    /// Of at least one delivery.
    pub(crate) fn new(wires: impl Into<Vec<Wire>>) -> Self {
        Self {
            wires: wires.into(),
            next: 0,
        }
    }

    /// So many deliveries of one body, each with an id of its own.
    pub(crate) fn of_ids<P: Provider>(body: &Bytes, count: usize) -> Self {
        let wires = (0..count).map(|number| {
            let id = format!("msg_2mYQ0hN9bTqZ4cXw1LkR7v{number:05}");
            Wire::sign_as::<P>(&id, body.clone())
        });
        Self::new(wires.collect::<Vec<_>>())
    }

    #[allow(clippy::indexing_slicing, reason = "within the length")]
    pub(crate) fn next(&mut self) -> &Wire {
        let at = self.next;
        self.next = (at + 1) % self.wires.len();
        &self.wires[at]
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
