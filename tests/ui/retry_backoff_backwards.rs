//! A first pause that is longer than the longest.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(backoff = "6h..10s"))]
async fn idled(_: DeliveryId) {}

fn main() {}
