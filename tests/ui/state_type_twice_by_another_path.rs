//! Two fields of state of one type, written in two ways.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

struct Db;

#[on("session.status_idled")]
async fn idled(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App {
    #[webhook(state)]
    reads: Db,
    #[webhook(state)]
    writes: self::Db,
}

fn main() {}
