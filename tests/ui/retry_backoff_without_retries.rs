//! Backoff beside `max = 0`.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(max = 0, backoff = "30s"))]
async fn idled(_: DeliveryId) {}

fn main() {}
