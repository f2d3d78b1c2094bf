//! Test deliveries, which a user sends by hand to try an endpoint.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A test delivery that a user sent by hand from the console (`test.webhook`).
///
/// Handle it to see that the endpoint works. The payload is whatever the sender typed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct TestWebhook {
    /// What the sender typed in.
    pub data: Value,
}
