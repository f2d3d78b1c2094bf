//! Locations without the leading slash, and in other notations.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", ordered_by = "data/id")]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", ordered_by = "data.id")]
async fn second(_: DeliveryId) {}

#[on("session.status_idled", ordered_by = "$.items[0].id")]
async fn third(_: DeliveryId) {}

#[on("session.status_idled", ordered_by = "")]
async fn fourth(_: DeliveryId) {}

fn main() {}
