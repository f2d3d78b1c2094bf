//! Location of a view without the leading slash.

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.*"), within = "object")]
struct Session {
    id: String,
}

fn main() {}
