//! Character as an event.

use webhook_runtime::{DeliveryId, on};

#[on('a')]
async fn idled(_: DeliveryId) {}

fn main() {}
