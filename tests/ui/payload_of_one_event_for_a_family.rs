//! A family with the payload type of one of its events.

use webhook_runtime::anthropic::SessionCreated;
use webhook_runtime::{Event, on};

#[on("session.*")]
async fn session(_: Event<SessionCreated>) {}

fn main() {}
