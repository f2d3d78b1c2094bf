//! Family without events and without a similar name, in a handler without a payload.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{RawBody, WebhookRouter, on};

#[on("pizza.*")]
fn pizza(_: RawBody) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(pizza))]
struct App;

fn main() {}
