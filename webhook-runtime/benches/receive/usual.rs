//! A typical hand-written receiver: verification as documented by the scheme, and an internally tagged enum of events.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;
use webhook_runtime::Provider;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::testing::TEST_SECRET;
use webhook_runtime::wacht::Wacht;

use crate::by_hand::Handled;
use crate::payload::{Session, User};
use crate::rounds::Candidate;
use crate::wire::{Wire, unix_now};

pub(crate) trait Usual: Provider {
    /// Decodes a body and calls the handler of its event type. None if the body does not parse, or if the type has no
    /// handler.
    fn handle(body: &[u8], handled: &Handled) -> Option<()>;
}

#[allow(clippy::unwrap_used, reason = "the secret is a valid constant")]
pub(crate) fn candidate<P: Usual>(wire: &Wire) -> Candidate {
    let key = STANDARD
        .decode(TEST_SECRET.trim_start_matches("whsec_"))
        .unwrap();
    let (wire, handled) = (wire.clone(), Handled::default());
    Candidate::new("by_hand_usual", move || {
        let done = verify(&key, &wire).and_then(|()| P::handle(&wire.body, &handled));
        assert!(done.is_some());
    })
}

/// Prepares the key for each delivery.
fn verify(key: &[u8], wire: &Wire) -> Option<()> {
    let id = wire.header("webhook-id")?;
    let timestamp = wire.header("webhook-timestamp")?;
    let signatures = wire.header("webhook-signature")?;
    if timestamp.parse::<i64>().ok()?.abs_diff(unix_now()) > 300 {
        return None;
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(id.as_bytes());
    mac.update(b".");
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(&wire.body);
    signatures
        .split(' ')
        .filter_map(|item| STANDARD.decode(item.strip_prefix("v1,")?).ok())
        .any(|signature| mac.clone().verify_slice(&signature).is_ok())
        .then_some(())
}

#[derive(Deserialize)]
struct Delivery {
    data: Data,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Data {
    #[serde(rename = "session.status_idled")]
    SessionStatusIdled(Session),
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
#[allow(clippy::large_enum_variant, reason = "typical code")]
enum Message {
    #[serde(rename = "user.created")]
    UserCreated { data: User },
    #[serde(other)]
    Other,
}

impl Usual for Anthropic {
    fn handle(body: &[u8], handled: &Handled) -> Option<()> {
        let delivery: Delivery = serde_json::from_slice(body).ok()?;
        match delivery.data {
            Data::SessionStatusIdled(session) => handled.count(session),
            Data::Other => return None,
        }
        Some(())
    }
}

impl Usual for Wacht {
    fn handle(body: &[u8], handled: &Handled) -> Option<()> {
        match serde_json::from_slice(body).ok()? {
            Message::UserCreated { data } => handled.count(data),
            Message::Other => return None,
        }
        Some(())
    }
}
