//! `events()`.

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events())]
struct Session {
    id: String,
}

fn main() {}
