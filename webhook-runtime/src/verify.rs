//! Is the delivery authentic and fresh? Second stage of the pipeline, and the only maker of [`Verified`].
//!
//! [`Verifier`] is what a program uses without a router; a scheme (a file each in `verify/`) knows the headers
//! and the signed bytes.

use std::marker::PhantomData;
use std::time::Duration;

use http::HeaderName;

pub use crate::delivery::HeaderSource;
use crate::delivery::{DeliveryId, Timestamp};
use crate::event::{DecodeError, Event};
use crate::payload::Decode;
use crate::provider::{Profile, Provider, Signing};
use crate::secret::{Secret, SecretError};

mod described;
#[cfg(feature = "ed25519")]
mod ed25519;
#[cfg(not(feature = "ed25519"))]
#[path = "verify/ed25519_off.rs"]
mod ed25519;
mod header;
mod items;
mod keys;
mod message;
#[cfg(feature = "sha1")]
mod sha1;
#[cfg(not(feature = "sha1"))]
#[path = "verify/sha1_off.rs"]
mod sha1;
mod standard;

pub use self::described::{SchemeError, SchemeVerifier};
pub(crate) use self::keys::Key;
#[cfg(feature = "testing")]
pub(crate) use self::keys::encode;
#[cfg(feature = "testing")]
pub(crate) use self::message::Message;
pub use self::standard::StandardWebhooks;

/// Proof that a delivery is authentic and fresh. Decoding and dispatch take nothing else.
///
/// `Debug` shows the id and the time, not the body.
#[derive(Clone, Copy)]
pub struct Verified<'d> {
    id: &'d str,
    timestamp: Timestamp,
    is_timestamp_signed: bool,
    body: &'d [u8],
}

impl<'d> Verified<'d> {
    /// A delivery that was verified before it was stored.
    pub(crate) const fn when_stored(
        id: &'d str,
        timestamp: Timestamp,
        is_timestamp_signed: bool,
        body: &'d [u8],
    ) -> Self {
        Self {
            id,
            timestamp,
            is_timestamp_signed,
            body,
        }
    }

    /// The sender's id of the delivery; empty if the scheme has none, or the sender left out one that is not signed.
    ///
    /// Where nothing is there to tell a delivery from its repetition, the bytes of [`body`](Self::body) do.
    #[must_use]
    pub fn id(&self) -> DeliveryId {
        DeliveryId::new(self.id)
    }

    /// The same, borrowed from the delivery.
    #[must_use]
    pub const fn id_str(&self) -> &'d str {
        self.id
    }

    /// When the delivery was signed; when it was verified, if the scheme signs no time.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// When the delivery was signed, if the scheme signs a time.
    #[must_use]
    pub const fn signed_at(&self) -> Option<Timestamp> {
        if self.is_timestamp_signed {
            Some(self.timestamp)
        } else {
            None
        }
    }

    /// The signed bytes of the body.
    #[must_use]
    pub const fn body(&self) -> &'d [u8] {
        self.body
    }
}

impl std::fmt::Debug for Verified<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verified")
            .field("id", &self.id)
            .field("timestamp", &self.timestamp)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// What the headers say, before anything proves it.
pub(crate) struct Signed<'s, 'd> {
    signature_header: &'s HeaderName,
    /// The signature header, if it came once.
    only_signature: Option<&'d [u8]>,
    id: &'d str,
    /// As the header spells it: that is what is signed.
    timestamp_text: &'d [u8],
    /// The time of verification, if none is signed.
    timestamp: Timestamp,
    is_timestamp_signed: bool,
}

impl<'d> Signed<'_, 'd> {
    /// What is proven, of the body that it was proven for.
    #[inline]
    pub(crate) const fn verified(&self, _: Match, body: &'d [u8]) -> Verified<'d> {
        Verified {
            id: self.id,
            timestamp: self.timestamp,
            is_timestamp_signed: self.is_timestamp_signed,
            body,
        }
    }
}

/// That a signature has matched, and that the delivery is fresh. Only schemes make one.
///
/// It is nothing, and so travels through the stages for nothing: a [`Verified`] is put together where it stays.
#[must_use]
pub(crate) struct Match(());

/// The scheme of a provider, with its keys.
#[derive(Clone)]
pub(crate) enum SignatureVerifier {
    Standard(StandardWebhooks),
    Described(Box<SchemeVerifier>),
}

impl std::fmt::Debug for SignatureVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Standard(scheme) => scheme.fmt(f),
            Self::Described(scheme) => scheme.fmt(f),
        }
    }
}

impl SignatureVerifier {
    pub(crate) fn new(
        profile: &Profile,
        url: &str,
        secrets: &[Secret],
    ) -> Result<Self, SecretError> {
        let tolerance = profile.tolerance;
        Ok(match &profile.signing {
            Signing::StandardWebhooks(bare) => {
                Self::Standard(StandardWebhooks::with_encoding(secrets, *bare)?)
            }
            Signing::Described(scheme) => {
                Self::Described(Box::new(SchemeVerifier::sound(scheme, url, secrets)?))
            }
        }
        .tolerance(tolerance))
    }

    pub(crate) fn tolerance(self, tolerance: Duration) -> Self {
        match self {
            Self::Standard(scheme) => Self::Standard(scheme.tolerance(tolerance)),
            Self::Described(scheme) => Self::Described(Box::new(scheme.tolerance(tolerance))),
        }
    }

    /// All that can be refused without the body.
    #[inline]
    pub(crate) fn check_headers<'s, 'd, H: HeaderSource + ?Sized>(
        &'s self,
        headers: &'d H,
        now: Timestamp,
    ) -> Result<Signed<'s, 'd>, VerifyError> {
        match self {
            Self::Standard(scheme) => scheme.check_headers(headers, now),
            Self::Described(scheme) => scheme.check_headers(headers, now),
        }
    }

    /// The proof, given the body. Some schemes have the id or the time in there.
    #[inline]
    pub(crate) fn check_signature<'d, H: HeaderSource + ?Sized>(
        &self,
        headers: &H,
        signed: &mut Signed<'_, 'd>,
        body: &'d [u8],
    ) -> Result<Match, VerifyError> {
        match self {
            Self::Standard(scheme) => scheme.check_signature(headers, signed, body),
            Self::Described(scheme) => scheme.check_signature(headers, signed, body),
        }
    }
}

/// Why a delivery was refused. For the log: the sender must not learn it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A header of the scheme is missing or empty.
    #[error("the header `{header}` is missing or empty")]
    MissingHeader {
        /// Its name.
        header: &'static str,
    },
    /// A header of the scheme cannot be right.
    #[error("the header `{header}` {problem}")]
    MalformedHeader {
        /// Its name.
        header: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Signed longer ago than the tolerance.
    #[error("signed {seconds} s ago; the tolerance is {tolerance} s")]
    TimestampTooOld {
        /// How long ago.
        seconds: u64,
        /// The tolerance.
        tolerance: u64,
    },
    /// Signed further in the future than the tolerance: one of the clocks is wrong.
    #[error(
        "signed {seconds} s in the future; the tolerance is {tolerance} s (is the clock of this machine right?)"
    )]
    TimestampTooNew {
        /// How far in the future.
        seconds: u64,
        /// The tolerance.
        tolerance: u64,
    },
    /// The body, whose signature matches, has no timestamp where the scheme says, or one that cannot be right. Without
    /// it, nobody knows how old the delivery is.
    #[error("the body has no timestamp that can be right at `/{}`", at.join("/"))]
    MalformedTimestamp {
        /// The keys on the way to where it was looked for.
        at: &'static [&'static str],
    },
    /// No signature matches under any of the secrets.
    #[error(
        "no signature matches: forged, signed with another secret, or the body was changed on its way (is the secret that of this endpoint?)"
    )]
    BadSignature,
}

impl VerifyError {
    /// Its name in logs and verdicts: `missing_header`, `malformed_header`, `malformed_timestamp`, `timestamp_too_old`,
    /// `timestamp_too_new` or `bad_signature`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::MissingHeader { .. } => "missing_header",
            Self::MalformedHeader { .. } => "malformed_header",
            Self::MalformedTimestamp { .. } => "malformed_timestamp",
            Self::TimestampTooOld { .. } => "timestamp_too_old",
            Self::TimestampTooNew { .. } => "timestamp_too_new",
            Self::BadSignature => "bad_signature",
        }
    }
}

/// Verifies and opens the deliveries of one provider, without a router: what a provider's SDK offers.
///
/// Use it where there is nothing to dispatch: a script, a queue consumer, a handler of your own framework.
///
/// ```
/// # #[cfg(all(feature = "testing", feature = "openai"))] {
/// use webhook_runtime::openai::{OpenAi, OpenAiEvent};
/// use webhook_runtime::testing::Signer;
/// use webhook_runtime::{Clock, Secret, SystemClock, Verifier};
///
/// let secret = Secret::new("a-secret-of-openai-is-raw-text");
/// let verifier = Verifier::<OpenAi>::new([secret.clone()])?;
///
/// // In a test, the kit signs; in production the provider has done so.
/// let body = r#"{"type":"batch.failed","data":{"id":"batch_1"}}"#;
/// let now = SystemClock.now();
/// let delivery = Signer::of::<OpenAi>(&secret)?.at(now).sign(body);
///
/// let event = verifier.unwrap(&delivery.headers, &delivery.body, now).unwrap();
/// assert!(matches!(event.data, OpenAiEvent::BatchFailed(_)));
/// # }
/// # Ok::<(), webhook_runtime::secret::SecretError>(())
/// ```
pub struct Verifier<P> {
    scheme: SignatureVerifier,
    provider: PhantomData<fn() -> P>,
}

impl<P> Clone for Verifier<P> {
    fn clone(&self) -> Self {
        Self {
            scheme: self.scheme.clone(),
            provider: PhantomData,
        }
    }
}

impl<P> std::fmt::Debug for Verifier<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier")
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

impl<P: Provider> Verifier<P> {
    /// A verifier with the provider's tolerance. Several secrets: any may match (rotation).
    ///
    /// # Errors
    /// If there is no secret, or one that cannot be right.
    pub fn new<S: Into<Secret>>(secrets: impl IntoIterator<Item = S>) -> Result<Self, SecretError> {
        Self::with_url("", secrets)
    }

    /// The same, for an endpoint at this URL, spelled as in the provider's console. Only schemes that sign it ask for
    /// it; it is never taken from a request.
    ///
    /// # Errors
    /// If there is no secret, or one that cannot be right.
    pub fn with_url<S: Into<Secret>>(
        url: &str,
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, SecretError> {
        let secrets: Vec<Secret> = secrets.into_iter().map(Into::into).collect();
        Ok(Self {
            scheme: SignatureVerifier::new(&P::PROFILE, url, &secrets)?,
            provider: PhantomData,
        })
    }

    /// How far the delivery's time may be off, both ways; whole seconds, edges included.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.scheme = self.scheme.tolerance(tolerance);
        self
    }

    /// Verifies a delivery, and decodes nothing.
    ///
    /// # Errors
    /// If the delivery is not authentic or not fresh.
    pub fn verify<'d, H: HeaderSource + ?Sized>(
        &self,
        headers: &'d H,
        body: &'d [u8],
        now: Timestamp,
    ) -> Result<Verified<'d>, VerifyError> {
        let mut signed = self.scheme.check_headers(headers, now)?;
        let matched = self.scheme.check_signature(headers, &mut signed, body)?;
        Ok(signed.verified(matched, body))
    }

    /// Verifies a delivery and decodes it into the enum of all the provider's events.
    ///
    /// # Errors
    /// If the delivery is not authentic or not fresh, or cannot be decoded.
    pub fn unwrap<H: HeaderSource + ?Sized>(
        &self,
        headers: &H,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Event<P::Catalog>, VerifyAndDecodeError>
    where
        P::Catalog: for<'de> Decode<'de>,
    {
        let verified = self.verify(headers, body, now)?;
        let mut event = crate::event::decode_any::<P, _>(headers, verified.body())?;
        event.id = verified.id();
        Ok(event)
    }
}

/// Decodes a body **that nobody has verified** into the enum of all the provider's events.
///
/// Anybody can have written it. For looking at captured deliveries and fixtures; never act on what it says.
///
/// # Errors
/// If the body cannot be decoded. Where the event type stands in a header, it is
/// [`dangerously_parse_unverified_with`] that finds it.
///
/// ```
/// # #[cfg(feature = "openai")] {
/// use webhook_runtime::verify::dangerously_parse_unverified;
/// use webhook_runtime::openai::{OpenAi, OpenAiEvent};
///
/// let body = br#"{"id":"evt_1","created_at":1750287018,"type":"batch.failed","data":{"id":"batch_1"}}"#;
/// let event = dangerously_parse_unverified::<OpenAi>(body).unwrap();
/// assert!(matches!(event.data, OpenAiEvent::BatchFailed(_)));
/// # }
/// ```
pub fn dangerously_parse_unverified<P: Provider>(
    body: &[u8],
) -> Result<Event<P::Catalog>, DecodeError>
where
    P::Catalog: for<'de> Decode<'de>,
{
    let no_headers: &[(&str, &str)] = &[];
    dangerously_parse_unverified_with::<P, _>(no_headers, body)
}

/// The same for a provider whose event type stands in a header, such as GitHub: **anybody** can have written headers
/// and body.
///
/// # Errors
/// If the body cannot be decoded, or the headers name no event type.
pub fn dangerously_parse_unverified_with<P: Provider, H: HeaderSource + ?Sized>(
    headers: &H,
    body: &[u8],
) -> Result<Event<P::Catalog>, DecodeError>
where
    P::Catalog: for<'de> Decode<'de>,
{
    crate::event::decode_any::<P, _>(headers, body)
}

/// Why [`Verifier::unwrap`] gave no event.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyAndDecodeError {
    /// The delivery is not authentic or not fresh.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The delivery is authentic, but its body cannot be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}
