//! `retry()`.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retry())]
async fn idled(_: DeliveryId) {}

fn main() {}
