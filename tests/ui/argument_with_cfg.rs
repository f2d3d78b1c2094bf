//! `#[cfg(…)]` on an argument.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("session.created")]
async fn created(_: DeliveryId, #[cfg(any())] app: &App) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created))]
struct App;

fn main() {}
