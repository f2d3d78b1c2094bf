//! Expressions as events.

use webhook_runtime::{DeliveryId, on};

#[on(concat!("session.", "created"))]
async fn concatenated(_: DeliveryId) {}

#[on(["session.created", "session.deleted"])]
async fn array(_: DeliveryId) {}

#[on(session.created)]
async fn without_quotes(_: DeliveryId) {}

#[on(-1)]
async fn number(_: DeliveryId) {}

fn main() {}
