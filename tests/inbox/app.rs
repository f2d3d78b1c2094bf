//! A router whose handlers record their runs, and end as a test decides.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tokio::sync::Semaphore;
use webhook_runtime::inbox::{Filter, Inbox, Row, RowDetails, State};
use webhook_runtime::openai::{BatchCancelled, BatchCompleted, BatchExpired, BatchFailed, OpenAi};
use webhook_runtime::testing::{SignedDelivery, Signer, TEST_SECRET, TestClock};
use webhook_runtime::{
    DeliveryId, Endpoint, EndpointBuilder, Event, Headers, Outcome, Retry, Timestamp,
    WebhookRouter, endpoint::ResponseBody, on,
};

/// How a handler ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behavior {
    Done,
    Fails,
    Panics,
    RetriesLater,
    IsGone,
}

/// What the handlers do and what they did; shared by all endpoints of a test.
#[derive(Clone, Default)]
pub(crate) struct Work(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// The payload's id of each run, in order.
    runs: Mutex<Vec<String>>,
    /// The next results for a payload's id; then success.
    ends: Mutex<HashMap<String, Vec<Behavior>>>,
    /// Handlers of `batch.failed` wait here.
    gate: Gate,
}

struct Gate(Semaphore);

impl Default for Gate {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

impl Work {
    pub(crate) fn runs(&self) -> Vec<String> {
        self.0.runs.lock().unwrap().clone()
    }

    pub(crate) fn ends(&self, id: &str, ends: impl IntoIterator<Item = Behavior>) {
        let ends = ends.into_iter().collect();
        self.0.ends.lock().unwrap().insert(id.to_owned(), ends);
    }

    /// Lets this many handlers of `batch.failed` continue.
    pub(crate) fn open(&self, handlers: usize) {
        self.0.gate.0.add_permits(handlers);
    }

    /// Waits until this many handlers have started.
    pub(crate) async fn ran(&self, count: usize) {
        eventually(|| async { self.runs().len() >= count }).await;
    }

    fn run(&self, id: &str) -> Result<Outcome, String> {
        self.0.runs.lock().unwrap().push(id.to_owned());
        let end = {
            let mut ends = self.0.ends.lock().unwrap();
            match ends.get_mut(id) {
                Some(ends) if !ends.is_empty() => ends.remove(0),
                _ => Behavior::Done,
            }
        };
        match end {
            Behavior::Done => Ok(Outcome::Done),
            Behavior::Fails => Err(format!("{id} failed")),
            Behavior::Panics => panic!("{id} panics"),
            Behavior::RetriesLater => Ok(Outcome::RetryLater(Duration::from_millis(1))),
            Behavior::IsGone => Ok(Outcome::Gone),
        }
    }
}

#[on("batch.completed")]
async fn at_once(event: Event<BatchCompleted>, work: &Work) -> Result<Outcome, String> {
    work.run(&event.data.id)
}

#[on("batch.failed")]
async fn waits(event: Event<BatchFailed>, work: &Work) -> Result<Outcome, String> {
    let end = work.run(&event.data.id);
    work.0.gate.0.acquire().await.unwrap().forget();
    end
}

#[on(
    "batch.expired",
    ordered_by = "/data/id",
    retry(max = 1, backoff = "1ms")
)]
async fn in_order(
    event: Event<BatchExpired>,
    id: DeliveryId,
    work: &Work,
) -> Result<Outcome, String> {
    work.0
        .runs
        .lock()
        .unwrap()
        .push(format!("{} begins", id.as_str()));
    tokio::task::yield_now().await;
    work.run(&format!("{} {}", event.data.id, id.as_str()))
}

#[on("batch.cancelled")]
async fn notes_facts(
    event: Event<BatchCancelled>,
    id: DeliveryId,
    timestamp: Timestamp,
    headers: Headers,
    work: &Work,
) -> Result<Outcome, String> {
    let mut names: Vec<_> = headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    let text = format!(
        "{} {id} {} {} {names:?}",
        event.event_type,
        timestamp.as_second(),
        event.data.id
    );
    work.run(&text)
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(at_once, waits, in_order, notes_facts))]
pub(crate) struct App {
    #[webhook(state)]
    work: Work,
}

pub(crate) fn app(work: &Work) -> App {
    App { work: work.clone() }
}

/// An endpoint that retries at once.
pub(crate) fn builder(work: &Work, inbox: impl Inbox) -> EndpointBuilder<App> {
    Endpoint::builder(app(work))
        .secret(TEST_SECRET)
        .clock(TestClock::default())
        .retry(
            Retry::new()
                .max_retries(2)
                .initial_backoff(Duration::from_millis(1)),
        )
        .inbox(inbox)
}

pub(crate) fn endpoint(work: &Work, inbox: impl Inbox) -> Endpoint<App> {
    builder(work, inbox).build().unwrap()
}

/// A delivery of this event; its payload's id is that of the delivery.
pub(crate) fn delivery(event_type: &str, id: &str) -> SignedDelivery {
    delivery_of(event_type, id, id)
}

pub(crate) fn delivery_of(event_type: &str, id: &str, payload: &str) -> SignedDelivery {
    let body = format!(r#"{{"type":"{event_type}","data":{{"id":"{payload}"}}}}"#);
    Signer::default().id(id).sign(body)
}

pub(crate) async fn deliver(
    endpoint: &Endpoint<App>,
    delivery: &SignedDelivery,
) -> Response<ResponseBody> {
    let mut request = Request::post("/")
        .body(Full::<Bytes>::new(delivery.body.clone()))
        .unwrap();
    *request.headers_mut() = delivery.headers.clone();
    within(endpoint.handle(request)).await
}

pub(crate) async fn status(endpoint: &Endpoint<App>, delivery: &SignedDelivery) -> u16 {
    deliver(endpoint, delivery).await.status().as_u16()
}

pub(crate) async fn rows(inbox: &dyn Inbox, state: State) -> Vec<Row> {
    let filter = Filter::new().state(state);
    inbox.list(&filter, None, 1_000).await.unwrap()
}

/// Waits until this many rows are in this state.
pub(crate) async fn until(inbox: &dyn Inbox, state: State, count: usize) {
    eventually(|| async { rows(inbox, state).await.len() == count }).await;
}

pub(crate) async fn only(inbox: &dyn Inbox, state: State) -> RowDetails {
    until(inbox, state, 1).await;
    let row = rows(inbox, state).await.remove(0);
    inbox.inspect(row.id).await.unwrap().unwrap()
}

pub(crate) async fn eventually<F: Future<Output = bool>>(mut check: impl FnMut() -> F) {
    within(async {
        while !check().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
}

/// Waits for a future, at most a minute.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    match tokio::time::timeout(Duration::from_secs(60), future).await {
        Ok(output) => output,
        Err(_) => panic!("timed out"),
    }
}
