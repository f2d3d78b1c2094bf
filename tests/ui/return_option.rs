//! `Option` as the return type.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
fn idled(_: DeliveryId) -> Option<()> {
    None
}

fn main() {}
