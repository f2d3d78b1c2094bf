//! A router with a handler for each way in which a handler can end.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

use tokio::sync::Semaphore;
use webhook_runtime::openai::{
    BatchCancelled, BatchCompleted, BatchExpired, BatchFailed, EvalRunFailed, OpenAi,
    ResponseCompleted,
};
use webhook_runtime::{Endpoint, EndpointBuilder, Event, Outcome, WebhookRouter, on};

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

#[derive(WebhookRouter)]
#[webhook(
    provider = OpenAi,
    handlers(completes, fails, panics, comes_again, is_gone, waits)
)]
pub struct App {
    pub handled: Signal,
    pub begun: Signal,
    pub go_on: Semaphore,
    pub ended: Signal,
}

#[on("batch.completed")]
async fn completes(_: Event<BatchCompleted>, app: &App) {
    app.handled.send();
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
async fn waits(_: Event<ResponseCompleted>, app: &App) {
    app.begun.send();
    app.go_on.acquire().await.expect("never closed").forget();
    app.ended.send();
}

pub fn builder() -> EndpointBuilder<App> {
    let app = App {
        handled: Signal::default(),
        begun: Signal::default(),
        go_on: Semaphore::new(0),
        ended: Signal::default(),
    };
    Endpoint::builder(app).secret(SECRET).body_limit(BODY_LIMIT)
}

pub fn endpoint() -> Endpoint<App> {
    builder().build().expect("a good secret")
}
