//! An `Option` as the outcome.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
fn idled(_: DeliveryId) -> Option<()> {
    None
}

fn main() {}
