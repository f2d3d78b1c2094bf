//! JSON pointers with an empty key.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", ordered_by = "/")]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", ordered_by = "/data/")]
async fn second(_: DeliveryId) {}

#[on("session.status_idled", ordered_by = "//id")]
async fn third(_: DeliveryId) {}

fn main() {}
