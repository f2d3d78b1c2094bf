//! `unlisted` twice.

use webhook_runtime::{DeliveryId, on};

#[on("brand.new", unlisted, unlisted)]
async fn idled(_: DeliveryId) {}

fn main() {}
