//! A sub-type of an event that has none.

use webhook_runtime::wacht::UserCreated;
use webhook_runtime::{Event, on};

#[on("user.created", message_type = "approval_request")]
async fn created(_: Event<UserCreated>) {}

fn main() {}
