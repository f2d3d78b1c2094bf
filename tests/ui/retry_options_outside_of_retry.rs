//! Options of `retry(…)` beside it.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", max = 5)]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", backoff = "30s")]
async fn second(_: DeliveryId) {}

#[on("session.status_idled", max(5))]
async fn third(_: DeliveryId) {}

fn main() {}
