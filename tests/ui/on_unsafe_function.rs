//! `unsafe` handler.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
async unsafe fn idled(_: DeliveryId) {}

fn main() {}
