//! Two handlers of one name in two modules, for one event.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

mod sessions {
    use super::*;

    #[on("session.created")]
    pub fn created(_: DeliveryId) {}
}

mod audit {
    use super::*;

    #[on("session.created")]
    pub fn created(_: DeliveryId) {}
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(sessions::created, audit::created))]
struct App;

fn main() {}
