//! Body that returns another type than the signature.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
async fn idled(_: DeliveryId) -> Result<(), String> {}

fn main() {}
