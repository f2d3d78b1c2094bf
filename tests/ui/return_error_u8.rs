//! An error that is no error.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
async fn idled(_: DeliveryId) -> Result<(), u8> {
    Ok(())
}

fn main() {}
