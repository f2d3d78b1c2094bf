//! Error type that does not implement `Error`.

use webhook_runtime::{DeliveryId, on};

#[derive(Debug)]
struct AppError;

#[on("session.status_idled")]
async fn idled(_: DeliveryId) -> Result<(), AppError> {
    Ok(())
}

fn main() {}
