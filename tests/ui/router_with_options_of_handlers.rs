//! Options of `#[on(…)]` in `#[webhook(…)]`.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("session.status_idled")]
fn idled(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled), retry(max = 5), ordered_by = "/data/id")]
struct App;

fn main() {}
