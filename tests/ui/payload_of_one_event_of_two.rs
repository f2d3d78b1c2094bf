//! Payload type of the first of two events.

use webhook_runtime::anthropic::SessionCreated;
use webhook_runtime::{Event, on};

#[on("session.created", "session.deleted")]
async fn changed(_: Event<SessionCreated>) {}

fn main() {}
