//! Public router of private handlers.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, Endpoint, WebhookRouter, on};

mod sessions {
    use webhook_runtime::{DeliveryId, on};

    #[on("session.created")]
    pub(super) fn created(_: DeliveryId) {}
}

#[on("session.deleted")]
fn deleted(_: DeliveryId, _: &App, _: &Count) {}

struct Count;

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(sessions::created, deleted))]
pub struct App {
    #[webhook(state)]
    count: Count,
}

fn main() {
    let _ = Endpoint::builder(App { count: Count });
}
