//! Invalid view that is used: one error.

use serde::Deserialize;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{Event, Payload, WebhookRouter, on};

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session..idled"))]
struct Id {}

#[on("session.status_idled")]
async fn idled(_: Event<Id>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
