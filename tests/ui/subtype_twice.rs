//! Two sub-types in one handler.

use webhook_runtime::{DeliveryId, on};

#[on("agent.thread.message", message_type = "approval_request", kind = "approval_response")]
async fn approval(_: DeliveryId) {}

fn main() {}
