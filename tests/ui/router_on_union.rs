//! Union as a router.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("session.status_idled")]
fn idled(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
union App {
    a: u8,
    b: u8,
}

fn main() {}
