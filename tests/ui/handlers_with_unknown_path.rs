//! Path in `handlers(…)` that does not exist.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

mod sessions {
    use super::*;

    #[on("session.status_idled")]
    pub fn idled(_: DeliveryId) {}
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(sessions::ideld))]
struct App;

fn main() {}
