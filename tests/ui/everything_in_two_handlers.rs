//! Two handlers for `*`.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

mod audit {
    #[super::on("*")]
    pub fn everything(_: super::DeliveryId) {}
}

#[on("*")]
fn everything(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(audit::everything, everything))]
struct App;

fn main() {}
