//! `Event<String>`.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{Event, WebhookRouter, on};

#[on("session.status_idled")]
async fn idled(_: Event<String>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
