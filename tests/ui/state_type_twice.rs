//! Two fields of state of one type.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{WebhookRouter, on};

struct Db;

#[on("session.status_idled")]
async fn idled(_: &Db) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App {
    #[webhook(state)]
    reads: Db,
    #[webhook(state)]
    writes: Db,
}

fn main() {}
