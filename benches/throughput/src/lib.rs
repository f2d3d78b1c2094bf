//! Deliveries of the measurements.

use std::time::SystemTime;

use webhook_runtime::Timestamp;
use webhook_runtime::testing::{SignedDelivery, Signer};

#[path = "../../../webhook-runtime/benches/receive/body.rs"]
mod body;

/// Path of the endpoint.
pub const PATH: &str = "/webhooks/openai";

/// Body of a delivery of OpenAI.
const BODY: &str = r#"{"id":"evt_685343a1381c819085d44c354e1b330e","object":"event","created_at":1750287018,"type":"batch.completed","data":{"id":"batch_6853439f5a48819089a9ac1b5fb2b2c3"}}"#;

/// A delivery to send, and its path.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Path of the endpoint.
    pub path: &'static str,
    body: String,
}

impl Default for Sample {
    fn default() -> Self {
        Self {
            path: PATH,
            body: BODY.to_owned(),
        }
    }
}

impl Sample {
    /// Returns a sample by name: `anthropic` (290 bytes), `wacht` (1 KB) or `wacht-64k` (64 KB).
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let (path, body) = match name {
            "anthropic" => ("/webhooks/anthropic", body::session_idled()),
            "wacht" => ("/webhooks/wacht", body::user_created(0)),
            "wacht-64k" => ("/webhooks/wacht", body::user_created(64 << 10)),
            _ => return None,
        };
        Some(Self { path, body })
    }

    /// Returns a delivery with this id, signed now.
    #[must_use]
    pub fn sign(&self, id: &str) -> SignedDelivery {
        let now = Timestamp::from(SystemTime::now());
        Signer::default().id(id).at(now).sign(self.body.clone())
    }
}
