//! A view of the same event twice.

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.created", "session.created"))]
struct Session {
    id: String,
}

fn main() {}
