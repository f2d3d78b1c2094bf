//! Unknown sub-type.

use webhook_runtime::wacht::ApprovalRequest;
use webhook_runtime::{Event, on};

#[on("agent.thread.message", message_type = "aproval_request")]
async fn approval(_: Event<ApprovalRequest>) {}

fn main() {}
