//! `Option` of an event.

use webhook_runtime::anthropic::SessionStatusIdled;
use webhook_runtime::{Event, on};

#[on("session.status_idled")]
async fn idled(_: Option<Event<SessionStatusIdled>>) {}

fn main() {}
