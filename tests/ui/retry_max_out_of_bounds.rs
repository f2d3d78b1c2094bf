//! `max` outside of its bounds.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(max = -1))]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", retry(max = 1001))]
async fn second(_: DeliveryId) {}

#[on("session.status_idled", retry(max = 99999999999))]
async fn third(_: DeliveryId) {}

fn main() {}
