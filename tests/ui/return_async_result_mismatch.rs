//! A body that does not return what the signature says.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
async fn idled(_: DeliveryId) -> Result<(), String> {}

fn main() {}
