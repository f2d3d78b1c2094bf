//! `event = "…"`.

use webhook_runtime::{DeliveryId, on};

#[on(event = "session.created")]
async fn created(_: DeliveryId) {}

fn main() {}
