//! Payload of another sub-type.

use webhook_runtime::wacht::ApprovalRequest;
use webhook_runtime::{Event, on};

#[on("agent.thread.message", message_type = "approval_response")]
async fn approval(_: Event<ApprovalRequest>) {}

fn main() {}
