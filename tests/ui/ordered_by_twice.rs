//! `ordered_by` twice.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", ordered_by = "/data/id", ordered_by = "/id")]
async fn idled(_: DeliveryId) {}

fn main() {}
