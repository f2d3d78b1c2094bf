//! Number as an argument.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{WebhookRouter, on};

#[on("session.status_idled")]
async fn idled(_: u32) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
