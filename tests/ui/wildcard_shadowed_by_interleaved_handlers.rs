// Shadowing handlers whose events alternate are named once each.
use webhook_runtime::anthropic::{Anthropic, AnyVault};
use webhook_runtime::{DeliveryId, Event, WebhookRouter, on};

#[on("vault.archived", "vault.deleted")]
async fn first(_: DeliveryId) {}

#[on("vault.created")]
async fn second(_: DeliveryId) {}

#[on("vault.*")]
async fn all(_: Event<AnyVault>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(first, second, all))]
struct App;

fn main() {}
