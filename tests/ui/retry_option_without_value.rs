//! Options of `retry(…)` without values.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(max))]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", retry(max =, backoff = "30s"))]
async fn second(_: DeliveryId) {}

#[on("session.status_idled", retry(max(5)))]
async fn third(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff))]
async fn fourth(_: DeliveryId) {}

fn main() {}
