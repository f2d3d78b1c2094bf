//! Backoff of zero.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(backoff = "0s"))]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff = "0ms..6h"))]
async fn second(_: DeliveryId) {}

fn main() {}
