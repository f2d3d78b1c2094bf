//! The payload type of another event, by its whole path.

use webhook_runtime::on;

#[on("session.status_idled")]
async fn idled(_: webhook_runtime::Event<webhook_runtime::anthropic::SessionCreated>) {}

fn main() {}
