//! Sub-type by a key that the event does not have.

use webhook_runtime::wacht::ApprovalRequest;
use webhook_runtime::{Event, on};

#[on("agent.thread.message", kind = "approval_request")]
async fn approval(_: Event<ApprovalRequest>) {}

fn main() {}
