//! Backoffs without quotes.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(backoff = 30))]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff = 30s))]
async fn second(_: DeliveryId) {}

#[on("session.status_idled", retry(max = 5, backoff = 10s..6h))]
async fn third(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff = Duration::from_secs(30)))]
async fn fourth(_: DeliveryId) {}

#[on("session.status_idled", retry(backoff = 2weeks))]
async fn fifth(_: DeliveryId) {}

fn main() {}
