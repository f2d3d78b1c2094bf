//! Sub-type beside a family.

use webhook_runtime::wacht::WachtEvent;
use webhook_runtime::{Event, on};

#[on("agent.thread.*", message_type = "approval_request")]
async fn thread(_: Event<WachtEvent>) {}

fn main() {}
