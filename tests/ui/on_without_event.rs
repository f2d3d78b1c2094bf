//! `#[on()]`.

use webhook_runtime::{DeliveryId, on};

#[on()]
async fn idled(_: DeliveryId) {}

fn main() {}
