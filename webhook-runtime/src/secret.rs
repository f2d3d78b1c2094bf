//! Signing secrets, their encodings, and their sources.
//!
//! [`scheme`](crate::scheme) names the encoding, and [`verify`](crate::verify) decodes secrets into keys when an
//! endpoint or a verifier is built.
//!
//! Decision: white space in a secret is a mistake, except in secrets that people choose
//! ([`SecretEncoding::Passphrase`]). GitHub's own example contains spaces.

mod source;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use self::source::{SecretSource, SecretSourceError};

/// Prefix of a Standard Webhooks secret, before base64.
const PREFIX: &str = "whsec_";
/// Prefix of a Standard Webhooks public key, before base64 of 32 bytes.
const PUBLIC_PREFIX: &str = "whpk_";
/// Prefix of a Standard Webhooks private key.
const PRIVATE_PREFIX: &str = "whsk_";

/// Signing secret as the provider's console shows it.
///
/// With Standard Webhooks, `whsec_` is followed by base64 of the key, and `whpk_` by the public key of a provider that
/// signs with ed25519 (`v1a`). The encoding of a secret without a prefix depends on the provider, so its
/// [`Profile`](crate::Profile) sets it; [`Secret::base64`], [`Secret::hex`], [`Secret::raw`] and
/// [`Secret::from_bytes`] override it. In any other [`Scheme`](crate::Scheme) a prefix has no meaning: Stripe's
/// `whsec_…` is the key, including the prefix.
///
/// A secret is checked when the endpoint or verifier is built, because its encoding is known only then. `Debug` never
/// shows it.
///
/// ```
/// use webhook_runtime::Secret;
///
/// let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
/// assert_eq!(format!("{secret:?}"), "Secret(…)");
/// ```
#[derive(Clone)]
pub struct Secret(Repr);

#[derive(Clone)]
enum Repr {
    Text(String),
    Base64(String),
    Hex(String),
    Raw(String),
    Bytes(Vec<u8>),
}

/// Decoded secret of Standard Webhooks.
pub(crate) enum StandardKey {
    /// Key of a MAC.
    Shared(Vec<u8>),
    /// Public key of ed25519.
    Public([u8; 32]),
}

/// Encoding of a secret: a fact about the provider, never guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretEncoding {
    /// The text is the key. The provider generates it, so white space in it is an error.
    Text,
    /// The text is the key. A person chooses it, so it may contain spaces, but not at its ends.
    Passphrase,
    /// Base64 of the key.
    Base64,
    /// Hex of the key, in either case.
    Hex,
}

impl Secret {
    /// Creates a secret in the provider's own encoding.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Repr::Text(text.into()))
    }

    /// Reads a secret from an environment variable, in the provider's own encoding.
    ///
    /// # Errors
    /// If the variable is not set, or is not Unicode.
    pub fn from_env(variable: &str) -> Result<Self, SecretError> {
        match std::env::var(variable) {
            Ok(text) => Ok(Self::new(text)),
            Err(std::env::VarError::NotPresent) => Err(SecretError::NotSet {
                variable: variable.into(),
            }),
            Err(std::env::VarError::NotUnicode(_)) => Err(SecretError::NotUnicode {
                variable: variable.into(),
            }),
        }
    }

    /// Creates a secret that is base64, with or without `whsec_`, for any provider.
    #[must_use]
    pub fn base64(text: impl Into<String>) -> Self {
        Self(Repr::Base64(text.into()))
    }

    /// Creates a secret that is hex, for any provider.
    #[must_use]
    pub fn hex(text: impl Into<String>) -> Self {
        Self(Repr::Hex(text.into()))
    }

    /// Creates a secret whose text is the key, even if it starts with `whsec_`.
    #[must_use]
    pub fn raw(text: impl Into<String>) -> Self {
        Self(Repr::Raw(text.into()))
    }

    /// Creates a secret from the bytes of the key.
    #[must_use]
    pub fn from_bytes(key: impl Into<Vec<u8>>) -> Self {
        Self(Repr::Bytes(key.into()))
    }

    /// Creates a secret from a public key, in the format of Standard Webhooks.
    #[cfg(all(feature = "testing", feature = "ed25519"))]
    pub(crate) fn of_public_key(key: &[u8; 32]) -> Self {
        Self::new(format!("{PUBLIC_PREFIX}{}", STANDARD.encode(key)))
    }

    /// Decodes all secrets. With several of them, the error contains the number of the malformed one.
    pub(crate) fn decode_all<K>(
        secrets: &[Self],
        decode: impl Fn(&Self) -> Result<K, SecretError>,
    ) -> Result<Vec<K>, SecretError> {
        match secrets {
            [] => Err(SecretError::Missing),
            [one] => Ok(vec![decode(one)?]),
            several => several
                .iter()
                .zip(1..)
                .map(|(secret, number)| {
                    decode(secret).map_err(|error| SecretError::Numbered {
                        number,
                        source: Box::new(error),
                    })
                })
                .collect(),
        }
    }

    /// Returns the key of a MAC, in Standard Webhooks.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn to_key(&self, encoding: SecretEncoding) -> Result<Vec<u8>, SecretError> {
        match self.to_standard_key(encoding)? {
            StandardKey::Shared(key) => Ok(key),
            StandardKey::Public(_) => Err(SecretError::PublicKey),
        }
    }

    /// Decodes the secret in Standard Webhooks. `encoding` applies to text without a prefix.
    pub(crate) fn to_standard_key(
        &self,
        encoding: SecretEncoding,
    ) -> Result<StandardKey, SecretError> {
        match &self.0 {
            Repr::Text(text) => {
                if let Some(encoded) = text.strip_prefix(PUBLIC_PREFIX) {
                    return decode_public_key(encoded);
                }
                if text.starts_with(PRIVATE_PREFIX) {
                    return Err(SecretError::PrivateKey);
                }
                match text.strip_prefix(PREFIX) {
                    Some(encoded) => decode_base64(encoded, true),
                    None => decode_as(encoding, text),
                }
            }
            _ => self.to_explicit_key(),
        }
        .map(StandardKey::Shared)
    }

    /// Decodes the secret in any other scheme.
    pub(crate) fn to_scheme_key(&self, encoding: SecretEncoding) -> Result<Vec<u8>, SecretError> {
        let Repr::Text(text) = &self.0 else {
            return self.to_explicit_key();
        };
        if text == PREFIX {
            return Err(SecretError::PrefixAlone);
        }
        decode_as(encoding, text)
    }

    /// Decodes a secret with an encoding of its own.
    fn to_explicit_key(&self) -> Result<Vec<u8>, SecretError> {
        match &self.0 {
            Repr::Base64(text) => match text.strip_prefix(PREFIX) {
                Some(encoded) => decode_base64(encoded, true),
                None => decode_base64(text, false),
            },
            Repr::Hex(text) => decode_hex(text),
            Repr::Text(text) | Repr::Raw(text) => decode_raw(text),
            Repr::Bytes(key) if key.is_empty() => Err(SecretError::Empty),
            Repr::Bytes(key) => Ok(key.clone()),
        }
    }
}

/// Decodes the base64 that follows `whpk_`.
fn decode_public_key(encoded: &str) -> Result<StandardKey, SecretError> {
    if encoded.is_empty() {
        return Err(SecretError::PublicKeyLength);
    }
    let key = decode_base64(encoded, false)?;
    match key.try_into() {
        Ok(key) => Ok(StandardKey::Public(key)),
        Err(_) => Err(SecretError::PublicKeyLength),
    }
}

fn decode_hex(text: &str) -> Result<Vec<u8>, SecretError> {
    reject_white_space(text)?;
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return Err(SecretError::NotHex);
    }
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect::<Option<_>>()
        .ok_or(SecretError::NotHex)
}

fn decode_passphrase(text: &str) -> Result<Vec<u8>, SecretError> {
    // Only spaces between words are valid; a line break or tab is always a mistake.
    if text.trim().len() == text.len() {
        reject_white_space(&text.replace(' ', ""))?;
    } else {
        reject_white_space(text)?;
    }
    Ok(text.as_bytes().to_vec())
}

/// Decodes a key from text.
fn decode_as(encoding: SecretEncoding, text: &str) -> Result<Vec<u8>, SecretError> {
    match encoding {
        SecretEncoding::Text => decode_raw(text),
        SecretEncoding::Passphrase => decode_passphrase(text),
        SecretEncoding::Base64 => decode_base64(text, false),
        SecretEncoding::Hex => decode_hex(text),
    }
}

fn decode_raw(text: &str) -> Result<Vec<u8>, SecretError> {
    reject_white_space(text)?;
    Ok(text.as_bytes().to_vec())
}

fn decode_base64(encoded: &str, has_prefix: bool) -> Result<Vec<u8>, SecretError> {
    if has_prefix && encoded.is_empty() {
        return Err(SecretError::PrefixAlone);
    }
    reject_white_space(encoded)?;
    match STANDARD.decode(encoded) {
        Ok(key) if key.is_empty() => Err(SecretError::Empty),
        Ok(key) => Ok(key),
        Err(_) if encoded.contains(['-', '_']) => Err(SecretError::UrlSafe),
        Err(base64::DecodeError::InvalidPadding | base64::DecodeError::InvalidLength(_)) => {
            Err(SecretError::Padding)
        }
        Err(_) => Err(SecretError::NotBase64),
    }
}

/// Rejects a secret that is empty or contains white space or control characters.
fn reject_white_space(text: &str) -> Result<(), SecretError> {
    if text.trim().is_empty() {
        Err(SecretError::Empty)
    } else if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        Err(SecretError::WhiteSpace)
    } else {
        Ok(())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<&Self> for Secret {
    fn from(secret: &Self) -> Self {
        secret.clone()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// Reason why a secret is invalid. No message contains any part of it.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The environment variable does not exist.
    #[error(
        "environment variable `{variable}` is not set: set it to the signing secret from the provider's console"
    )]
    NotSet {
        /// Name of the variable.
        variable: String,
    },
    /// The environment variable is not Unicode.
    #[error("environment variable `{variable}` is not Unicode text")]
    NotUnicode {
        /// Name of the variable.
        variable: String,
    },
    /// The secret is empty or white space, so anybody could sign with it.
    #[error(
        "empty signing secret: anybody could forge deliveries with it; copy it again from the provider's console"
    )]
    Empty,
    /// The secret is `whsec_` without a key.
    #[error(
        "incomplete signing secret: nothing follows `whsec_`; copy it again from the provider's console"
    )]
    PrefixAlone,
    /// The secret contains a space, tab, line break or control character.
    #[error("white space in the signing secret: often the newline at the end of a file; remove it")]
    WhiteSpace,
    /// The secret contains `-` or `_`, where standard base64 has `+` and `/`.
    #[error(
        "the signing secret is URL-safe base64: expected standard base64 with `+` and `/`; copy it again from the provider's console, or use `Secret::raw` if the text itself is the key"
    )]
    UrlSafe,
    /// The base64 has the wrong length or padding.
    #[error(
        "the signing secret is base64 of the wrong length or padding: it was probably truncated when copied; copy it again, or use `Secret::raw` if the text itself is the key"
    )]
    Padding,
    /// The secret is not base64, or not in its canonical form.
    #[error(
        "the signing secret is not base64: copy it again, or use `Secret::raw` if the text itself is the key"
    )]
    NotBase64,
    /// The secret is not hex, or has an odd number of digits.
    #[error(
        "the key is not hex: expected an even number of digits 0-9 and a-f; copy it again from the provider's console"
    )]
    NotHex,
    /// The public key is not 32 bytes long.
    #[error(
        "the public key is not 32 bytes long: with Standard Webhooks it is `whpk_` and 44 characters; copy it again from the provider's console"
    )]
    PublicKeyLength,
    /// The public key is not a point of ed25519, or is a weak one, for which anybody could sign.
    #[error("the public key is not a valid ed25519 key: copy it again from the provider's console")]
    InvalidPublicKey,
    /// The secret is a private key (`whsk_`), which only the provider may have.
    #[error(
        "the secret is a private key (`whsk_`): use the public key, which begins with `whpk_`; if the private key is the provider's, treat it as leaked"
    )]
    PrivateKey,
    /// The secret is a public key, but signing needs a shared secret.
    #[error("the secret is a public key (`whpk_`): signing needs a shared secret or a private key")]
    PublicKey,
    /// The secret is not a public key, but only public keys are accepted.
    #[error("the secret is not a public key: expected one that begins with `whpk_`")]
    NotPublicKey,
    /// The algorithm of the key is not compiled in.
    #[error(
        "the algorithm of this key is not compiled in: enable the feature `{feature}` of the crate `webhook-runtime`"
    )]
    NeedsFeature {
        /// Name of the feature.
        feature: &'static str,
    },
    /// The scheme signs the endpoint's URL, but no URL is configured.
    #[error(
        "no URL: the provider signs the endpoint's URL, which is never taken from a request; set it with `.url(…)` of the builder, or with `with_url` or `from_scheme_with_url` of `Verifier`, spelled as in the provider's console"
    )]
    NoUrl,
    /// There is no secret.
    #[error(
        "no signing secret: deliveries cannot be verified without one; give a `Verifier` one, or the builder of an endpoint: add `.secret(…)`, or `.secret_source(…)` for tenants"
    )]
    Missing,
    /// One of several secrets is invalid.
    #[error("signing secret number {number}: {source}")]
    Numbered {
        /// Number of the secret, counted from 1.
        number: usize,
        /// Reason.
        source: Box<Self>,
    },
}

/// Shows the message, because `fn main() -> Result<…>` prints errors by `Debug`.
impl fmt::Debug for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<Vec<u8>, SecretError> {
        Secret::new(text).to_key(SecretEncoding::Base64)
    }

    #[test]
    fn prefixed_secret_is_base64_for_any_provider() {
        for encoding in [SecretEncoding::Base64, SecretEncoding::Text] {
            assert_eq!(
                Secret::new("whsec_c2VjcmV0Cg==").to_key(encoding).unwrap(),
                b"secret\n"
            );
        }
    }

    #[test]
    fn secret_without_prefix_has_the_encoding_of_the_profile() {
        assert_eq!(key("c2VjcmV0Cg==").unwrap(), b"secret\n");
        assert_eq!(
            Secret::new("c2Vj").to_key(SecretEncoding::Text).unwrap(),
            b"c2Vj"
        );
        assert_eq!(
            Secret::raw("whsec_c2Vj")
                .to_key(SecretEncoding::Base64)
                .unwrap(),
            b"whsec_c2Vj"
        );
        assert_eq!(
            Secret::base64("c2Vj").to_key(SecretEncoding::Text).unwrap(),
            b"sec"
        );
    }

    #[test]
    fn malformed_secrets_are_rejected_with_their_reason() {
        assert_eq!(key(""), Err(SecretError::Empty));
        assert_eq!(key(" \n"), Err(SecretError::Empty));
        assert_eq!(key("whsec_"), Err(SecretError::PrefixAlone));
        assert_eq!(key("whsec_ "), Err(SecretError::Empty));
        assert_eq!(key("whsec_c2Vj\n"), Err(SecretError::WhiteSpace));
        assert_eq!(key(" whsec_c2Vj"), Err(SecretError::WhiteSpace));
        assert_eq!(key("whsec_c2 Vj"), Err(SecretError::WhiteSpace));
        assert_eq!(key("whsec__-8="), Err(SecretError::UrlSafe));
        assert_eq!(key("whsec_c2VjcmV0Cg"), Err(SecretError::Padding));
        assert_eq!(key("whsec_c2VjcmV0Cg="), Err(SecretError::Padding));
        assert_eq!(key("whsec_aaaaaaaaaa=="), Err(SecretError::NotBase64));
        assert_eq!(key("whsec_c2Vj$"), Err(SecretError::NotBase64));
        assert_eq!(
            Secret::raw("").to_key(SecretEncoding::Text),
            Err(SecretError::Empty)
        );
        assert_eq!(
            Secret::raw("a b").to_key(SecretEncoding::Text),
            Err(SecretError::WhiteSpace)
        );
        assert_eq!(
            Secret::from_bytes([]).to_key(SecretEncoding::Text),
            Err(SecretError::Empty)
        );
    }

    #[test]
    fn debug_and_errors_show_no_part_of_a_secret() {
        let text = "whsec_c2VjcmV0Cg==";
        assert!(!format!("{:?}", Secret::new(text)).contains("c2Vj"));
        let error = key("whsec_hunter2\n").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter"));
    }
}
