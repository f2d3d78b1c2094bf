//! Path as an event.

use webhook_runtime::{DeliveryId, on};

#[on(AnthropicEvent::SessionStatusIdled)]
async fn idled(_: DeliveryId) {}

fn main() {}
