//! Payload type written as `_`.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{Event, WebhookRouter, on};

#[on("session.created")]
async fn created(_: Event<_>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created))]
struct App;

fn main() {}
