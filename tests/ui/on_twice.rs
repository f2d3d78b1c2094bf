//! `#[on(…)]` twice on one function.

use webhook_runtime::{DeliveryId, on};

#[on("session.created")]
#[on("session.deleted")]
async fn changed(_: DeliveryId) {}

fn main() {}
