//! Handler with a lifetime parameter.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{WebhookRouter, on};

#[on("session.status_idled")]
async fn idled<'a>(_: &'a App) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
