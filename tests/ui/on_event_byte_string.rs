//! Byte string as an event.

use webhook_runtime::{DeliveryId, on};

#[on(b"session.status_idled")]
async fn idled(_: DeliveryId) {}

fn main() {}
