//! Boolean as an event.

use webhook_runtime::{DeliveryId, on};

#[on(true)]
async fn idled(_: DeliveryId) {}

fn main() {}
