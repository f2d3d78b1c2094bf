//! An inbox outside of the crate, whose handlers write in the transaction that completes their delivery.

use std::any::Any;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use http::Request;
use http_body_util::Full;
use webhook_runtime::catalog::AnyCatalog;
use webhook_runtime::inbox::{
    Backlog, Completion, Disposition, Effects, Enqueued, Filter, Inbox, LeaseToken, Leased,
    MissingEffects, Row, RowDetails, State, StateSummary, StoredDelivery,
};
use webhook_runtime::openai::{BatchCompleted, BatchFailed, OpenAi};
use webhook_runtime::testing::{MemoryInbox, Signer, TEST_SECRET, TestClock};
use webhook_runtime::{
    BoxError, Delivery, Endpoint, Event, FromDelivery, Retry, Router, WebhookRouter, on,
};

use crate::app::{only, within};

const KIND: &str = "LedgerTransaction";

/// Entries that a handler adds to the ledger, if its delivery is completed.
#[derive(Default)]
struct Entries(Mutex<Vec<String>>);

impl Effects for Entries {
    fn is_empty(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }

    fn kind(&self) -> &'static str {
        KIND
    }
}

/// Argument of a handler that writes to the ledger.
#[derive(Clone, Copy)]
struct LedgerTransaction<'d>(&'d Entries);

impl LedgerTransaction<'_> {
    fn add(self, entry: &str) {
        self.0.0.lock().unwrap().push(entry.to_owned());
    }
}

impl<'d> FromDelivery<'d> for LedgerTransaction<'d> {
    type Catalog = AnyCatalog;
    const REQUIRES: Option<&'static str> = Some(KIND);

    fn from_delivery(delivery: &'d Delivery<'d>) -> Result<Self, BoxError> {
        let entries = delivery.effects_as().ok_or(MissingEffects::new(KIND))?;
        Ok(Self(entries))
    }
}

/// Inbox with a ledger: an entry is committed if the row is completed as done.
#[derive(Clone, Default)]
struct LedgerInbox {
    rows: MemoryInbox,
    ledger: Arc<Mutex<Vec<String>>>,
}

#[async_trait]
impl Inbox for LedgerInbox {
    async fn complete(
        &self,
        token: LeaseToken,
        disposition: &Disposition,
        effects: Option<Box<dyn Effects>>,
    ) -> Result<Completion, BoxError> {
        let completion = self.rows.complete(token, disposition, None).await?;
        let is_done = matches!(disposition, Disposition::Done { .. });
        if let (Completion::Recorded, true, Some(effects)) = (&completion, is_done, effects) {
            let effects: Box<dyn Any> = effects;
            let entries = effects
                .downcast::<Entries>()
                .expect("effects of this inbox");
            let entries = entries.0.into_inner().unwrap();
            self.ledger.lock().unwrap().extend(entries);
        }
        Ok(completion)
    }

    fn effects(&self) -> Option<Box<dyn Effects>> {
        Some(Box::<Entries>::default())
    }

    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<Enqueued, BoxError> {
        self.rows.enqueue(delivery).await
    }

    async fn backlog(&self, endpoint: &str) -> Result<Backlog, BoxError> {
        self.rows.backlog(endpoint).await
    }

    async fn lease(
        &self,
        endpoint: &str,
        limit: usize,
        lease: Duration,
    ) -> Result<Vec<Leased>, BoxError> {
        self.rows.lease(endpoint, limit, lease).await
    }

    async fn wait(&self, endpoint: &str, timeout: Duration) {
        self.rows.wait(endpoint, timeout).await;
    }

    async fn renew(
        &self,
        tokens: &[LeaseToken],
        lease: Duration,
    ) -> Result<Vec<LeaseToken>, BoxError> {
        self.rows.renew(tokens, lease).await
    }

    async fn prune(&self, limit: usize) -> Result<usize, BoxError> {
        self.rows.prune(limit).await
    }

    async fn list(
        &self,
        filter: &Filter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Row>, BoxError> {
        self.rows.list(filter, after, limit).await
    }

    async fn count(&self, filter: &Filter) -> Result<u64, BoxError> {
        self.rows.count(filter).await
    }

    async fn summary(&self) -> Result<Vec<StateSummary>, BoxError> {
        self.rows.summary().await
    }

    async fn inspect(&self, row: i64) -> Result<Option<RowDetails>, BoxError> {
        self.rows.inspect(row).await
    }

    async fn replay(&self, filter: &Filter, limit: usize) -> Result<usize, BoxError> {
        self.rows.replay(filter, limit).await
    }
}

#[on("batch.completed")]
async fn completed(event: Event<BatchCompleted>, ledger: LedgerTransaction<'_>) {
    ledger.add(&event.data.id);
}

#[on("batch.failed")]
async fn failed(event: Event<BatchFailed>, ledger: LedgerTransaction<'_>) -> Result<(), String> {
    ledger.add(&event.data.id);
    Err("the handler fails after it wrote".to_owned())
}

#[on("batch.expired")]
async fn expired() {}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(completed, failed, expired))]
struct App;

/// Handles a delivery with a ledger until its row is in this state, and returns the ledger and the row's errors.
async fn handled(event_type: &str, state: State) -> (Vec<String>, Vec<String>) {
    let inbox = LedgerInbox::default();
    let endpoint = Endpoint::builder(App)
        .secret(TEST_SECRET)
        .clock(TestClock::default())
        .retry(Retry::new().max_retries(0))
        .inbox(inbox.clone())
        .build()
        .unwrap();
    let body = format!(r#"{{"type":"{event_type}","data":{{"id":"batch_1"}}}}"#);
    let delivery = Signer::default().id("wh_1").sign(body);
    let mut request = Request::post("/").body(Full::new(delivery.body)).unwrap();
    *request.headers_mut() = delivery.headers;
    let response = within(endpoint.handle(request)).await;
    assert_eq!(response.status(), 200);
    let inspected = only(&inbox, state).await;
    within(endpoint.shutdown()).await;
    let errors = inspected.failures.into_iter().map(|failure| failure.error);
    let ledger = inbox.ledger.lock().unwrap().clone();
    (ledger, errors.collect())
}

#[tokio::test]
async fn effects_of_a_handler_that_succeeds_are_committed() {
    let (ledger, errors) = handled("batch.completed", State::Done).await;
    assert_eq!(ledger, ["batch_1"]);
    assert_eq!(errors, [""; 0]);
}

#[tokio::test]
async fn effects_of_a_handler_that_fails_are_dropped() {
    let (ledger, errors) = handled("batch.failed", State::Dead).await;
    assert_eq!(ledger, [""; 0]);
    assert_eq!(errors, ["the handler fails after it wrote"]);
}

#[test]
fn a_handler_reports_the_effects_that_it_requires() {
    let required: Vec<_> = App::HANDLERS
        .iter()
        .map(|handler| (handler.name(), handler.requires()))
        .collect();
    assert_eq!(
        required,
        [
            ("completed", Some(KIND)),
            ("failed", Some(KIND)),
            ("expired", None)
        ]
    );
    let effects = LedgerInbox::default().effects().unwrap();
    assert_eq!(effects.kind(), KIND);
}

#[test]
fn missing_effects_are_reported_with_what_to_do() {
    assert_eq!(
        MissingEffects::new(KIND).to_string(),
        "no `LedgerTransaction` for this handler: the endpoint has no inbox that provides it; add that inbox with `.inbox(…)`"
    );
}
