//! Event that the catalog does not list, without `unlisted`.

use webhook_runtime::anthropic::AnySession;
use webhook_runtime::{Event, on};

#[on("session.teleported")]
async fn teleported(_: Event<AnySession>) {}

fn main() {}
