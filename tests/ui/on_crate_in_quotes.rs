//! Path of the runtime in quotes.

use webhook_runtime::{DeliveryId, on};

#[on("session.created", crate = "webhook_runtime")]
async fn created(_: DeliveryId) {}

fn main() {}
