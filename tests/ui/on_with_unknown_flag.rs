//! Misspelled flag in `#[on(…)]`.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", unlistd)]
async fn idled(_: DeliveryId) {}

fn main() {}
