//! A family that is like no event, in a handler whose arguments name no catalog.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{RawBody, WebhookRouter, on};

#[on("pizza.*")]
fn pizza(_: RawBody) {}

#[derive(WebhookRouter)]
#[webhook(provider = Anthropic, handlers(pizza))]
struct App;

fn main() {}
