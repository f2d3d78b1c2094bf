//! Handler with a payload of another provider than the router's.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::openai::BatchFailed;
use webhook_runtime::{Event, WebhookRouter, on};

#[on("batch.failed")]
async fn failed(_: Event<BatchFailed>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(failed))]
struct App;

fn main() {}
