//! The schemes with a name, each as its provider's documentation has it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac_sha256::HMAC;

use super::headers::{
    BAD_SIGNATURE, Headers, MALFORMED, MISSING, Verdict, age, is_all_empty, is_missing,
    is_visible_ascii, seconds, values,
};
use super::items::items;

/// How long ago a delivery may be signed, where the time is signed.
const TOLERANCE: u64 = 300;

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn github(headers: &Headers, body: &[u8], key: &[u8]) -> Verdict {
    let good = format!("sha256={}", hex(&HMAC::mac(body, key)));
    body_alone(headers, "x-hub-signature-256", "x-github-delivery", &good)
}

pub fn shopify(headers: &Headers, body: &[u8], key: &[u8]) -> Verdict {
    let good = STANDARD.encode(HMAC::mac(body, key));
    body_alone(
        headers,
        "x-shopify-hmac-sha256",
        "x-shopify-webhook-id",
        &good,
    )
}

/// A signature over the body; the id beside it proves nothing, but is one.
fn body_alone(headers: &Headers, signature: &str, id: &str, good: &str) -> Verdict {
    let (signatures, ids) = (values(headers, signature), values(headers, id));
    if is_all_empty(&signatures) {
        return MISSING;
    }
    if ids.len() > 1 || !ids.iter().all(|id| is_visible_ascii(id)) {
        return MALFORMED;
    }
    any_is(&items(&signatures, None), good)
}

pub fn slack(headers: &Headers, body: &[u8], now: i64, key: &[u8]) -> Verdict {
    let signatures = values(headers, "x-slack-signature");
    let times = values(headers, "x-slack-request-timestamp");
    if is_missing(&times) || is_all_empty(&signatures) {
        return MISSING;
    }
    let ([time], Some(signed_at)) = (times.as_slice(), seconds(times[0])) else {
        return MALFORMED;
    };
    age(signed_at, now, TOLERANCE)?;
    let good = HMAC::mac([b"v0:", *time, b":", body].concat(), key);
    any_is(&items(&signatures, None), &format!("v0={}", hex(&good)))
}

pub fn stripe(headers: &Headers, body: &[u8], now: i64, key: &[u8]) -> Verdict {
    let signatures = values(headers, "stripe-signature");
    if is_all_empty(&signatures) {
        return MISSING;
    }
    let items = items(&signatures, Some(b','));
    let times: Vec<_> = items
        .iter()
        .filter_map(|item| item.strip_prefix(b"t="))
        .collect();
    let &[time] = times.as_slice() else {
        return MALFORMED;
    };
    let Some(signed_at) = seconds(time) else {
        return MALFORMED;
    };
    age(signed_at, now, TOLERANCE)?;
    let good = HMAC::mac([time, b".", body].concat(), key);
    any_is(&items, &format!("v1={}", hex(&good)))
}

fn any_is(items: &[&[u8]], good: &str) -> Verdict {
    match items.contains(&good.as_bytes()) {
        true => Ok(()),
        false => BAD_SIGNATURE,
    }
}
