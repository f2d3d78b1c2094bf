//! The deliveries of the measurement, as its two programs know them.

use std::time::SystemTime;

use webhook_runtime::Timestamp;
use webhook_runtime::testing::{SignedDelivery, Signer};

/// Where the server takes them.
pub const PATH: &str = "/webhooks/openai";

/// As OpenAI sends them.
const BODY: &str = r#"{"id":"evt_685343a1381c819085d44c354e1b330e","object":"event","created_at":1750287018,"type":"batch.completed","data":{"id":"batch_6853439f5a48819089a9ac1b5fb2b2c3"}}"#;

/// A delivery of this id, signed now.
#[must_use]
pub fn sign(id: &str) -> SignedDelivery {
    let now = Timestamp::from(SystemTime::now());
    Signer::default().id(id).at(now).sign(BODY)
}
