//! Listed handler with a syntax error in its body: one error.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("session.status_idled")]
async fn idled(id: DeliveryId) {
    let = id;
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
