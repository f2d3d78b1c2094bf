//! A new event of a known family, without the word for it.

use webhook_runtime::anthropic::AnySession;
use webhook_runtime::{Event, on};

#[on("session.teleported")]
async fn teleported(_: Event<AnySession>) {}

fn main() {}
