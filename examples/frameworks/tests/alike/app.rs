//! A router with a handler for each way in which a handler can end.

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

/// The largest body that is taken: several pieces of every framework.
pub const BODY_LIMIT: usize = 200_000;

/// How long anything may take before a test gives up on it. Nothing waits for it to pass.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Something that happens several times, and can be waited for by a thread.
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

    /// Waits until it has happened this often.
    pub fn wait_for(&self, times: u32) {
        let count = self.count.lock().unwrap();
        let (count, _) = self
            .changed
            .wait_timeout_while(count, PATIENCE, |count| *count < times)
            .unwrap();
        assert!(*count >= times, "it happened {count} times, not {times}");
    }
}

/// What the handlers have done, and the one that waits.
pub struct Work {
    pub handled: Signal,
    /// The values of `x-note`, as they came.
    pub notes: Mutex<Vec<Vec<u8>>>,
    pub begun: Signal,
    pub go_on: Semaphore,
    pub ended: Signal,
}

#[derive(WebhookRouter)]
#[webhook(
    provider = OpenAi,
    handlers(completes, fails, panics, comes_again, is_gone, waits)
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
async fn comes_again(_: Event<BatchExpired>) -> Outcome {
    Outcome::RetryLater(Duration::from_millis(1500))
}

#[on("eval.run.failed")]
async fn is_gone(_: Event<EvalRunFailed>) -> Outcome {
    Outcome::Gone
}

#[on("response.completed")]
async fn waits(_: Event<ResponseCompleted>, work: &Arc<Work>) {
    work.begun.send();
    work.go_on.acquire().await.expect("never closed").forget();
    work.ended.send();
}

/// What is mounted: an endpoint, or what an extractor needs instead of one.
#[derive(Clone)]
pub struct Mount {
    pub work: Arc<Work>,
    body_timeout: Duration,
    has_handshake: bool,
}

impl Mount {
    pub fn new() -> Self {
        Self::with_body_deadline(PATIENCE)
    }

    pub fn with_body_deadline(body_timeout: Duration) -> Self {
        let work = Work {
            handled: Signal::default(),
            notes: Mutex::default(),
            begun: Signal::default(),
            go_on: Semaphore::new(0),
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
        builder.build().expect("a good secret")
    }
}
