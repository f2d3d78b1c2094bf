//! Backoff above 30 days.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(backoff = "31d"))]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff = "1h..99999999999999999999d"))]
async fn second(_: DeliveryId) {}

fn main() {}
