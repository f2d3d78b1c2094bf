//! Four mistakes of syntax: four errors in one build.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("session.")]
async fn session(_: DeliveryId) {}

#[on()]
async fn nothing(_: DeliveryId) {}

#[on("session.archived")]
async fn archived<T>(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(session, nothing, archived), exhausting)]
struct App;

fn main() {}
