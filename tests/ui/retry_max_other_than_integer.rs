//! `max` that is not an integer literal.

use webhook_runtime::{DeliveryId, on};

const MAX: u32 = 5;

#[on("session.status_idled", retry(max = "5"))]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", retry(max = "often"))]
async fn second(_: DeliveryId) {}

#[on("session.status_idled", retry(max = 5.0))]
async fn third(_: DeliveryId) {}

#[on("session.status_idled", retry(max = MAX))]
async fn fourth(_: DeliveryId) {}

#[on("session.status_idled", retry(max = 5s))]
async fn fifth(_: DeliveryId) {}

#[on("session.status_idled", retry(max = 5 * 2))]
async fn sixth(_: DeliveryId) {}

fn main() {}
