//! An unknown key in `#[on]`.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retries = 3)]
async fn idled(_: DeliveryId) {}

fn main() {}
