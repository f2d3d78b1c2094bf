//! An event name with a typing error, in a handler whose arguments name no catalog.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("session.status_ideld")]
async fn idled(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
