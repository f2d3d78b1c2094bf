//! Two functions of one name; `#[cfg]` below `#[on]` selects one.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, Endpoint, WebhookRouter, on};

#[on("session.deleted")]
#[cfg(any())]
async fn deleted(_: DeliveryId, _: Nothing) {}

#[on("session.deleted")]
#[cfg(not(any()))]
async fn deleted(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(deleted))]
struct App;

fn main() {
    let _ = Endpoint::builder(App);
}
