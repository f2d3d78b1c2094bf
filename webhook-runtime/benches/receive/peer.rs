//! The receiver of most programs: the crate `standardwebhooks`, then `serde_json::Value`, then a `match`.

use serde_json::Value;
use standardwebhooks::Webhook;
use webhook_runtime::Provider;
use webhook_runtime::testing::TEST_SECRET;

use crate::by_hand::Handled;
use crate::rounds::Candidate;
use crate::wire::Wire;

#[allow(clippy::unwrap_used, reason = "the secret is a valid constant")]
pub(crate) fn standardwebhooks_value<P: Provider>(wire: &Wire) -> Candidate {
    let webhook = Webhook::new(TEST_SECRET).unwrap();
    let (wire, handled) = (wire.clone(), Handled::default());
    Candidate::new("standardwebhooks_value", move || {
        webhook.verify(&wire.body, &wire.headers).unwrap();
        let event: Value = serde_json::from_slice(&wire.body).unwrap();
        let path = if P::PROFILE.name() == "anthropic" {
            "/data/type"
        } else {
            "/type"
        };
        match event.pointer(path).and_then(Value::as_str) {
            Some("session.status_idled" | "user.created") => handled.count(event),
            _ => assert!(event.is_null(), "no handler for this event type"),
        }
    })
}
