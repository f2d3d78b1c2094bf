//! Ignored event outside of the exhaustive families.

use webhook_runtime::anthropic::{Anthropic, AnyVault};
use webhook_runtime::{Event, WebhookRouter, on};

#[on("vault.*")]
async fn vaults(_: Event<AnyVault>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(vaults), exhaustive("vault.*"), ignore("agent.created"))]
struct App;

fn main() {}
