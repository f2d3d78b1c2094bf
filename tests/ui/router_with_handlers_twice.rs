//! `handlers(…)` twice.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("session.status_idled")]
fn idled(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
#[webhook(handlers(idled))]
struct App;

fn main() {}
