//! Unknown and misspelled options in `retry(…)`.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(bakoff = "30s"))]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", retry(max_retries = 5))]
async fn second(_: DeliveryId) {}

#[on("session.status_idled", retry(attempts = 5))]
async fn third(_: DeliveryId) {}

fn main() {}
