//! Ignored event that the catalog does not list.

use webhook_runtime::anthropic::{Anthropic, AnyVault};
use webhook_runtime::{Event, WebhookRouter, on};

#[on("vault.*")]
async fn vaults(_: Event<AnyVault>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(vaults), exhaustive("vault.*"), ignore("vault.deletd"))]
struct App;

fn main() {}
