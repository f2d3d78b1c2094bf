//! The usual crates as most programs use them: the scheme's own, then any JSON value, then a `match`.

use serde_json::Value;
use standardwebhooks::Webhook;
use webhook_runtime::Provider;
use webhook_runtime::testing::TEST_SECRET;

use crate::by_hand::Handled;
use crate::rounds::Contestant;
use crate::wire::Wire;

#[allow(clippy::unwrap_used, reason = "a constant secret")]
pub(crate) fn standardwebhooks_value<P: Provider>(wire: &Wire) -> Contestant {
    let webhook = Webhook::new(TEST_SECRET).unwrap();
    let (wire, handled) = (wire.clone(), Handled::default());
    Contestant::new("standardwebhooks_value", move || {
        webhook.verify(&wire.body, &wire.headers).unwrap();
        let event: Value = serde_json::from_slice(&wire.body).unwrap();
        let at = if P::PROFILE.name() == "anthropic" {
            "/data/type"
        } else {
            "/type"
        };
        match event.pointer(at).and_then(Value::as_str) {
            Some("session.status_idled" | "user.created") => handled.count(event),
            _ => assert!(event.is_null(), "nobody handles it"),
        }
    })
}
