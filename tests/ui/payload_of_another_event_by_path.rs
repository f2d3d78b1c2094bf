//! Payload type of another event, by its full path.

use webhook_runtime::on;

#[on("session.status_idled")]
async fn idled(_: webhook_runtime::Event<webhook_runtime::anthropic::SessionCreated>) {}

fn main() {}
