// Warning of rustc for a handler that no router lists.
#![deny(dead_code)]

use webhook_runtime::anthropic::{Anthropic, SessionCreated, SessionDeleted};
use webhook_runtime::{Event, WebhookRouter, on};

#[on("session.created")]
async fn created(_: Event<SessionCreated>) {}

#[on("session.deleted")]
async fn forgotten(_: Event<SessionDeleted>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(created))]
struct App;

fn main() {
    let _ = webhook_runtime::Endpoint::builder(App);
}
