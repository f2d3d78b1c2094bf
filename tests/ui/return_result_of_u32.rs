//! `Result` of a number as the return type.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
async fn idled(_: DeliveryId) -> Result<u32, String> {
    Ok(200)
}

fn main() {}
