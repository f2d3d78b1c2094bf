//! Options of `retry(…)` without a comma between them.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(max = 5 backoff = "30s"))]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", retry(max = 5; backoff = "30s"))]
async fn second(_: DeliveryId) {}

fn main() {}
