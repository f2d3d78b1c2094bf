//! `Event` without its import.

use webhook_runtime::anthropic::SessionStatusIdled;
use webhook_runtime::on;

#[on("session.status_idled")]
async fn idled(_: Event<SessionStatusIdled>) {}

fn main() {}
