//! `u8` as an error.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
async fn idled(_: DeliveryId) -> Result<(), u8> {
    Ok(())
}

fn main() {}
