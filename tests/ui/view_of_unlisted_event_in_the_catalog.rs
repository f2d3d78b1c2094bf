//! `unlisted` on an event that the catalog lists, in a view.

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.created"), unlisted)]
struct Session {
    id: String,
}

fn main() {}
