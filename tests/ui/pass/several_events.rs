//! Handlers of several events, of families and of unlisted events.

use webhook_runtime::anthropic::{Anthropic, AnthropicEvent, AnySession, AnyVault};
use webhook_runtime::{DeliveryId, Endpoint, Event, WebhookRouter, on};

#[on("session.created", "session.deleted")]
async fn changed(_: Event<AnySession>) {}

#[on("session.*", "vault.*", "vault_credential.*", "vault.created")]
async fn mixed(_: Event<AnthropicEvent>) {}

#[on("vault.*")]
async fn vault(_: Event<AnyVault>) {}

#[on("brand.new", "brand.old", unlisted)]
async fn unlisted(_: Event<serde_json::Value>) {}

#[on(r"*")]
async fn everything(_: Event<serde_json::Value>, _: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(changed, mixed, unlisted, everything))]
struct App;

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(vault))]
struct Other;

fn main() {
    let _ = Endpoint::builder(App);
    let _ = Endpoint::builder(Other);
}
