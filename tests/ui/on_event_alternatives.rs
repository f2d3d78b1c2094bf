//! Events separated by `|`.

use webhook_runtime::{DeliveryId, on};

#[on("session.created" | "session.deleted")]
async fn idled(_: DeliveryId) {}

fn main() {}
