//! State of a type that does not exist.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
async fn idled(_: DeliveryId, _: &Databse) {}

fn main() {}
