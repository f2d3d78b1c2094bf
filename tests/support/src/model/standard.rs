//! Standard Webhooks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};

use super::headers::{
    BAD_SIGNATURE, Headers, MALFORMED, MISSING, Verdict, age, is_all_empty, is_missing,
    is_visible_ascii, seconds, values,
};
use super::items::items;

pub const WEBHOOK: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];
pub const SVIX: [&str; 3] = ["svix-id", "svix-timestamp", "svix-signature"];

/// Keys of a sender. They determine every valid item.
#[derive(Default)]
pub struct Keys {
    pub shared: Vec<Vec<u8>>,
    pub private: Vec<SigningKey>,
}

impl Keys {
    /// Returns every valid item for this id, timestamp and body.
    pub fn items(&self, id: &[u8], timestamp: &[u8], body: &[u8]) -> Vec<String> {
        let message = [id, b".", timestamp, b".", body].concat();
        let shared = self.shared.iter().map(|key| {
            let mac = hmac_sha256::HMAC::mac(&message, key);
            format!("v1,{}", STANDARD.encode(mac))
        });
        let private = self.private.iter().map(|key| {
            let signature = key.sign(&message).to_bytes();
            format!("v1a,{}", STANDARD.encode(signature))
        });
        shared.chain(private).collect()
    }
}

/// Returns the headers of a valid delivery, signed with the first key.
pub fn sign(names: [&str; 3], keys: &Keys, id: &str, time: &str, body: &[u8]) -> Headers {
    let mut items = keys.items(id.as_bytes(), time.as_bytes(), body);
    let values = [id.to_owned(), time.to_owned(), items.swap_remove(0)];
    let values = values.map(String::into_bytes);
    names.map(str::to_owned).into_iter().zip(values).collect()
}

/// Verifies a delivery. `now` and `tolerance` are in seconds.
pub fn verdict(headers: &Headers, body: &[u8], now: i64, tolerance: u64, keys: &Keys) -> Verdict {
    let Some([ids, times, signatures]) = complete_set(headers) else {
        return MISSING;
    };
    let ([id], [time]) = (ids.as_slice(), times.as_slice()) else {
        return MALFORMED;
    };
    if !is_visible_ascii(id) || id.contains(&b'.') {
        return MALFORMED;
    }
    let Some(signed_at) = seconds(time) else {
        return MALFORMED;
    };
    age(signed_at, now, tolerance)?;
    let valid = keys.items(id, time, body);
    let is_valid = |item: &&[u8]| valid.iter().any(|valid| valid.as_bytes() == *item);
    match items(&signatures, Some(b' ')).iter().any(is_valid) {
        true => Ok(()),
        false => BAD_SIGNATURE,
    }
}

type Set<'h> = [Vec<&'h [u8]>; 3];

/// Returns the values of the complete set of headers. The standard names take precedence over Svix's.
fn complete_set(headers: &Headers) -> Option<Set<'_>> {
    let set = |names: [&str; 3]| names.map(|name| values(headers, name));
    let is_complete = |[ids, times, signatures]: &Set<'_>| {
        !is_missing(ids)
            && !is_missing(times)
            && !is_missing(signatures)
            && !is_all_empty(signatures)
    };
    let (webhook, svix) = (set(WEBHOOK), set(SVIX));
    if is_complete(&webhook) {
        return Some(webhook);
    }
    if !is_complete(&svix) {
        return None;
    }
    let is_repeated = svix[0].len() > 1 || svix[1].len() > 1;
    // If neither set is usable, the error is that of the set with a signature.
    (!is_repeated || webhook[2].is_empty()).then_some(svix)
}
