//! Two events, and the payload type of the first.

use webhook_runtime::anthropic::SessionCreated;
use webhook_runtime::{Event, on};

#[on("session.created", "session.deleted")]
async fn changed(_: Event<SessionCreated>) {}

fn main() {}
