//! No comma between the words of `retry`.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(max = 5 backoff = "30s"))]
async fn idled(_: DeliveryId) {}

fn main() {}
