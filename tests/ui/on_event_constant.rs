//! Constant as an event.

use webhook_runtime::{DeliveryId, on};

const IDLED: &str = "session.status_idled";

#[on(IDLED)]
async fn idled(_: DeliveryId) {}

fn main() {}
