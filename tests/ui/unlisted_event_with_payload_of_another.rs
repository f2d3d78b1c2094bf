//! Unlisted event with the payload type of another event.

use webhook_runtime::anthropic::SessionStatusIdled;
use webhook_runtime::{Event, on};

#[on("brand.new", unlisted)]
async fn idled(_: Event<SessionStatusIdled>) {}

fn main() {}
