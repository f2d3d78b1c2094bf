//! Misspelled option with a value in `#[on(…)]`.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", retries = 3)]
async fn idled(_: DeliveryId) {}

fn main() {}
