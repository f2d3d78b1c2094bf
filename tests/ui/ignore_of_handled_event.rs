//! Ignored event with a handler.

use webhook_runtime::anthropic::{Anthropic, AnyVault};
use webhook_runtime::{Event, WebhookRouter, on};

#[on("vault.*")]
async fn vaults(_: Event<AnyVault>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(vaults), exhaustive("vault.*"), ignore("vault.deleted"))]
struct App;

fn main() {}
