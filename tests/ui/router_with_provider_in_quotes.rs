//! Provider in quotes.

use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("session.status_idled")]
fn idled(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = "anthropic", handlers(idled))]
struct App;

fn main() {}
