//! `unlisted` on a family.

use webhook_runtime::{DeliveryId, on};

#[on("session.*", unlisted)]
async fn session(_: DeliveryId) {}

fn main() {}
