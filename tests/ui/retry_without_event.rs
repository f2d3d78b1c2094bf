//! `retry(…)` without an event.

use webhook_runtime::{DeliveryId, on};

#[on(retry(max = 5))]
async fn first(_: DeliveryId) {}

#[on(ordered_by = "/data/id")]
async fn second(_: DeliveryId) {}

fn main() {}
