//! An event name with a typing error, beside a payload.

use webhook_runtime::anthropic::SessionStatusIdled;
use webhook_runtime::{Event, on};

#[on("session.status_ideld")]
async fn idled(_: Event<SessionStatusIdled>) {}

fn main() {}
