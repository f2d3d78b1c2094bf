//! Sub-type of an event without sub-types.

use webhook_runtime::wacht::UserCreated;
use webhook_runtime::{Event, on};

#[on("user.created", message_type = "approval_request")]
async fn created(_: Event<UserCreated>) {}

fn main() {}
