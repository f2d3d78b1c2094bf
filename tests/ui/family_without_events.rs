//! Family without events.

use webhook_runtime::anthropic::AnySession;
use webhook_runtime::{Event, on};

#[on("sessions.*")]
async fn session(_: Event<AnySession>) {}

fn main() {}
