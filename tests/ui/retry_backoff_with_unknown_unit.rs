//! Backoffs with missing and unknown units.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(backoff = "30"))]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff = "30sec"))]
async fn second(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff = "10s..6H"))]
async fn third(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff = "2w"))]
async fn fourth(_: DeliveryId) {}

fn main() {}
