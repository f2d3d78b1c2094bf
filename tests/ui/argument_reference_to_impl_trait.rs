//! Reference to `impl Trait`.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{WebhookRouter, on};

#[on("session.status_idled")]
async fn idled(_: &impl Clone) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
