//! `unlisted` without an event.

use webhook_runtime::{DeliveryId, on};

#[on(unlisted)]
async fn idled(_: DeliveryId) {}

fn main() {}
