//! Initial backoff above the maximum.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(backoff = "6h..10s"))]
async fn idled(_: DeliveryId) {}

fn main() {}
