//! Number as an event of a view.

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events(1))]
struct Session {
    id: String,
}

fn main() {}
