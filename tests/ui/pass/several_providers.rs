//! Handler for any provider, in routers of two providers.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::openai::{BatchFailed, OpenAi};
use webhook_runtime::{DeliveryId, Endpoint, Event, WebhookRouter, on};

#[on("*")]
async fn everything(_: Event<serde_json::Value>, _: DeliveryId) {}

#[on("batch.failed")]
async fn failed(_: Event<BatchFailed>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(everything))]
struct First;

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(everything, failed))]
struct Second;

fn main() {
    let _ = Endpoint::builder(First);
    let _ = Endpoint::builder(Second);
}
