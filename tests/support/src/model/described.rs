//! Schemes of GitHub, Shopify, Slack and Stripe, by their documentation.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac_sha256::HMAC;

use super::headers::{
    BAD_SIGNATURE, Headers, MALFORMED, MISSING, Verdict, age, is_all_empty, is_missing,
    is_visible_ascii, seconds, values,
};
use super::items::items;

/// Tolerance in seconds of the schemes with a signed timestamp.
const TOLERANCE: u64 = 300;

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn github(headers: &Headers, body: &[u8], key: &[u8]) -> Verdict {
    let expected = format!("sha256={}", hex(&HMAC::mac(body, key)));
    body_alone(
        headers,
        "x-hub-signature-256",
        "x-github-delivery",
        &expected,
    )
}

pub fn shopify(headers: &Headers, body: &[u8], key: &[u8]) -> Verdict {
    let expected = STANDARD.encode(HMAC::mac(body, key));
    body_alone(
        headers,
        "x-shopify-hmac-sha256",
        "x-shopify-webhook-id",
        &expected,
    )
}

/// Verifies a signature over the body alone. The id is optional and not signed, but must not be malformed.
fn body_alone(headers: &Headers, signature: &str, id: &str, expected: &str) -> Verdict {
    let (signatures, ids) = (values(headers, signature), values(headers, id));
    if is_all_empty(&signatures) {
        return MISSING;
    }
    if ids.len() > 1 || !ids.iter().all(|id| is_visible_ascii(id)) {
        return MALFORMED;
    }
    contains(&items(&signatures, None), expected)
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
    let expected = HMAC::mac([b"v0:", *time, b":", body].concat(), key);
    contains(&items(&signatures, None), &format!("v0={}", hex(&expected)))
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
    let expected = HMAC::mac([time, b".", body].concat(), key);
    contains(&items, &format!("v1={}", hex(&expected)))
}

fn contains(items: &[&[u8]], expected: &str) -> Verdict {
    match items.contains(&expected.as_bytes()) {
        true => Ok(()),
        false => BAD_SIGNATURE,
    }
}
