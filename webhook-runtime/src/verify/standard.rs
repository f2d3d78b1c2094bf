//! Standard Webhooks: signatures `v1` (HMAC-SHA256) and `v1a` (ed25519), with the `svix-*` names of the same headers.
//!
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::CtOutput;
use hmac::{Hmac, Mac as _};
use http::HeaderName;
use sha2::Sha256;

use super::ed25519::PublicKey;
use super::header::{self, Found};
use super::items::{MAX_ITEMS, each_item};
use super::keys::keyed;
use super::{Match, Signed, Verified, VerifyError};
use crate::delivery::{HeaderSource, Timestamp};
use crate::scheme::TimestampUnit;
use crate::secret::{Secret, SecretEncoding, SecretError, StandardKey};

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

/// A verifier of Standard Webhooks deliveries. Keeps the keyed MAC states; verifying `v1` allocates nothing.
///
/// A shared secret (`whsec_…`) verifies `v1` signatures and nothing else, a public key (`whpk_…`, with the feature
/// `ed25519`) `v1a` signatures and nothing else; both may be given, while a provider changes from one to the other.
///
/// The headers are `webhook-id`, `webhook-timestamp` and `webhook-signature`, or the same three as `svix-*`;
/// the two sets are never mixed.
///
/// ```
/// use webhook_runtime::{Secret, Timestamp, scheme::StandardWebhooks};
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
/// # Ok::<(), webhook_runtime::secret::SecretError>(())
/// ```
#[derive(Clone)]
pub struct StandardWebhooks {
    keys: Vec<Hmac<Sha256>>,
    public_keys: Vec<PublicKey>,
    tolerance: u64,
}

impl std::fmt::Debug for StandardWebhooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StandardWebhooks")
            .field("keys", &(self.keys.len() + self.public_keys.len()))
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
        Self::with_encoding(secrets, SecretEncoding::Base64)
    }

    /// A verifier that reads bare secrets (without `whsec_`) as told.
    ///
    /// # Errors
    /// If there is no secret, or one that cannot be right.
    pub fn with_encoding(secrets: &[Secret], bare: SecretEncoding) -> Result<Self, SecretError> {
        let mut scheme = Self {
            keys: Vec::new(),
            public_keys: Vec::new(),
            tolerance: DEFAULT_TOLERANCE,
        };
        for key in Secret::each(secrets, |secret| Key::new(secret, bare))? {
            match key {
                Key::Shared(key) => scheme.keys.push(key),
                Key::Public(key) => scheme.public_keys.push(key),
            }
        }
        Ok(scheme)
    }

    /// A verifier of `v1a` signatures alone: every secret is a public key, `whpk_…`.
    ///
    /// Public keys are also taken by [`new`](Self::new); this one refuses a shared secret beside them.
    ///
    /// # Errors
    /// If there is no key, or one that cannot be right, or without the feature `ed25519`.
    pub fn v1a(public_keys: &[Secret]) -> Result<Self, SecretError> {
        let public_keys = Secret::each(public_keys, |secret| {
            match Key::new(secret, SecretEncoding::Base64) {
                Ok(Key::Public(key)) => Ok(key),
                Ok(Key::Shared(_)) => Err(SecretError::NotPublicKey),
                Err(error) => Err(error),
            }
        })?;
        Ok(Self {
            keys: Vec::new(),
            public_keys,
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
        let matched = self.check_signature(headers, &signed, body)?;
        Ok(signed.verified(matched, body))
    }

    /// All that can be refused without the body.
    #[inline]
    pub(super) fn check_headers<'d, H: HeaderSource + ?Sized>(
        &self,
        headers: &'d H,
        now: Timestamp,
    ) -> Result<Signed<'static, 'd>, VerifyError> {
        let Headers {
            names,
            id,
            timestamp: timestamp_text,
            only_signature,
        } = find(headers)?;
        let id = header::parse_id(id, names.id.as_str(), |byte| byte == b'.')?;
        let timestamp = header::parse_timestamp(
            timestamp_text,
            TimestampUnit::Seconds,
            names.timestamp.as_str(),
        )?;
        header::check_age(timestamp, now, self.tolerance)?;
        Ok(Signed {
            signature_header: &names.signature,
            only_signature,
            id,
            timestamp_text,
            timestamp,
            is_timestamp_signed: true,
        })
    }

    /// The proof, given the body.
    #[inline]
    pub(super) fn check_signature<H: HeaderSource + ?Sized>(
        &self,
        headers: &H,
        signed: &Signed<'_, '_>,
        body: &[u8],
    ) -> Result<Match, VerifyError> {
        if self.has_signature(headers, signed, body) {
            Ok(Match(()))
        } else {
            Err(VerifyError::BadSignature)
        }
    }

    fn has_signature<H: HeaderSource + ?Sized>(
        &self,
        headers: &H,
        signed: &Signed<'_, '_>,
        body: &[u8],
    ) -> bool {
        // Nearly every delivery has one signature: no need to look for more.
        let mut room = [0; 33];
        match signed
            .only_signature
            .and_then(|value| decode(value.strip_prefix(b"v1,")?, &mut room))
        {
            Some(mac) => self.has_mac(signed, body, std::slice::from_ref(mac)),
            None => self.has_one_of_several(headers, signed, body),
        }
    }

    #[cold]
    fn has_one_of_several<H: HeaderSource + ?Sized>(
        &self,
        headers: &H,
        signed: &Signed<'_, '_>,
        body: &[u8],
    ) -> bool {
        let has_mac = || {
            let mut room = [[0; 32]; MAX_ITEMS];
            let candidates = candidates(headers, signed, b"v1,", &mut room);
            self.has_mac(signed, body, candidates)
        };
        let is_signed = || {
            let mut room = [[0; 64]; MAX_ITEMS];
            let candidates = candidates(headers, signed, b"v1a,", &mut room);
            self.is_signed(signed, body, candidates)
        };
        (!self.keys.is_empty() && has_mac()) || (!self.public_keys.is_empty() && is_signed())
    }

    fn is_signed(&self, signed: &Signed<'_, '_>, body: &[u8], candidates: &[[u8; 64]]) -> bool {
        if candidates.is_empty() {
            return false;
        }
        // The algorithm reads a message twice over, so it wants it in one piece.
        let id = signed.id.as_bytes();
        let message = [id, b".", signed.timestamp_text, b".", body].concat();
        self.public_keys.iter().any(|key| {
            candidates
                .iter()
                .any(|signature| key.verifies(&message, signature))
        })
    }

    fn has_mac(&self, signed: &Signed<'_, '_>, body: &[u8], candidates: &[[u8; 32]]) -> bool {
        if candidates.is_empty() {
            return false;
        }
        let message = [
            signed.id.as_bytes(),
            b".",
            signed.timestamp_text,
            b".",
            body,
        ];
        self.keys.iter().any(|key| {
            let mut mac = key.clone();
            message.iter().for_each(|piece| mac.update(piece));
            let expected = mac.finalize();
            // `CtOutput` compares in constant time.
            candidates
                .iter()
                .any(|bytes| expected == CtOutput::new((*bytes).into()))
        })
    }
}

/// A key by the version of the signatures that it verifies.
enum Key {
    Shared(Hmac<Sha256>),
    Public(PublicKey),
}

impl Key {
    fn new(secret: &Secret, bare: SecretEncoding) -> Result<Self, SecretError> {
        match secret.to_standard_key(bare)? {
            StandardKey::Shared(key) => keyed(&key).map(Self::Shared),
            StandardKey::Public(key) => PublicKey::new(&key).map(Self::Public),
        }
    }
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
#[inline]
fn find<H: HeaderSource + ?Sized>(headers: &H) -> Result<Headers<'_>, VerifyError> {
    match find_named(headers, &STANDARD_NAMES) {
        Err(VerifyError::MissingHeader { header }) => find_svix(headers, header),
        standard => standard,
    }
}

fn find_svix<'h, H: HeaderSource + ?Sized>(
    headers: &'h H,
    missing: &'static str,
) -> Result<Headers<'h>, VerifyError> {
    let is_there = |names: &Names| headers.values(&names.signature).next().is_some();
    match find_named(headers, &SVIX_NAMES) {
        Ok(found) => Ok(found),
        // Say what is missing in the set that the sender uses.
        Err(error) if is_there(&SVIX_NAMES) && !is_there(&STANDARD_NAMES) => Err(error),
        Err(_) => Err(VerifyError::MissingHeader { header: missing }),
    }
}

#[inline]
fn find_named<'h, H: HeaderSource + ?Sized>(
    headers: &'h H,
    names: &'static Names,
) -> Result<Headers<'h>, VerifyError> {
    let once = |name: &'static HeaderName| match header::find(headers, name) {
        Found::Missing => Err(VerifyError::MissingHeader {
            header: name.as_str(),
        }),
        Found::Once(value) => Ok(Some(value)),
        Found::Repeated => Ok(None),
    };
    let (id, timestamp) = (once(&names.id)?, once(&names.timestamp)?);
    let only_signature = once(&names.signature)?;
    if only_signature.is_none() && headers.values(&names.signature).all(<[u8]>::is_empty) {
        return Err(VerifyError::MissingHeader {
            header: names.signature.as_str(),
        });
    }
    Ok(Headers {
        names,
        id: id.ok_or_else(|| header::repeated(names.id.as_str()))?,
        timestamp: timestamp.ok_or_else(|| header::repeated(names.timestamp.as_str()))?,
        only_signature,
    })
}

/// Decodes every well-formed item of a version within the bounds.
fn candidates<'r, H: HeaderSource + ?Sized, const N: usize>(
    headers: &H,
    signed: &Signed<'_, '_>,
    version: &[u8],
    room: &'r mut [[u8; N]; MAX_ITEMS],
) -> &'r [[u8; N]] {
    let mut count = 0;
    let values = headers.values(signed.signature_header);
    each_item(values, b"", Some(b' '), |item| {
        let mut decoded = [0; 66];
        if let Some(signature) = item
            .strip_prefix(version)
            .and_then(|encoded| decode(encoded, &mut decoded))
            && let Some(room) = room.get_mut(count)
        {
            *room = *signature;
            count += 1;
        }
    });
    room.get(..count).unwrap_or_default()
}

/// Strict, canonical base64 of exactly `N` bytes, into room for whole groups of three: the engine wants that.
#[inline]
fn decode<'r, const N: usize>(encoded: &[u8], room: &'r mut [u8]) -> Option<&'r [u8; N]> {
    if encoded.len() != N.div_ceil(3) * 4 {
        return None;
    }
    let room = room.get_mut(..N.div_ceil(3) * 3)?;
    let len = STANDARD.decode_slice(encoded, room).ok()?;
    room.get(..len)?.try_into().ok()
}
