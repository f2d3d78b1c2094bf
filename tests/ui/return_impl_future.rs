//! Future returned without `async`.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
fn idled(_: DeliveryId) -> impl Future<Output = ()> {
    async {}
}

fn main() {}
