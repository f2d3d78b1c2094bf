//! Lower bounds for every receiver: the MAC alone, and the MAC with the steps that Standard Webhooks requires.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::CtOutput;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use webhook_runtime::testing::TEST_SECRET;

use crate::rounds::Candidate;
use crate::wire::{Wire, unix_now};

pub(crate) fn candidates(wire: &Wire) -> Vec<Candidate> {
    let mac = keyed();
    let (first, second) = (wire.clone(), wire.clone());
    let id = wire.header("webhook-id").unwrap_or_default().to_owned();
    let timestamp = wire
        .header("webhook-timestamp")
        .unwrap_or_default()
        .to_owned();
    let alone = mac.clone();
    vec![
        Candidate::new("limit", move || {
            let parts = [id.as_bytes(), b".", timestamp.as_bytes(), b".", &first.body];
            tag(&alone, parts)
        }),
        Candidate::new("limit_steps", move || {
            assert!(verify(&mac, &second, unix_now()).is_some());
        }),
    ]
}

/// Returns a MAC with a prepared key.
#[allow(clippy::unwrap_used, reason = "the secret is a valid constant")]
pub(crate) fn keyed() -> Hmac<Sha256> {
    let bare = TEST_SECRET.trim_start_matches("whsec_");
    Hmac::new_from_slice(&STANDARD.decode(bare).unwrap()).unwrap()
}

fn tag(mac: &Hmac<Sha256>, parts: [&[u8]; 5]) -> CtOutput<Hmac<Sha256>> {
    let mut mac = mac.clone();
    for part in parts {
        mac.update(part);
    }
    mac.finalize()
}

/// Verifies a delivery with as little work as possible: header lookups, tolerance, base64, comparison. None if it is not
/// authentic.
pub(crate) fn verify(mac: &Hmac<Sha256>, wire: &Wire, now: i64) -> Option<()> {
    let id = wire.headers.get("webhook-id")?.as_bytes();
    let timestamp = wire.headers.get("webhook-timestamp")?.as_bytes();
    let signatures = wire.headers.get("webhook-signature")?.as_bytes();
    let second: i64 = std::str::from_utf8(timestamp).ok()?.parse().ok()?;
    if second.abs_diff(now) > 300 {
        return None;
    }
    let expected = tag(mac, [id, b".", timestamp, b".", &wire.body]);
    signatures
        .split(|byte| *byte == b' ')
        .filter_map(|item| decode(item.strip_prefix(b"v1,")?))
        .any(|bytes| expected == CtOutput::new(bytes.into()))
        .then_some(())
}

fn decode(encoded: &[u8]) -> Option<[u8; 32]> {
    // `decode_slice` requires a buffer of its estimate, which is 33 bytes.
    let mut buffer = [0; 33];
    let length = STANDARD.decode_slice(encoded, &mut buffer).ok()?;
    buffer.get(..length)?.try_into().ok()
}
