//! Number as an event.

use webhook_runtime::{DeliveryId, on};

#[on(1)]
async fn idled(_: DeliveryId) {}

fn main() {}
