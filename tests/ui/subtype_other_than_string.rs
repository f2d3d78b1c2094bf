//! Sub-type that is not a string literal.

use webhook_runtime::wacht::AgentThreadMessage;
use webhook_runtime::{Event, on};

const REQUEST: &str = "approval_request";

#[on("agent.thread.message", message_type = REQUEST)]
async fn message(_: Event<AgentThreadMessage>) {}

fn main() {}
