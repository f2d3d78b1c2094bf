//! View of a family in a handler for `*`.

use webhook_runtime::anthropic::AnySession;
use webhook_runtime::{Event, on};

#[on("*")]
async fn everything(_: Event<AnySession>) {}

fn main() {}
