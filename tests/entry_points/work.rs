//! A router whose handlers a test starts and ends.

use std::sync::Mutex;
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::Semaphore;
use webhook_runtime::openai::{BatchCancelled, BatchCompleted, BatchFailed, OpenAi};
use webhook_runtime::testing::{SignedDelivery, Signer, TEST_SECRET, TestClock};
use webhook_runtime::{DeliveryId, Endpoint, EndpointBuilder, Event, Payload, WebhookRouter, on};

/// Time after which a test fails. No passing test waits for it.
const TEST_TIMEOUT: Duration = Duration::from_secs(20);

/// An event that occurs several times and can be awaited.
pub(crate) struct Signal(Semaphore);

impl Default for Signal {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

impl Signal {
    pub(crate) fn send(&self) {
        self.0.add_permits(1);
    }

    pub(crate) fn send_all(&self) {
        self.0.add_permits(10_000);
    }

    /// Waits for one more occurrence.
    pub(crate) async fn wait(&self) {
        within(self.wait_without_limit()).await;
    }

    async fn wait_without_limit(&self) {
        self.0.acquire().await.expect("never closed").forget();
    }

    /// Number of occurrences that were not awaited.
    pub(crate) fn count(&self) -> usize {
        self.0.available_permits()
    }
}

#[derive(Default)]
pub(crate) struct Work {
    pub(crate) begun: Signal,
    pub(crate) go_on: Signal,
    pub(crate) ended: Signal,
    pub(crate) dropped: Signal,
    pub(crate) done: Mutex<Vec<String>>,
}

/// Signals that a handler was dropped before its end.
struct Guard<'w>(&'w Work, bool);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if !self.1 {
            self.0.dropped.send();
        }
    }
}

async fn work_on(work: &Work) {
    let mut guard = Guard(work, false);
    work.begun.send();
    work.go_on.wait_without_limit().await;
    guard.1 = true;
    work.ended.send();
}

#[on("batch.completed")]
async fn waits(_: Event<BatchCompleted>, id: DeliveryId, work: &Work) {
    work_on(work).await;
    work.done.lock().unwrap().push(id.to_string());
}

#[on("batch.failed")]
async fn panics(_: Event<BatchFailed>, work: &Work) {
    work_on(work).await;
    panic!("on purpose");
}

#[on("batch.cancelled")]
async fn panics_when_dropped(_: Event<BatchCancelled>, work: &Work) {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("on purpose, when dropped");
        }
    }
    let _panics = Panics;
    work_on(work).await;
}

#[derive(Deserialize, Payload)]
#[payload(provider = OpenAi, events("batch.expired"))]
struct Borrowed<'a> {
    id: &'a str,
}

#[on("batch.expired")]
async fn borrows(event: Event<Borrowed<'_>>, work: &Work) {
    work_on(work).await;
    work.done.lock().unwrap().push(event.data.id.to_owned());
}

#[derive(Default, WebhookRouter)]
#[webhook(provider = OpenAi, handlers(waits, panics, panics_when_dropped, borrows))]
pub(crate) struct App {
    #[webhook(state)]
    pub(crate) work: Work,
}

pub(crate) fn builder() -> EndpointBuilder<App> {
    Endpoint::builder(App::default())
        .secret(TEST_SECRET)
        .clock(TestClock::default())
}

pub(crate) fn endpoint() -> Endpoint<App> {
    builder().build().expect("the secret is valid")
}

pub(crate) fn delivery(event_type: &str) -> SignedDelivery {
    numbered(event_type, 0)
}

/// A delivery with this number in its id and in its payload.
pub(crate) fn numbered(event_type: &str, number: usize) -> SignedDelivery {
    let body = format!(r#"{{"type":"{event_type}","data":{{"id":"batch_{number}"}}}}"#);
    Signer::default().id(&format!("msg_{number}")).sign(body)
}

/// Waits for a future, at most [`TEST_TIMEOUT`].
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    match tokio::time::timeout(TEST_TIMEOUT, future).await {
        Ok(output) => output,
        Err(_) => panic!("timed out"),
    }
}
