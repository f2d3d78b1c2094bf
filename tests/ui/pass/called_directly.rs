//! Handler called, passed on and documented as a function.

use webhook_runtime::anthropic::SessionStatusIdled;
use webhook_runtime::{Event, on};

#[on("session.status_idled")]
async fn idled(event: Event<SessionStatusIdled>, count: &u8) -> Result<(), String> {
    Err(format!("{} {count}", event.data.id))
}

#[on("session.created")]
fn created(count: &u8) {
    assert_eq!(*count, 1);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let event: Event<SessionStatusIdled> = webhook_runtime::testing::sample();
    let id = event.data.id.clone();
    assert_eq!(idled(event, &1).await, Err(format!("{id} 1")));
    let function: fn(&u8) = created;
    function(&1);
}
