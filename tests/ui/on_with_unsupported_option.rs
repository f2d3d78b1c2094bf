//! Option of another attribute in `#[on(…)]`.

use webhook_runtime::{DeliveryId, on};

#[on("session.status_idled", provider = Anthropic)]
async fn idled(_: DeliveryId) {}

fn main() {}
