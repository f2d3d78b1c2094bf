//! Payload type of another event.

use webhook_runtime::anthropic::{Anthropic, SessionCreated};
use webhook_runtime::{Event, WebhookRouter, on};

#[on("session.status_idled")]
async fn idled(_: Event<SessionCreated>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
