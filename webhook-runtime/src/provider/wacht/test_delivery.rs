//! Test deliveries, which an endpoint gets when somebody tries it out by hand.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A test delivery that somebody sent by hand from the console (`test.webhook`).
///
/// Handle it to see that the endpoint works. The payload is whatever the sender typed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct TestWebhook {
    /// What the sender typed in.
    pub data: Value,
}
