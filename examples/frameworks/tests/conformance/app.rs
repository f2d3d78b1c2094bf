//! Router with a handler for each outcome of a handler.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use tokio::sync::Semaphore;
use webhook_runtime::adapters::axum::Extract;
use webhook_runtime::openai::{
    BatchCancelled, BatchCompleted, BatchExpired, BatchFailed, EvalRunFailed, OpenAi,
    ResponseCompleted,
};
use webhook_runtime::{Endpoint, Event, Handshake, Headers, Outcome, Router, WebhookRouter, on};

use crate::deliveries::SECRET;

/// Limit of the body, in bytes. Every framework receives a body of this size in several pieces.
pub const BODY_LIMIT: usize = 200_000;

/// Time after which a test fails. No test waits until it has passed.
pub const TEST_TIMEOUT: Duration = Duration::from_secs(20);

/// Counter of an event in the test, for which a thread can wait.
#[derive(Default)]
pub struct Signal {
    count: Mutex<u32>,
    changed: Condvar,
}

impl Signal {
    pub fn send(&self) {
        *self.count.lock().unwrap() += 1;
        self.changed.notify_all();
    }

    pub fn count(&self) -> u32 {
        *self.count.lock().unwrap()
    }

    /// Waits until the counter has at least this value.
    pub fn wait_for(&self, times: u32) {
        let count = self.count.lock().unwrap();
        let (count, _) = self
            .changed
            .wait_timeout_while(count, TEST_TIMEOUT, |count| *count < times)
            .unwrap();
        assert!(*count >= times, "expected {times} signals, found {count}");
    }
}

/// Record of what the handlers have done, and the semaphore for which one of them waits.
pub struct Work {
    pub handled: Signal,
    /// Values of `x-note`, in their order in the request.
    pub notes: Mutex<Vec<Vec<u8>>>,
    pub started: Signal,
    pub permits: Semaphore,
    pub ended: Signal,
}

#[derive(WebhookRouter)]
#[webhook(
    provider = OpenAi,
    handlers(completes, fails, panics, retries_later, is_gone, waits)
)]
pub struct App {
    #[webhook(state)]
    work: Arc<Work>,
}

#[on("batch.completed")]
async fn completes(_: Event<BatchCompleted>, headers: Headers, work: &Arc<Work>) {
    let notes = headers.get_all("x-note").iter();
    let notes = notes.map(|value| value.as_bytes().to_vec());
    work.notes.lock().unwrap().extend(notes);
    work.handled.send();
}

#[on("batch.failed")]
async fn fails(_: Event<BatchFailed>) -> Result<(), &'static str> {
    Err("on purpose")
}

#[on("batch.cancelled")]
async fn panics(_: Event<BatchCancelled>) {
    panic!("on purpose");
}

#[on("batch.expired")]
async fn retries_later(_: Event<BatchExpired>) -> Outcome {
    Outcome::RetryLater(Duration::from_millis(1500))
}

#[on("eval.run.failed")]
async fn is_gone(_: Event<EvalRunFailed>) -> Outcome {
    Outcome::Gone
}

#[on("response.completed")]
async fn waits(_: Event<ResponseCompleted>, work: &Arc<Work>) {
    work.started.send();
    work.permits
        .acquire()
        .await
        .expect("the semaphore is never closed")
        .forget();
    work.ended.send();
}

/// Settings of a server's endpoint, with a router or for an extractor.
#[derive(Clone)]
pub struct Mount {
    pub work: Arc<Work>,
    body_timeout: Duration,
    has_handshake: bool,
}

impl Mount {
    pub fn new() -> Self {
        Self::with_body_timeout(TEST_TIMEOUT)
    }

    pub fn with_body_timeout(body_timeout: Duration) -> Self {
        let work = Work {
            handled: Signal::default(),
            notes: Mutex::default(),
            started: Signal::default(),
            permits: Semaphore::new(0),
            ended: Signal::default(),
        };
        Self {
            work: Arc::new(work),
            body_timeout,
            has_handshake: false,
        }
    }

    pub fn with_handshake() -> Self {
        Self {
            has_handshake: true,
            ..Self::new()
        }
    }

    pub fn endpoint(&self) -> Endpoint<App> {
        let work = Arc::clone(&self.work);
        self.build(App { work })
    }

    pub fn extract(&self) -> Endpoint<Extract<OpenAi>> {
        self.build(Extract::new())
    }

    fn build<R: Router>(&self, router: R) -> Endpoint<R> {
        let builder = Endpoint::builder(router)
            .secret(SECRET)
            .body_limit(BODY_LIMIT)
            .body_timeout(self.body_timeout);
        let builder = match self.has_handshake {
            true => builder.handshake(Handshake::get("challenge")),
            false => builder,
        };
        builder.build().expect("the secret is valid")
    }
}
