//! Invalid router that is built: one error.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, Endpoint, WebhookRouter, on};

struct Db;

#[on("session.status_idled")]
async fn idled(_: DeliveryId, _: &App, _: &Db) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled), exhausting)]
struct App {
    #[webhook(state)]
    db: Db,
}

fn main() {
    let _ = Endpoint::builder(App { db: Db }).build();
}
