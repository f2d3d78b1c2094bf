//! Standard Webhooks, version 1 signatures (HMAC-SHA256), with the `svix-*` names of the same headers.
//!
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::CtOutput;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderName;
use sha2::Sha256;

use super::{Verified, VerifyError};
use crate::delivery::{HeaderSource, Timestamp};
use crate::secret::{BareSecret, Secret, SecretError};

/// How much of the signature header is looked at: enough for every rotation, too little to burn time.
const MAX_ITEMS: usize = 16;
const MAX_BYTES: usize = 4096;

/// Seconds that a timestamp may be off unless a profile says otherwise.
const DEFAULT_TOLERANCE: u64 = 300;

/// The names of the three headers.
struct Names {
    id: HeaderName,
    timestamp: HeaderName,
    signature: HeaderName,
}

static STANDARD_NAMES: Names = Names {
    id: HeaderName::from_static("webhook-id"),
    timestamp: HeaderName::from_static("webhook-timestamp"),
    signature: HeaderName::from_static("webhook-signature"),
};

static SVIX_NAMES: Names = Names {
    id: HeaderName::from_static("svix-id"),
    timestamp: HeaderName::from_static("svix-timestamp"),
    signature: HeaderName::from_static("svix-signature"),
};

/// A verifier of Standard Webhooks deliveries. Keeps the keyed MAC states; verifying allocates nothing.
///
/// The headers are `webhook-id`, `webhook-timestamp` and `webhook-signature`, or the same three as `svix-*`;
/// the two sets are never mixed.
///
/// ```
/// use webhook_runtime::{Secret, StandardWebhooks, Timestamp};
///
/// let scheme = StandardWebhooks::new(&[Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")])?;
/// let headers = [
///     ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
///     ("webhook-timestamp", "1614265330"),
///     ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
/// ];
/// let now = Timestamp::from_second(1614265330);
/// let verified = scheme.verify(&headers[..], br#"{"test": 2432232314}"#, now).unwrap();
/// assert_eq!(verified.id_str(), "msg_p5jXN8AQM9LWM0D4loKWxJek");
/// # Ok::<(), webhook_runtime::SecretError>(())
/// ```
#[derive(Clone)]
pub struct StandardWebhooks {
    keys: Vec<Hmac<Sha256>>,
    tolerance: u64,
}

impl std::fmt::Debug for StandardWebhooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StandardWebhooks")
            .field("keys", &self.keys.len())
            .field("tolerance", &self.tolerance)
            .finish()
    }
}

impl StandardWebhooks {
    /// A verifier whose bare secrets (without `whsec_`) are base64, with a tolerance of 300 seconds.
    ///
    /// # Errors
    /// If there is no secret, or one that cannot be right.
    pub fn new(secrets: &[Secret]) -> Result<Self, SecretError> {
        Self::with_bare(secrets, BareSecret::Base64)
    }

    /// A verifier that reads bare secrets (without `whsec_`) as told.
    ///
    /// # Errors
    /// If there is no secret, or one that cannot be right.
    pub fn with_bare(secrets: &[Secret], bare: BareSecret) -> Result<Self, SecretError> {
        let keys = match secrets {
            [] => return Err(SecretError::Missing),
            [one] => vec![keyed(one, bare)?],
            several => several
                .iter()
                .zip(1..)
                .map(|(secret, number)| {
                    keyed(secret, bare).map_err(|error| SecretError::Numbered {
                        number,
                        source: Box::new(error),
                    })
                })
                .collect::<Result<_, _>>()?,
        };
        Ok(Self {
            keys,
            tolerance: DEFAULT_TOLERANCE,
        })
    }

    /// How far the timestamp may be off, both ways; whole seconds, edges included.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance.as_secs();
        self
    }

    /// Verifies one delivery: headers, then their syntax, then the time, then the MAC.
    ///
    /// # Errors
    /// If the delivery is not authentic or not fresh.
    pub fn verify<'d, H: HeaderSource + ?Sized>(
        &self,
        headers: &'d H,
        body: &'d [u8],
        now: Timestamp,
    ) -> Result<Verified<'d>, VerifyError> {
        let signed = self.check_headers(headers, now)?;
        self.check_mac(headers, &signed, body)
    }

    /// All that can be refused without the body.
    pub(crate) fn check_headers<'d, H: HeaderSource + ?Sized>(
        &self,
        headers: &'d H,
        now: Timestamp,
    ) -> Result<Signed<'d>, VerifyError> {
        let Headers {
            names,
            id,
            timestamp: timestamp_text,
            only_signature,
        } = find(headers)?;
        let id = parse_id(id, names.id.as_str())?;
        let timestamp = parse_timestamp(timestamp_text, names.timestamp.as_str())?;
        let tolerance = self.tolerance;
        let seconds = now.as_second().abs_diff(timestamp.as_second());
        if seconds > tolerance {
            return Err(if timestamp < now {
                VerifyError::TimestampTooOld { seconds, tolerance }
            } else {
                VerifyError::TimestampTooNew { seconds, tolerance }
            });
        }
        Ok(Signed {
            signature_header: &names.signature,
            only_signature,
            id,
            timestamp_text,
            timestamp,
        })
    }

    /// The proof, given the body.
    pub(crate) fn check_mac<'d, H: HeaderSource + ?Sized>(
        &self,
        headers: &H,
        signed: &Signed<'d>,
        body: &'d [u8],
    ) -> Result<Verified<'d>, VerifyError> {
        // Nearly every delivery has one signature: no need to look for more.
        match signed
            .only_signature
            .and_then(|value| decode_mac(value.strip_prefix(b"v1,")?))
        {
            Some(mac) => self.compare(signed, body, &[mac]),
            None => self.check_several(headers, signed, body),
        }
    }

    #[cold]
    fn check_several<'d, H: HeaderSource + ?Sized>(
        &self,
        headers: &H,
        signed: &Signed<'d>,
        body: &'d [u8],
    ) -> Result<Verified<'d>, VerifyError> {
        let mut room = [[0; 32]; MAX_ITEMS];
        let count = collect_candidates(headers.values(signed.signature_header), &mut room);
        let candidates = room.get(..count).unwrap_or_default();
        if candidates.is_empty() {
            return Err(VerifyError::BadSignature);
        }
        self.compare(signed, body, candidates)
    }

    fn compare<'d>(
        &self,
        signed: &Signed<'d>,
        body: &'d [u8],
        candidates: &[[u8; 32]],
    ) -> Result<Verified<'d>, VerifyError> {
        for key in &self.keys {
            let mut mac = key.clone();
            mac.update(signed.id.as_bytes());
            mac.update(b".");
            mac.update(signed.timestamp_text);
            mac.update(b".");
            mac.update(body);
            let expected = mac.finalize();
            // `CtOutput` compares in constant time.
            if candidates
                .iter()
                .any(|bytes| expected == CtOutput::new((*bytes).into()))
            {
                return Ok(Verified {
                    id: signed.id,
                    timestamp: signed.timestamp,
                    body,
                });
            }
        }
        Err(VerifyError::BadSignature)
    }
}

/// What the headers say, before anything proves it.
pub(crate) struct Signed<'d> {
    signature_header: &'static HeaderName,
    /// The signature header, if it came once.
    only_signature: Option<&'d [u8]>,
    id: &'d str,
    /// As the header spells it: that is what is signed.
    timestamp_text: &'d [u8],
    timestamp: Timestamp,
}

fn keyed(secret: &Secret, bare: BareSecret) -> Result<Hmac<Sha256>, SecretError> {
    let key = secret.to_key(bare)?;
    // HMAC takes keys of every length; an empty one was refused before.
    Hmac::new_from_slice(&key).map_err(|_| SecretError::Empty)
}

/// One whole set of headers, as they came.
struct Headers<'h> {
    names: &'static Names,
    id: &'h [u8],
    timestamp: &'h [u8],
    /// The signature header, if it came once.
    only_signature: Option<&'h [u8]>,
}

/// The one set of headers that is whole; the standard names win if both are.
fn find<H: HeaderSource + ?Sized>(headers: &H) -> Result<Headers<'_>, VerifyError> {
    let standard = find_named(headers, &STANDARD_NAMES);
    if matches!(standard, Err(VerifyError::MissingHeader { .. })) {
        if let Ok(found) = find_named(headers, &SVIX_NAMES) {
            return Ok(found);
        }
        // Say what is missing in the set that the sender uses.
        if headers.values(&SVIX_NAMES.signature).next().is_some()
            && headers.values(&STANDARD_NAMES.signature).next().is_none()
        {
            return find_named(headers, &SVIX_NAMES);
        }
    }
    standard
}

fn find_named<'h, H: HeaderSource + ?Sized>(
    headers: &'h H,
    names: &'static Names,
) -> Result<Headers<'h>, VerifyError> {
    let once = |name: &'static HeaderName| {
        let mut values = headers.values(name);
        match (values.next(), values.next()) {
            (None, _) | (Some(b""), None) => Err(VerifyError::MissingHeader {
                header: name.as_str(),
            }),
            (Some(value), None) => Ok(Some(value)),
            (Some(_), Some(_)) => Ok(None),
        }
    };
    let (id, timestamp) = (once(&names.id)?, once(&names.timestamp)?);
    let only_signature = once(&names.signature)?;
    if only_signature.is_none() && headers.values(&names.signature).all(<[u8]>::is_empty) {
        return Err(VerifyError::MissingHeader {
            header: names.signature.as_str(),
        });
    }
    let repeated = |header| VerifyError::MalformedHeader {
        header,
        problem: "is there more than once",
    };
    Ok(Headers {
        names,
        id: id.ok_or_else(|| repeated(names.id.as_str()))?,
        timestamp: timestamp.ok_or_else(|| repeated(names.timestamp.as_str()))?,
        only_signature,
    })
}

fn parse_id<'d>(id: &'d [u8], header: &'static str) -> Result<&'d str, VerifyError> {
    let malformed = |problem| VerifyError::MalformedHeader { header, problem };
    // No early exit: so it is done many bytes at a time.
    let (graphic, dot) = id.iter().fold((true, false), |(graphic, dot), byte| {
        (graphic & byte.is_ascii_graphic(), dot | (*byte == b'.'))
    });
    if !graphic {
        return Err(malformed("is not visible ASCII"));
    }
    if dot {
        return Err(malformed(
            "holds a `.`: the cut between id, timestamp and body could be moved",
        ));
    }
    std::str::from_utf8(id).map_err(|_| malformed("is not visible ASCII"))
}

fn parse_timestamp(text: &[u8], header: &'static str) -> Result<Timestamp, VerifyError> {
    let malformed = || VerifyError::MalformedHeader {
        header,
        problem: "is no whole number of seconds since the Unix epoch",
    };
    let canonical = match text {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !canonical {
        return Err(malformed());
    }
    let mut second: i64 = 0;
    for digit in text {
        second = second
            .checked_mul(10)
            .and_then(|second| second.checked_add(i64::from(digit - b'0')))
            .ok_or_else(malformed)?;
    }
    Ok(Timestamp::from_second(second))
}

/// Decodes every well-formed `v1` item within the bounds into `room`; returns how many there were.
fn collect_candidates<'h>(
    values: impl Iterator<Item = &'h [u8]>,
    room: &mut [[u8; 32]; MAX_ITEMS],
) -> usize {
    let mut bytes_left = MAX_BYTES;
    let mut rooms = room.iter_mut();
    let mut seen = 0;
    let mut count = 0;
    for value in values {
        let looked_at = value.get(..bytes_left).unwrap_or(value);
        let cut = looked_at.len() < value.len() && value.get(bytes_left) != Some(&b' ');
        bytes_left -= looked_at.len();
        let mut items = looked_at.split(|byte| *byte == b' ').peekable();
        while let Some(item) = items.next() {
            if item.is_empty() {
                continue;
            }
            // An item that the bound cuts in two is not an item.
            if seen == MAX_ITEMS || (cut && items.peek().is_none()) {
                return count;
            }
            seen += 1;
            if let Some(mac) = item.strip_prefix(b"v1,").and_then(decode_mac)
                && let Some(room) = rooms.next()
            {
                *room = mac;
                count += 1;
            }
        }
    }
    count
}

/// Strict, canonical base64 of exactly 32 bytes.
fn decode_mac(encoded: &[u8]) -> Option<[u8; 32]> {
    if encoded.len() != 44 {
        return None;
    }
    let mut mac = [0; 33];
    let len = STANDARD.decode_slice(encoded, &mut mac).ok()?;
    mac.get(..len)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_seconds_are_a_timestamp() {
        let parse = |text: &str| parse_timestamp(text.as_bytes(), "t").map(Timestamp::as_second);
        assert_eq!(parse("0"), Ok(0));
        assert_eq!(parse("1614265330"), Ok(1_614_265_330));
        assert_eq!(parse("9223372036854775807"), Ok(i64::MAX));
        let digits = "1".repeat(5000);
        for wrong in [
            "",
            " ",
            "+1",
            "-1",
            "01",
            "00",
            "1.0",
            "1.",
            "0x10",
            "1e9",
            "1_000",
            "1 ",
            " 1",
            "١",
            "９",
            "9223372036854775808",
            "-9223372036854775808",
            &digits,
            "1\n",
            "nan",
        ] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn no_more_than_sixteen_items_and_4096_bytes_are_looked_at() {
        let good = format!("v1,{}", STANDARD.encode([7; 32]));
        let count = |value: &str| {
            collect_candidates(std::iter::once(value.as_bytes()), &mut [[0; 32]; MAX_ITEMS])
        };
        assert_eq!(count(&good), 1);
        assert_eq!(count(&format!("{}{good}", "v1,x ".repeat(15))), 1);
        assert_eq!(count(&format!("{}{good}", "v1,x ".repeat(16))), 0);
        let filler = "x".repeat(MAX_BYTES - good.len() - 1);
        assert_eq!(count(&format!("{filler} {good}")), 1);
        assert_eq!(count(&format!("{filler} {good} {good}")), 1);
        // Cut exactly behind what would be a good item: it is not the whole item.
        assert_eq!(count(&format!("{filler} {good}x")), 0);
        assert_eq!(count(&format!("x{filler} {good}")), 0);
    }

    #[test]
    fn items_of_several_header_lines_count_together() {
        let good = format!("v1,{}", STANDARD.encode([7; 32]));
        let lines = [b"v2,x".as_slice(), good.as_bytes()];
        assert_eq!(
            collect_candidates(lines.into_iter(), &mut [[0; 32]; MAX_ITEMS]),
            1
        );
    }
}
