//! Standard Webhooks: signatures `v1` (HMAC-SHA256) and `v1a` (ed25519), with the `svix-*` names of the same headers.
//!
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>
//!
//! Decision: `webhook-*` and `svix-*` headers are each taken as a whole set. If both are complete, `webhook-*` counts.

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
use super::{Proof, SignatureHeaders, VerifyError};
use crate::delivery::{HeaderSource, Timestamp};
use crate::scheme::{DEFAULT_TOLERANCE, TimestampUnit};
use crate::secret::{Secret, SecretEncoding, SecretError, StandardKey};

/// Names of the three headers.
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

/// Verifier of Standard Webhooks.
///
/// A shared secret (`whsec_…`) verifies `v1` signatures only, a public key (`whpk_…`) `v1a` signatures only. Both may
/// be given while a provider migrates from one to the other.
///
/// The headers are `webhook-id`, `webhook-timestamp` and `webhook-signature`, or the same three as `svix-*`. The two
/// sets are never mixed.
#[derive(Clone)]
pub(crate) struct StandardVerifier {
    keys: Vec<Hmac<Sha256>>,
    public_keys: Vec<PublicKey>,
    /// Tolerance in seconds.
    pub(super) tolerance: u64,
}

impl std::fmt::Debug for StandardVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StandardWebhooks")
            .field("keys", &(self.keys.len() + self.public_keys.len()))
            .field("tolerance", &self.tolerance)
            .finish()
    }
}

impl StandardVerifier {
    /// Creates a verifier. `encoding` applies to secrets without a prefix.
    pub(super) fn new(secrets: &[Secret], encoding: SecretEncoding) -> Result<Self, SecretError> {
        let mut verifier = Self {
            keys: Vec::new(),
            public_keys: Vec::new(),
            tolerance: DEFAULT_TOLERANCE.as_secs(),
        };
        for key in Secret::decode_all(secrets, |secret| Key::new(secret, encoding))? {
            match key {
                Key::Shared(key) => verifier.keys.push(key),
                Key::Public(key) => verifier.public_keys.push(key),
            }
        }
        Ok(verifier)
    }

    /// Creates a verifier of `v1a` signatures only: every secret is a public key.
    pub(super) fn v1a(public_keys: &[Secret]) -> Result<Self, SecretError> {
        let public_keys = Secret::decode_all(public_keys, |secret| {
            match Key::new(secret, SecretEncoding::Base64) {
                Ok(Key::Public(key)) => Ok(key),
                Ok(Key::Shared(_)) => Err(SecretError::NotPublicKey),
                Err(error) => Err(error),
            }
        })?;
        Ok(Self {
            keys: Vec::new(),
            public_keys,
            tolerance: DEFAULT_TOLERANCE.as_secs(),
        })
    }

    /// Checks everything that does not need the body.
    #[inline]
    pub(super) fn check_headers<'d, H: HeaderSource + ?Sized>(
        &self,
        headers: &'d H,
        now: Timestamp,
    ) -> Result<SignatureHeaders<'static, 'd>, VerifyError> {
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
        Ok(SignatureHeaders {
            signature_header: &names.signature,
            only_signature,
            id,
            timestamp_text,
            timestamp,
            is_timestamp_signed: true,
        })
    }

    /// Checks the signature over the body.
    #[inline]
    pub(super) fn check_signature<H: HeaderSource + ?Sized>(
        &self,
        headers: &H,
        found: &SignatureHeaders<'_, '_>,
        body: &[u8],
    ) -> Result<Proof, VerifyError> {
        if self.has_signature(headers, found, body) {
            Ok(Proof(()))
        } else {
            Err(VerifyError::BadSignature)
        }
    }

    fn has_signature<H: HeaderSource + ?Sized>(
        &self,
        headers: &H,
        found: &SignatureHeaders<'_, '_>,
        body: &[u8],
    ) -> bool {
        // Nearly every delivery has exactly one signature.
        let mut buffer = [0; 33];
        match found
            .only_signature
            .and_then(|value| decode(value.strip_prefix(b"v1,")?, &mut buffer))
        {
            Some(mac) => self.has_mac(found, body, std::slice::from_ref(mac)),
            None => self.has_one_of_several(headers, found, body),
        }
    }

    #[cold]
    fn has_one_of_several<H: HeaderSource + ?Sized>(
        &self,
        headers: &H,
        found: &SignatureHeaders<'_, '_>,
        body: &[u8],
    ) -> bool {
        let has_mac = || {
            let mut buffer = [[0; 32]; MAX_ITEMS];
            let candidates = candidates(headers, found, b"v1,", &mut buffer);
            self.has_mac(found, body, candidates)
        };
        let has_public_key_signature = || {
            let mut buffer = [[0; 64]; MAX_ITEMS];
            let candidates = candidates(headers, found, b"v1a,", &mut buffer);
            self.has_public_key_signature(found, body, candidates)
        };
        (!self.keys.is_empty() && has_mac())
            || (!self.public_keys.is_empty() && has_public_key_signature())
    }

    fn has_public_key_signature(
        &self,
        found: &SignatureHeaders<'_, '_>,
        body: &[u8],
        candidates: &[[u8; 64]],
    ) -> bool {
        if candidates.is_empty() {
            return false;
        }
        // ed25519 hashes the message twice, so it needs one contiguous buffer.
        let id = found.id.as_bytes();
        let message = [id, b".", found.timestamp_text, b".", body].concat();
        self.public_keys.iter().any(|key| {
            candidates
                .iter()
                .any(|signature| key.verifies(&message, signature))
        })
    }

    fn has_mac(
        &self,
        found: &SignatureHeaders<'_, '_>,
        body: &[u8],
        candidates: &[[u8; 32]],
    ) -> bool {
        if candidates.is_empty() {
            return false;
        }
        let message = [found.id.as_bytes(), b".", found.timestamp_text, b".", body];
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

/// Key, by the version of the signatures that it verifies.
enum Key {
    Shared(Hmac<Sha256>),
    Public(PublicKey),
}

impl Key {
    fn new(secret: &Secret, encoding: SecretEncoding) -> Result<Self, SecretError> {
        match secret.to_standard_key(encoding)? {
            StandardKey::Shared(key) => keyed(&key).map(Self::Shared),
            StandardKey::Public(key) => PublicKey::new(&key).map(Self::Public),
        }
    }
}

/// Complete set of headers, as received.
struct Headers<'h> {
    names: &'static Names,
    id: &'h [u8],
    timestamp: &'h [u8],
    /// Value of the signature header, if it occurs once.
    only_signature: Option<&'h [u8]>,
}

/// Finds a complete set of headers.
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
    let has_signature = |names: &Names| headers.values(&names.signature).next().is_some();
    match find_named(headers, &SVIX_NAMES) {
        Ok(found) => Ok(found),
        // The missing header is reported by its name in the set that the sender uses.
        Err(error) if has_signature(&SVIX_NAMES) && !has_signature(&STANDARD_NAMES) => Err(error),
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

/// Decodes every well-formed item of a signature version within the bounds.
fn candidates<'r, H: HeaderSource + ?Sized, const N: usize>(
    headers: &H,
    found: &SignatureHeaders<'_, '_>,
    version: &[u8],
    buffer: &'r mut [[u8; N]; MAX_ITEMS],
) -> &'r [[u8; N]] {
    let mut count = 0;
    let values = headers.values(found.signature_header);
    each_item(values, b"", Some(b' '), |item| {
        let mut decoded = [0; 66];
        if let Some(signature) = item
            .strip_prefix(version)
            .and_then(|encoded| decode(encoded, &mut decoded))
            && let Some(slot) = buffer.get_mut(count)
        {
            *slot = *signature;
            count += 1;
        }
    });
    buffer.get(..count).unwrap_or_default()
}

/// Decodes canonical base64 of exactly `N` bytes. The engine needs a buffer for whole groups of three bytes.
#[inline]
fn decode<'r, const N: usize>(encoded: &[u8], buffer: &'r mut [u8]) -> Option<&'r [u8; N]> {
    if encoded.len() != N.div_ceil(3) * 4 {
        return None;
    }
    let buffer = buffer.get_mut(..N.div_ceil(3) * 3)?;
    let len = STANDARD.decode_slice(encoded, buffer).ok()?;
    buffer.get(..len)?.try_into().ok()
}
