//! Helpers that the tests of all databases share, also with the programs that they start.

use std::fmt::Display;
use std::io::Write as _;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use webhook_runtime::{inbox::StoredDelivery, store::DeliveryKey};

/// A lease, backoff or retention that does not end during a test.
pub const LONG: Duration = Duration::from_secs(600);

/// Returns a delivery of the endpoint `app`.
///
/// # Panics
/// Never: the JSON is that of a delivery.
#[must_use]
pub fn delivery(id: &str) -> StoredDelivery {
    let json = br#"{"version":1,"key":"","endpoint":"app","provider":"openai","tenant":"","delivery_id":"",
        "event_type":"batch.failed","timestamp":1767323045,"is_timestamp_signed":true,"headers":[],"body":"",
        "ordering_key":null}"#;
    #[expect(clippy::expect_used, reason = "for tests")]
    let mut delivery = StoredDelivery::from_bytes(json).expect("the JSON is that of a delivery");
    id.clone_into(&mut delivery.delivery_id);
    delivery.key = DeliveryKey::new(format!("app/openai//{id}"));
    delivery.headers = HeaderMap::new();
    delivery.body = Bytes::from(format!("the body of {id}"));
    delivery
}

/// Returns a delivery of the endpoint `app` with an ordering key.
#[must_use]
pub fn ordered_delivery(id: &str, ordering_key: &str) -> StoredDelivery {
    let mut delivery = delivery(id);
    delivery.ordering_key = Some(ordering_key.to_owned());
    delivery
}

/// Waits for a future, at most two minutes.
///
/// # Panics
/// If the future takes longer.
pub async fn within<F: Future>(future: F) -> F::Output {
    match tokio::time::timeout(Duration::from_secs(120), future).await {
        Ok(output) => output,
        #[expect(clippy::panic, reason = "for tests")]
        Err(_) => panic!("the test hangs"),
    }
}

/// Reports that a test is skipped because its server is missing.
///
/// # Panics
/// In CI, where no test may be skipped.
pub fn skip(test: &str, reason: &dyn Display) {
    assert!(std::env::var_os("CI").is_none(), "{test}: {reason}");
    // Written directly, because the test harness captures `eprintln!`.
    let message = format!("SKIPPED {test}: {reason}\n");
    let _ = std::io::stderr().write_all(message.as_bytes());
}
