//! Private handler of another module in `handlers(…)`.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

mod sessions {
    use super::*;

    #[on("session.status_idled")]
    fn idled(_: DeliveryId) {}
}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(sessions::idled))]
struct App;

fn main() {}
