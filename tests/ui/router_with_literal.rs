//! Event name in `#[webhook(…)]`.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("session.created")]
async fn created(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook("session.created", provider = Anthropic, handlers(created))]
struct App;

fn main() {}
