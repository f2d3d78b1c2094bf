//! A boxed future from a function that is not `async`.

use std::pin::Pin;
use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
fn idled(_: DeliveryId) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async {})
}

fn main() {}
