//! `serial_by` twice.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", serial_by = "/data/id", serial_by = "/id")]
async fn idled(_: DeliveryId) {}

fn main() {}
