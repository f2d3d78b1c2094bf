//! Deliveries, the programs that receive and handle them, and an observable worker.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use webhook_nats::{JetStream, Worker};
use webhook_runtime::openai::OpenAi;
use webhook_runtime::testing::{SignedDelivery, Signer, TEST_SECRET};
use webhook_runtime::{
    BoxError, Endpoint, EventType, Outcome, Timestamp, WebhookRouter, inbox::StoredDelivery, on,
    queue::DeliveryQueue as _,
};

use crate::process::{Process, address};
use crate::server::{Server, TIMEOUT};

/// Returns a delivery of OpenAI, signed now.
pub(crate) fn sign(id: &str, event_type: &str) -> SignedDelivery {
    let now = Timestamp::from(SystemTime::now());
    let body = format!(r#"{{"type":{event_type:?},"data":{{"id":"batch_1"}}}}"#);
    Signer::default().id(id).at(now).sign(body)
}

pub(crate) fn delivery(id: &str) -> SignedDelivery {
    sign(id, "batch.completed")
}

fn program(path: &str, server: &Server) -> Command {
    let mut command = Command::new(path);
    command
        .env("OPENAI_WEBHOOK_SECRET", TEST_SECRET)
        .env("NATS_URL", &server.url)
        .env("NATS_STREAM", &server.name)
        .env("PORT", "0")
        .env_remove("RUST_LOG");
    command
}

/// Starts the receiver; returns its address, too.
pub(crate) fn receive(server: &Server) -> (Process, SocketAddr) {
    let receiver = Process::start(program(env!("CARGO_BIN_EXE_receive"), server));
    let address = address(&receiver.line());
    (receiver, address)
}

/// Starts a worker whose handlers have this duration.
pub(crate) fn work(server: &Server, duration: Duration, ack_wait: Duration) -> Process {
    let mut command = program(env!("CARGO_BIN_EXE_work"), server);
    command
        .env("WORK_MS", duration.as_millis().to_string())
        .env("ACK_WAIT_MS", ack_wait.as_millis().to_string());
    let worker = Process::start(command);
    assert_eq!(worker.line(), "ready");
    worker
}

/// Duration and outcome of the n-th call of the handler.
type Behavior = Box<dyn Fn(usize) -> (Duration, Result<Outcome, BoxError>) + Send + Sync>;

#[on("*", unlisted)]
async fn anything(event_type: EventType, app: &App) -> Result<Outcome, BoxError> {
    let call = {
        let mut calls = app.calls.lock().unwrap();
        calls.push(event_type.as_str().to_owned());
        calls.len()
    };
    let (duration, outcome) = (app.behavior)(call);
    tokio::time::sleep(duration).await;
    outcome
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(anything))]
pub(crate) struct App {
    calls: Arc<Mutex<Vec<String>>>,
    behavior: Behavior,
}

/// Worker in the process of the test.
pub(crate) struct TestWorker {
    calls: Arc<Mutex<Vec<String>>>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<usize, BoxError>>,
}

impl TestWorker {
    pub(crate) async fn start(
        server: &Server,
        configure: impl FnOnce(Worker<App>) -> Worker<App>,
        behavior: impl Fn(usize) -> (Duration, Result<Outcome, BoxError>) + Send + Sync + 'static,
    ) -> Self {
        let calls = Arc::<Mutex<Vec<String>>>::default();
        let app = App {
            calls: Arc::clone(&calls),
            behavior: Box::new(behavior),
        };
        let endpoint = Endpoint::builder(app).secret(TEST_SECRET).build().unwrap();
        let worker = configure(Worker::new(endpoint, server.queue().await));
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            let _ = stopped.await;
        };
        Self {
            calls,
            stop,
            task: tokio::spawn(worker.run(stopped, TIMEOUT)),
        }
    }

    /// Event types of the calls so far.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }

    pub(crate) async fn stop(self) -> Vec<String> {
        self.stop.send(()).unwrap();
        assert_eq!(self.task.await.unwrap().unwrap(), 0);
        self.calls.lock().unwrap().clone()
    }
}

/// Enqueues a delivery of this event type, like an endpoint.
pub(crate) async fn enqueue(queue: &JetStream, id: &str, event_type: &str) {
    let text = br#"{"version":1,"key":"","endpoint":"app","provider":"openai","tenant":"","delivery_id":"",
        "event_type":"","timestamp":1767323045,"is_timestamp_signed":true,"headers":[],"body":"","ordering_key":null}"#;
    let mut delivery = StoredDelivery::from_bytes(text).unwrap();
    let signed = sign(id, event_type);
    delivery.key = webhook_runtime::store::DeliveryKey::new(format!("app/openai//{id}"));
    id.clone_into(&mut delivery.delivery_id);
    event_type.clone_into(&mut delivery.event_type);
    delivery.headers = signed.headers;
    delivery.body = signed.body;
    queue.enqueue(&delivery).await.unwrap();
}
