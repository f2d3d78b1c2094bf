//! JSON pointers with an unescaped `~`.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", ordered_by = "/data/my~id")]
async fn first(_: DeliveryId) {}

#[on("session.status_idled", ordered_by = "/~")]
async fn second(_: DeliveryId) {}

fn main() {}
