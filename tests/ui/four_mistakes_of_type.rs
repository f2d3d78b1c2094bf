//! Four mistakes of types: four errors in one build.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, Event, WebhookRouter, on};

#[on("session.created")]
async fn created(_: u32) {}

#[on("session.deleted")]
async fn deleted(_: Event<String>) {}

#[on("session.archived")]
async fn archived(_: DeliveryId) -> u32 {
    200
}

#[on("session.running")]
async fn running(_: &String) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created, deleted, archived, running))]
struct App;

fn main() {}
