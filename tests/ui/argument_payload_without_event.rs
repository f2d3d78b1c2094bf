//! Payload without `Event<…>`.

use webhook_runtime::anthropic::SessionStatusIdled;
use webhook_runtime::on;

#[on("session.status_idled")]
async fn idled(_: SessionStatusIdled) {}

fn main() {}
