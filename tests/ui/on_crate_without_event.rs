//! Path of the runtime without an event.

use webhook_runtime::{DeliveryId, on};

#[on(crate = webhook_runtime)]
async fn idled(_: DeliveryId) {}

fn main() {}
