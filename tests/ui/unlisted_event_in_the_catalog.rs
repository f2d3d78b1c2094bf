//! `unlisted` on an event that the catalog lists.

use webhook_runtime::anthropic::SessionStatusIdled;
use webhook_runtime::{Event, on};

#[on("session.status_idled", unlisted)]
async fn idled(_: Event<SessionStatusIdled>) {}

fn main() {}
