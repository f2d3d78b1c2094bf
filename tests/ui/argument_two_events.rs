//! Two events in one handler.

use webhook_runtime::anthropic::SessionStatusIdled;
use webhook_runtime::{Event, on};

#[on("session.status_idled")]
async fn idled(_: Event<SessionStatusIdled>, _: Event<SessionStatusIdled>) {}

fn main() {}
