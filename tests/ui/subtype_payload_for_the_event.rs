//! The payload of a sub-type, but the handler takes them all.

use webhook_runtime::wacht::ApprovalRequest;
use webhook_runtime::{Event, on};

#[on("agent.thread.message")]
async fn message(_: Event<ApprovalRequest>) {}

fn main() {}
