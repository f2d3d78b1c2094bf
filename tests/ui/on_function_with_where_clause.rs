//! Handler with a `where` clause.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled")]
async fn idled(_: DeliveryId)
where
    String: Clone,
{
}

fn main() {}
