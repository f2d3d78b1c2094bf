//! `unlisted` beside a family in a view.

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.*"), unlisted)]
struct Session {
    id: String,
}

fn main() {}
