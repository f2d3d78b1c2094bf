//! Payload of a sub-type in a handler for the whole event.

use webhook_runtime::wacht::ApprovalRequest;
use webhook_runtime::{Event, on};

#[on("agent.thread.message")]
async fn message(_: Event<ApprovalRequest>) {}

fn main() {}
