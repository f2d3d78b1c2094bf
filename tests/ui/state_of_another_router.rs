//! Handler that borrows another router.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{WebhookRouter, on};

#[on("session.status_idled")]
async fn idled(_: &App) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct Other;

fn main() {}
