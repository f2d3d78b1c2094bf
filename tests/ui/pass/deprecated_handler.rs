//! Deprecated handler.

#![deny(warnings)]

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, Endpoint, WebhookRouter, on};

#[on("session.deleted")]
#[deprecated = "on its way out"]
fn deleted(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(deleted))]
struct App;

fn main() {
    let _ = Endpoint::builder(App);
}
