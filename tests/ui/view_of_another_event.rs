//! View of other events than the handler's.

use serde::Deserialize;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{Event, Payload, on};

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.created", "session.deleted"))]
struct Session {
    id: String,
}

#[on("session.created", "session.archived")]
async fn session(_: Event<Session>) {}

fn main() {}
