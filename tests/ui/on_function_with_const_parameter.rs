//! Handler with a const parameter.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
async fn idled<const N: usize>(_: DeliveryId) {}

fn main() {}
