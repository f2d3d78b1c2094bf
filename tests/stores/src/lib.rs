//! Deliveries for the tests of inboxes and for the programs that they start.

use bytes::Bytes;
use webhook_runtime::{Timestamp, inbox::StoredDelivery, store::DeliveryKey};

/// Returns a delivery of the endpoint `app`.
#[must_use]
pub fn delivery(id: &str) -> StoredDelivery {
    let mut delivery = StoredDelivery::new(DeliveryKey::new(format!("app/openai//{id}")));
    "app".clone_into(&mut delivery.endpoint);
    "openai".clone_into(&mut delivery.provider);
    id.clone_into(&mut delivery.delivery_id);
    "batch.failed".clone_into(&mut delivery.event_type);
    delivery.timestamp = Timestamp::from_second(1_767_323_045);
    delivery.is_timestamp_signed = true;
    delivery.body = Bytes::from(format!("the body of {id}"));
    delivery
}
