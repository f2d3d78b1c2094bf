//! Struct without `#[derive(Payload)]` as a payload.

use webhook_runtime::{Event, on};

struct Idled {
    id: String,
}

#[on("session.status_idled")]
async fn idled(event: Event<Idled>) {
    drop(event.data.id);
}

fn main() {}
