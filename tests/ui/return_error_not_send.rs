//! Error that is not `Send`.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
async fn idled(_: DeliveryId) -> Result<(), Box<dyn std::error::Error>> {
    Ok(())
}

fn main() {}
