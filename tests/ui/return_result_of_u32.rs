//! A number as the outcome in a `Result`.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
async fn idled(_: DeliveryId) -> Result<u32, String> {
    Ok(200)
}

fn main() {}
