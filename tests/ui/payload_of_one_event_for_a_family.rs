//! Payload type of one event in a handler for its family.

use webhook_runtime::anthropic::SessionCreated;
use webhook_runtime::{Event, on};

#[on("session.*")]
async fn session(_: Event<SessionCreated>) {}

fn main() {}
