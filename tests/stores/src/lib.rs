//! Deliveries, for the tests of inboxes and for the programs that they start.

use bytes::Bytes;
use http::HeaderMap;
use webhook_runtime::{inbox::StoredDelivery, store::DeliveryKey};

/// A delivery of the endpoint `app`.
///
/// # Panics
/// Never: the text is that of a delivery.
#[must_use]
pub fn delivery(id: &str) -> StoredDelivery {
    let text = br#"{"version":1,"key":"","endpoint":"app","provider":"openai","tenant":"","delivery_id":"",
        "event_type":"batch.failed","timestamp":1767323045,"is_timestamp_signed":true,"headers":[],"body":"",
        "serial":null}"#;
    #[expect(clippy::expect_used, reason = "for tests")]
    let mut delivery = StoredDelivery::from_bytes(text).expect("a delivery");
    id.clone_into(&mut delivery.delivery_id);
    delivery.key = DeliveryKey::new(format!("app/openai//{id}"));
    delivery.headers = HeaderMap::new();
    delivery.body = Bytes::from(format!("the body of {id}"));
    delivery
}
