//! Misspelled `ordered_by`.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", orders = "/data/id")]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", ordering_key = "/data/id")]
async fn second(_: DeliveryId) {}

fn main() {}
