//! Boxed future returned without `async`.

use std::pin::Pin;
use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
fn idled(_: DeliveryId) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async {})
}

fn main() {}
