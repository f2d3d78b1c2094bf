//! Keys of a [`Scheme`](crate::scheme::Scheme), prepared for verification.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::{CtOutput, KeyInit};
use hmac::{Hmac, Mac};
#[cfg(feature = "sha1")]
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};

use super::ed25519::PublicKey;
use super::message::Message;
use crate::scheme::{Algorithm, Encoding};
use crate::secret::{Secret, SecretEncoding, SecretError};

/// Length of the longest signature, in bytes: SHA-512 and ed25519.
pub(super) const MAX_LEN: usize = 64;

/// Key of one algorithm.
#[derive(Clone)]
pub(crate) enum Key {
    #[cfg(feature = "sha1")]
    HmacSha1(Hmac<Sha1>),
    HmacSha256(Hmac<Sha256>),
    HmacSha512(Hmac<Sha512>),
    Ed25519(PublicKey),
    /// Hash of the token, so that a comparison takes the same time for every length of the text.
    Token(TokenHash),
}

type TokenHash = CtOutput<Hmac<Sha256>>;

impl Key {
    /// Decodes a secret into a key.
    pub(crate) fn new(
        algorithm: Algorithm,
        encoding: SecretEncoding,
        secret: &Secret,
    ) -> Result<Self, SecretError> {
        let key = secret.to_scheme_key(encoding)?;
        Ok(match algorithm {
            #[cfg(feature = "sha1")]
            Algorithm::HmacSha1 => Self::HmacSha1(keyed(&key)?),
            #[cfg(not(feature = "sha1"))]
            Algorithm::HmacSha1 => return Err(SecretError::NeedsFeature { feature: "sha1" }),
            Algorithm::HmacSha256 => Self::HmacSha256(keyed(&key)?),
            Algorithm::HmacSha512 => Self::HmacSha512(keyed(&key)?),
            Algorithm::Ed25519 => {
                let key = key.try_into().map_err(|_| SecretError::PublicKeyLength)?;
                Self::Ed25519(PublicKey::new(&key)?)
            }
            Algorithm::Token => Self::Token(hash(&key)),
        })
    }

    /// Returns the length of a signature in bytes; `None` for tokens, whose length varies.
    pub(super) const fn signature_len(algorithm: Algorithm) -> Option<usize> {
        match algorithm {
            Algorithm::HmacSha1 => Some(20),
            Algorithm::HmacSha256 => Some(32),
            Algorithm::HmacSha512 | Algorithm::Ed25519 => Some(64),
            Algorithm::Token => None,
        }
    }

    /// Returns whether any candidate is the signature of the message. Candidates are padded with zeros.
    pub(super) fn matches(&self, message: &Message<'_>, candidates: &[[u8; MAX_LEN]]) -> bool {
        match self {
            #[cfg(feature = "sha1")]
            Self::HmacSha1(key) => matches(key, message, candidates),
            Self::HmacSha256(key) => matches(key, message, candidates),
            Self::HmacSha512(key) => matches(key, message, candidates),
            Self::Ed25519(key) => {
                let message = message.to_vec();
                candidates
                    .iter()
                    .any(|signature| key.verifies(&message, signature))
            }
            Self::Token(_) => false,
        }
    }

    /// Returns whether `text` is the token.
    pub(crate) fn is_token(&self, text: &[u8]) -> bool {
        matches!(self, Self::Token(token) if *token == hash(text))
    }

    /// Signs a message; `None` for keys that cannot sign.
    #[cfg(feature = "testing")]
    pub(crate) fn sign(&self, message: &Message<'_>) -> Option<Vec<u8>> {
        match self {
            #[cfg(feature = "sha1")]
            Self::HmacSha1(key) => Some(sign(key, message)),
            Self::HmacSha256(key) => Some(sign(key, message)),
            Self::HmacSha512(key) => Some(sign(key, message)),
            Self::Ed25519(_) | Self::Token(_) => None,
        }
    }
}

fn hash(token: &[u8]) -> TokenHash {
    CtOutput::new(Sha256::digest(token))
}

/// Creates the keyed state of a MAC. HMAC accepts keys of every length; empty secrets were rejected before.
pub(super) fn keyed<M: KeyInit>(key: &[u8]) -> Result<M, SecretError> {
    M::new_from_slice(key).map_err(|_| SecretError::Empty)
}

fn matches<M: Mac + Clone>(key: &M, message: &Message<'_>, candidates: &[[u8; MAX_LEN]]) -> bool {
    let mut mac = key.clone();
    message.pieces().for_each(|piece| mac.update(piece));
    // `verify_slice` compares in constant time.
    candidates.iter().any(|candidate| {
        candidate
            .get(..M::output_size())
            .is_some_and(|candidate| mac.clone().verify_slice(candidate).is_ok())
    })
}

#[cfg(feature = "testing")]
fn sign<M: Mac + Clone>(key: &M, message: &Message<'_>) -> Vec<u8> {
    let mut mac = key.clone();
    message.pieces().for_each(|piece| mac.update(piece));
    mac.finalize().into_bytes().to_vec()
}

/// Decodes a signature of this length into `buffer`. Only its canonical spelling is accepted.
pub(super) fn decode(
    encoding: Encoding,
    text: &[u8],
    len: usize,
    buffer: &mut [u8; MAX_LEN],
) -> Option<()> {
    match encoding {
        Encoding::Hex => {
            let (pairs, rest) = text.as_chunks::<2>();
            if pairs.len() != len || !rest.is_empty() {
                return None;
            }
            for ([high, low], byte) in pairs.iter().zip(buffer) {
                *byte = nibble(*high)? << 4 | nibble(*low)?;
            }
            Some(())
        }
        Encoding::Base64 => {
            // The engine needs space for whole groups of three bytes.
            let mut decoded = [0; MAX_LEN + 2];
            let found = STANDARD.decode_slice(text, &mut decoded).ok()?;
            if found != len {
                return None;
            }
            buffer.get_mut(..len)?.copy_from_slice(decoded.get(..len)?);
            Some(())
        }
    }
}

/// Decodes a hex digit in lower case, as providers write it. A signature has only one spelling.
const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// Encodes a signature.
#[cfg(feature = "testing")]
pub(crate) fn encode(encoding: Encoding, signature: &[u8]) -> String {
    match encoding {
        Encoding::Hex => signature.iter().map(|byte| format!("{byte:02x}")).collect(),
        Encoding::Base64 => STANDARD.encode(signature),
    }
}
