//! Events of an exhaustive family without a handler.

use webhook_runtime::anthropic::{Anthropic, VaultCreated};
use webhook_runtime::{Event, WebhookRouter, on};

#[on("vault.created")]
async fn created(_: Event<VaultCreated>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created), exhaustive("vault.*"))]
struct App;

fn main() {}
