//! A family that takes no event.

use webhook_runtime::anthropic::AnySession;
use webhook_runtime::{Event, on};

#[on("sessions.*")]
async fn session(_: Event<AnySession>) {}

fn main() {}
