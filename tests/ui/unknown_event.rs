//! Misspelled event name in a handler with a payload.

use webhook_runtime::anthropic::SessionStatusIdled;
use webhook_runtime::{Event, on};

#[on("session.status_ideld")]
async fn idled(_: Event<SessionStatusIdled>) {}

fn main() {}
