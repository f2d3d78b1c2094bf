//! Malformed backoffs.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(backoff = ""))]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff = "1.5h"))]
async fn second(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff = "30 s"))]
async fn third(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff = "10s-6h"))]
async fn fourth(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff = "10s.."))]
async fn fifth(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff = "..6h"))]
async fn sixth(_: DeliveryId) {}

fn main() {}
