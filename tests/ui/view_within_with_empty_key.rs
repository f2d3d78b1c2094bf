//! Location of a view with an empty key.

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.*"), within = "/")]
struct SessionId {
    id: String,
}

fn main() {}
