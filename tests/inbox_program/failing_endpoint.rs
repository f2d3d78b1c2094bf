//! An endpoint whose handler always fails, without retries: its deliveries become dead letters.

use std::sync::{Arc, Mutex};

use webhook_runtime::openai::{BatchFailed, OpenAi};
use webhook_runtime::testing::{Signer, TEST_SECRET, TestClock};
use webhook_runtime::{
    DeliveryId, Endpoint, Event, Retry, WebhookRouter, inbox::StoredDelivery, on,
};

use crate::database::{Kind, LONG, TestDatabase, done};

/// Ids of the deliveries that were handled, in order.
#[derive(Clone, Default)]
pub(crate) struct Handled(Arc<Mutex<Vec<String>>>);

impl Handled {
    pub(crate) fn ids(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[on("batch.failed")]
async fn failed(
    event: Event<BatchFailed>,
    id: DeliveryId,
    handled: &Handled,
) -> Result<(), String> {
    handled.0.lock().unwrap().push(id.to_string());
    Err(format!("{} has failed", event.data.id))
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(failed))]
pub(crate) struct App {
    #[webhook(state)]
    handled: Handled,
}

/// Returns an endpoint without workers: it handles deliveries only when the test runs them.
pub(crate) fn endpoint(handled: &Handled, database: &TestDatabase) -> Endpoint<App> {
    let builder = Endpoint::builder(App {
        handled: handled.clone(),
    })
    .secret(TEST_SECRET)
    .clock(TestClock::default())
    .retry(Retry::new().max_retries(0))
    .workers(0);
    let builder = match &database.kind {
        Kind::Sqlite(inbox) => builder.inbox(inbox.clone()),
        Kind::Postgres(inbox) => builder.inbox(inbox.clone()),
    };
    builder.build().unwrap()
}

/// Returns a delivery as the endpoint stores it.
pub(crate) async fn stored(endpoint: &Endpoint<App>, database: &TestDatabase) -> StoredDelivery {
    let body = r#"{"type":"batch.failed","data":{"id":"batch_1"}}"#;
    let signed = Signer::default().id("msg_first").sign(body);
    let answer = endpoint.handle_bytes(&signed.headers, signed.body).await;
    assert_eq!(answer.status(), 200);
    let row = database.rows().await.remove(0);
    let leased = database.inbox.lease(&row.endpoint, 1, LONG).await;
    let leased = leased.unwrap().remove(0);
    database.complete(&leased, &done()).await;
    leased.delivery
}
