//! Several mistakes in one `retry(…)`: each is reported.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry(max = "5", backoff = 30, often), ordered_by = "id")]
async fn idled(_: DeliveryId) {}

fn main() {}
