//! Several mistakes in one attribute, and one in the function: all are told.

use webhook_runtime::{DeliveryId, on};

#[on(5, "session..created", unlistet, "*.created", "session.deleted" "session.archived")]
async fn created<T>(_: DeliveryId) {}

fn main() {}
