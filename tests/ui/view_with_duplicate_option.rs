//! `provider` twice in a view.

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, provider = Anthropic, events("session.*"))]
struct Session {
    id: String,
}

fn main() {}
