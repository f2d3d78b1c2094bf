//! Values in `retry(…)` without their keys.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(5))]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", retry("30s"))]
async fn second(_: DeliveryId) {}

fn main() {}
