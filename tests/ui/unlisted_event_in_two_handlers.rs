//! Two handlers for one unlisted event.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, WebhookRouter, on};

#[on("brand.new", unlisted)]
fn first(_: DeliveryId) {}

#[on("brand.new", unlisted)]
fn second(_: DeliveryId) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(first, second))]
struct App;

fn main() {}
