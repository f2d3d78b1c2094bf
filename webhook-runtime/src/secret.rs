//! Signing secrets, their encodings, and where they come from.

mod source;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use self::source::{SecretSource, SecretSourceError};

/// The prefix of a Standard Webhooks secret; base64 follows it.
const PREFIX: &str = "whsec_";
/// The prefixes of its asymmetric keys; base64 of 32 bytes follows the public one.
const PUBLIC_PREFIX: &str = "whpk_";
const PRIVATE_PREFIX: &str = "whsk_";

/// A signing secret as the provider's console shows it.
///
/// With Standard Webhooks, text that starts with `whsec_` is base64 behind the prefix, and `whpk_` begins the public
/// key of a provider that signs with ed25519 (`v1a`). What a text without a prefix means differs between providers,
/// so the provider's [`Profile`](crate::Profile) decides, unless [`Secret::base64`], [`Secret::hex`],
/// [`Secret::raw`] or [`Secret::from_bytes`] say it. With any other [`Scheme`](crate::Scheme) no prefix means
/// anything: Stripe's `whsec_…` is the key as it stands.
///
/// A secret is checked when the endpoint or verifier is built, not here: only then it is known how to read it.
/// `Debug` never shows it.
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

/// What a secret of Standard Webhooks stands for.
pub(crate) enum StandardKey {
    /// The key of a MAC.
    Shared(Vec<u8>),
    /// A public key of ed25519.
    Public([u8; 32]),
}

/// How the key of a [`Scheme`](crate::Scheme) reads: a fact of the provider, never a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretEncoding {
    /// The text is the key; the provider has made it, so white space in it is a mistake.
    Text,
    /// The text is the key; somebody has thought of it, so it may hold spaces, but not at its ends.
    Passphrase,
    /// Base64 of the key.
    Base64,
    /// Hex of the key, in either case.
    Hex,
}

impl Secret {
    /// A secret by its text, read as the provider writes it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Repr::Text(text.into()))
    }

    /// A secret from an environment variable.
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

    /// A secret that is base64, with or without `whsec_`, whatever the provider's habit.
    #[must_use]
    pub fn base64(text: impl Into<String>) -> Self {
        Self(Repr::Base64(text.into()))
    }

    /// A secret that is hex, whatever the provider's habit.
    #[must_use]
    pub fn hex(text: impl Into<String>) -> Self {
        Self(Repr::Hex(text.into()))
    }

    /// A secret whose text is the key itself, even if it starts with `whsec_`.
    #[must_use]
    pub fn raw(text: impl Into<String>) -> Self {
        Self(Repr::Raw(text.into()))
    }

    /// The key itself, as bytes.
    #[must_use]
    pub fn from_bytes(key: impl Into<Vec<u8>>) -> Self {
        Self(Repr::Bytes(key.into()))
    }

    /// The public key as Standard Webhooks writes it.
    #[cfg(all(feature = "testing", feature = "ed25519"))]
    pub(crate) fn of_public_key(key: &[u8; 32]) -> Self {
        Self::new(format!("{PUBLIC_PREFIX}{}", STANDARD.encode(key)))
    }

    /// What each of several secrets stands for; the error says which of them is wrong.
    pub(crate) fn each<K>(
        secrets: &[Self],
        read: impl Fn(&Self) -> Result<K, SecretError>,
    ) -> Result<Vec<K>, SecretError> {
        match secrets {
            [] => Err(SecretError::Missing),
            [one] => Ok(vec![read(one)?]),
            several => several
                .iter()
                .zip(1..)
                .map(|(secret, number)| {
                    read(secret).map_err(|error| SecretError::Numbered {
                        number,
                        source: Box::new(error),
                    })
                })
                .collect(),
        }
    }

    /// The key of a MAC that this secret stands for, in Standard Webhooks.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn to_key(&self, bare: SecretEncoding) -> Result<Vec<u8>, SecretError> {
        match self.to_standard_key(bare)? {
            StandardKey::Shared(key) => Ok(key),
            StandardKey::Public(_) => Err(SecretError::PublicKey),
        }
    }

    /// What this secret stands for, in Standard Webhooks.
    pub(crate) fn to_standard_key(
        &self,
        encoding: SecretEncoding,
    ) -> Result<StandardKey, SecretError> {
        match &self.0 {
            Repr::Text(text) => {
                if let Some(encoded) = text.strip_prefix(PUBLIC_PREFIX) {
                    return public_key(encoded);
                }
                if text.starts_with(PRIVATE_PREFIX) {
                    return Err(SecretError::PrivateKey);
                }
                match text.strip_prefix(PREFIX) {
                    Some(encoded) => decode(encoded, true),
                    None => decode_as(encoding, text),
                }
            }
            _ => self.to_explicit_key(),
        }
        .map(StandardKey::Shared)
    }

    /// The key that this secret stands for, in any other scheme.
    pub(crate) fn to_key_of(&self, form: SecretEncoding) -> Result<Vec<u8>, SecretError> {
        let Repr::Text(text) = &self.0 else {
            return self.to_explicit_key();
        };
        if text == PREFIX {
            return Err(SecretError::PrefixAlone);
        }
        decode_as(form, text)
    }

    /// The key of a secret that says itself how it reads.
    fn to_explicit_key(&self) -> Result<Vec<u8>, SecretError> {
        match &self.0 {
            Repr::Base64(text) => match text.strip_prefix(PREFIX) {
                Some(encoded) => decode(encoded, true),
                None => decode(text, false),
            },
            Repr::Hex(text) => unhex(text),
            Repr::Text(text) | Repr::Raw(text) => raw(text),
            Repr::Bytes(key) if key.is_empty() => Err(SecretError::Empty),
            Repr::Bytes(key) => Ok(key.clone()),
        }
    }
}

fn public_key(encoded: &str) -> Result<StandardKey, SecretError> {
    if encoded.is_empty() {
        return Err(SecretError::PublicKeyLength);
    }
    let key = decode(encoded, false)?;
    match key.try_into() {
        Ok(key) => Ok(StandardKey::Public(key)),
        Err(_) => Err(SecretError::PublicKeyLength),
    }
}

fn unhex(text: &str) -> Result<Vec<u8>, SecretError> {
    refuse_blank(text)?;
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

fn passphrase(text: &str) -> Result<Vec<u8>, SecretError> {
    // Spaces between words alone: a line break or tab is an accident everywhere.
    if text.trim().len() == text.len() {
        refuse_blank(&text.replace(' ', ""))?;
    } else {
        refuse_blank(text)?;
    }
    Ok(text.as_bytes().to_vec())
}

/// The key that a text encodes.
fn decode_as(encoding: SecretEncoding, text: &str) -> Result<Vec<u8>, SecretError> {
    match encoding {
        SecretEncoding::Text => raw(text),
        SecretEncoding::Passphrase => passphrase(text),
        SecretEncoding::Base64 => decode(text, false),
        SecretEncoding::Hex => unhex(text),
    }
}

fn raw(text: &str) -> Result<Vec<u8>, SecretError> {
    refuse_blank(text)?;
    Ok(text.as_bytes().to_vec())
}

fn decode(encoded: &str, prefixed: bool) -> Result<Vec<u8>, SecretError> {
    if prefixed && encoded.is_empty() {
        return Err(SecretError::PrefixAlone);
    }
    refuse_blank(encoded)?;
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

fn refuse_blank(text: &str) -> Result<(), SecretError> {
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

/// Why a secret cannot be right. No message holds any part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The environment variable does not exist.
    #[error(
        "the environment variable `{variable}` is not set; set it to the signing secret that the provider's console shows"
    )]
    NotSet {
        /// Its name.
        variable: String,
    },
    /// The environment variable holds bytes that are not Unicode.
    #[error("the environment variable `{variable}` is not Unicode text")]
    NotUnicode {
        /// Its name.
        variable: String,
    },
    /// Nothing, or white space alone: everybody could sign with it.
    #[error(
        "the signing secret is empty; with it anybody could forge deliveries: copy it again from the provider's console"
    )]
    Empty,
    /// `whsec_` with nothing behind it.
    #[error(
        "the signing secret is `whsec_` with nothing behind it: copy it again from the provider's console"
    )]
    PrefixAlone,
    /// A space, tab or line break in or around it.
    #[error(
        "the signing secret contains white space or a line break; remove it (a trailing newline of a file is the usual cause)"
    )]
    WhiteSpace,
    /// `-` or `_` where standard base64 has `+` and `/`.
    #[error(
        "the signing secret is URL-safe base64; standard base64 (`+` and `/`) is wanted: copy it again from the provider's console, or use `Secret::raw` if the text itself is the key"
    )]
    UrlSafe,
    /// `=` at the end is missing or too much.
    #[error(
        "the signing secret is base64 of a wrong length or padding; it was probably cut when copied (use `Secret::raw` if the text itself is the key)"
    )]
    Padding,
    /// Not base64 at all, or not in its canonical form.
    #[error("the signing secret is not base64; use `Secret::raw` if the text itself is the key")]
    NotBase64,
    /// Not hex, or an odd number of digits.
    #[error(
        "the key is not hex: an even number of digits 0-9 and a-f is wanted; was it cut when copied?"
    )]
    NotHex,
    /// A public key of ed25519 is 32 bytes, and this one is not.
    #[error(
        "the public key is not 32 bytes long (with Standard Webhooks: `whpk_` and 44 characters); copy it again from the provider's console"
    )]
    PublicKeyLength,
    /// 32 bytes that are no key, or one with which anybody could sign.
    #[error(
        "the public key is not a sound key of ed25519; copy it again from the provider's console"
    )]
    UnsoundPublicKey,
    /// A private key (`whsk_`), which is the provider's alone.
    #[error(
        "`whsk_` begins a private key, with which deliveries are signed; to verify them, give the public key that begins with `whpk_`, and treat the private one as leaked if it is the provider's"
    )]
    PrivateKey,
    /// A public key where a shared secret is wanted.
    #[error("`whpk_` begins a public key, and nothing can be signed with one")]
    PublicKey,
    /// A shared secret where a public key is wanted.
    #[error("a public key that begins with `whpk_` is wanted, and this is none")]
    NotPublicKey,
    /// What it is for is not compiled in.
    #[error(
        "to verify with this key, turn on the feature `{feature}` of the crate `webhook-runtime`"
    )]
    NeedsFeature {
        /// The feature's name.
        feature: &'static str,
    },
    /// The scheme signs the URL of the endpoint, and nothing says which it is.
    #[error(
        "the provider signs the URL of the endpoint, which is never taken from a request: say it with `.url(…)`, as the provider's console has it"
    )]
    NoUrl,
    /// No secret was given.
    #[error(
        "no signing secret was given; without one nothing can be verified: add `.secret(…)`, or `.secret_source(…)` for those of tenants"
    )]
    Missing,
    /// One of several secrets is wrong.
    #[error("signing secret number {number}: {source}")]
    Numbered {
        /// Which, counted from 1.
        number: usize,
        /// What is wrong with it.
        source: Box<Self>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<Vec<u8>, SecretError> {
        Secret::new(text).to_key(SecretEncoding::Base64)
    }

    #[test]
    fn the_prefix_means_base64_whatever_the_provider() {
        for bare in [SecretEncoding::Base64, SecretEncoding::Text] {
            assert_eq!(
                Secret::new("whsec_c2VjcmV0Cg==").to_key(bare).unwrap(),
                b"secret\n"
            );
        }
    }

    #[test]
    fn a_bare_secret_reads_as_the_profile_says() {
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
    fn what_cannot_be_right_is_refused_by_name() {
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
    fn nothing_of_a_secret_shows() {
        let text = "whsec_c2VjcmV0Cg==";
        assert!(!format!("{:?}", Secret::new(text)).contains("c2Vj"));
        let error = key("whsec_hunter2\n").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter"));
    }
}
