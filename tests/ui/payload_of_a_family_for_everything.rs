//! Every event with the view of a family.

use webhook_runtime::anthropic::AnySession;
use webhook_runtime::{Event, on};

#[on("*")]
async fn everything(_: Event<AnySession>) {}

fn main() {}
