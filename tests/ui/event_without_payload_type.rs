//! `Event` without its payload type.

use webhook_runtime::{Event, on};

#[on("session.status_idled")]
async fn idled(_: Event) {}

fn main() {}
