//! Router with a const parameter.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("session.status_idled")]
fn idled(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(idled))]
struct App<const N: usize>;

fn main() {}
