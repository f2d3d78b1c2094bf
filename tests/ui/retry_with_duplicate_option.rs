//! Duplicate options in `retry(…)`, and `retry(…)` twice.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(max = 5, max = 6))]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff = "1s", max = 5, backoff = "2s"))]
async fn second(_: DeliveryId) {}

#[on("session.status_idled", retry(max = 5), retry(max = 6))]
async fn third(_: DeliveryId) {}

fn main() {}
