//! View with a `'static` lifetime.

use serde::Deserialize;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{Event, Payload, WebhookRouter, on};

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.*"))]
struct Session<'body> {
    id: &'body str,
}

#[on("session.created")]
async fn created(_: Event<Session<'static>>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created))]
struct App;

fn main() {}
