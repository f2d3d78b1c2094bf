//! Mutable reference to the router, in parentheses.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{WebhookRouter, on};

type Mutable<'a> = &'a mut App;

#[on("session.status_idled")]
async fn idled(_: Mutable<'_>) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App;

fn main() {}
