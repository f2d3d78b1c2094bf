//! Invalid handler that is listed: one error.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, Endpoint, WebhookRouter, on};

#[on("session..idled")]
async fn idled(_: DeliveryId, _: &App) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {
    let _ = Endpoint::builder(App).secret("whsec_").build();
}
