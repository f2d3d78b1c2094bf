//! A place in the payload without its leading slash, in a view.

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.*"), within = "object")]
struct Session {
    id: String,
}

fn main() {}
