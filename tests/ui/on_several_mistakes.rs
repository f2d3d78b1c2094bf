//! Several mistakes in one attribute and its function: each is reported.

use webhook_runtime::{DeliveryId, on};

#[on(5, "session..created", unlistet, "*.created", "session.deleted" "session.archived")]
async fn created<T>(_: DeliveryId) {}

fn main() {}
