//! Handler with a type parameter.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{Event, WebhookRouter, on};

#[on("session.status_idled")]
async fn idled<T>(_: Event<T>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
