//! Option of another attribute in `#[webhook(…)]`.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("session.status_idled")]
fn idled(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled), events("session.*"))]
struct App;

fn main() {}
