use webhook_runtime::anthropic::SessionStatusIdled;
use webhook_runtime::{Event, on};

#[on("Session.Status_Idled")]
async fn idled(_: Event<SessionStatusIdled>) {}

fn main() {}
