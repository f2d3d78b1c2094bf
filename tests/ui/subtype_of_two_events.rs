//! Sub-type beside two events.

use webhook_runtime::{DeliveryId, on};

#[on("agent.thread.message", "session.created", message_type = "approval_request")]
async fn approval(_: DeliveryId) {}

fn main() {}
