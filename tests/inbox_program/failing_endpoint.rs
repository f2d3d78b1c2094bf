//! A live endpoint whose handler fails, and is not tried again.

use std::sync::{Arc, Mutex};

use webhook_runtime::openai::{BatchFailed, OpenAi};
use webhook_runtime::testing::{Signer, TEST_SECRET, TestClock};
use webhook_runtime::{
    DeliveryId, Endpoint, Event, Retry, WebhookRouter, inbox::StoredDelivery, on,
};

use crate::place::{Database, Place, done};

#[derive(Clone, Default)]
pub(crate) struct Work(Arc<Runs>);

/// The deliveries that were handled, in order.
#[derive(Default)]
struct Runs(Mutex<Vec<String>>);

impl Work {
    pub(crate) fn runs(&self) -> Vec<String> {
        self.0.0.lock().unwrap().clone()
    }
}

#[on("batch.failed")]
async fn failed(event: Event<BatchFailed>, id: DeliveryId, work: &Work) -> Result<(), String> {
    work.0.0.lock().unwrap().push(id.to_string());
    Err(format!("{} has failed", event.data.id))
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(failed))]
pub(crate) struct App {
    #[webhook(state)]
    work: Work,
}

/// It handles nothing before it is told to.
pub(crate) fn endpoint(work: &Work, place: &Place) -> Endpoint<App> {
    let builder = Endpoint::builder(App { work: work.clone() })
        .secret(TEST_SECRET)
        .clock(TestClock::default())
        .retry(Retry::new().max_retries(0))
        .workers(0);
    let builder = match &place.database {
        Database::Sqlite(inbox) => builder.inbox(inbox.clone()),
        Database::Postgres(inbox) => builder.inbox(inbox.clone()),
    };
    builder.build().unwrap()
}

/// A delivery as the endpoint stores it.
pub(crate) async fn stored(endpoint: &Endpoint<App>, place: &Place) -> StoredDelivery {
    let body = r#"{"type":"batch.failed","data":{"id":"batch_1"}}"#;
    let signed = Signer::default().id("msg_first").sign(body);
    let answer = endpoint.handle_bytes(&signed.headers, signed.body).await;
    assert_eq!(answer.status(), 200);
    let row = place.rows().await.remove(0);
    let taken = place
        .inbox
        .lease(&row.endpoint, 1, crate::place::LONG)
        .await;
    let taken = taken.unwrap().remove(0);
    place.end(&taken, &done()).await;
    taken.delivery
}
