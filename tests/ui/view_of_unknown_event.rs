//! View of an event that the catalog does not list.

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.created", "session.status_ideld"))]
struct Session {
    id: String,
}

fn main() {}
