//! Verification without a router: the entry point for scripts, queue consumers and other frameworks.
//!
//! Separate from [`verify`](crate::verify), which proves authenticity, because decoding needs the catalog of a
//! provider.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use crate::delivery::{HeaderSource, Timestamp};
use crate::event::{self, DecodeError, Event};
use crate::payload::Decode;
use crate::provider::Provider;
use crate::scheme::Scheme;
use crate::secret::{Secret, SecretEncoding, SecretError};
use crate::verify::{SignatureVerifier, Verified, VerifyError};

/// Verifies deliveries without a router, and decodes them if the provider is known.
///
/// Use it where there is nothing to dispatch: a script, a queue consumer, a handler in another framework.
///
/// | constructor | verifies |
/// | --- | --- |
/// | [`Verifier::<P>::new`](Verifier::new), [`with_url`](Verifier::with_url) | deliveries of provider `P`, and decodes them |
/// | [`Verifier::standard_webhooks`], [`standard_webhooks_v1a`](Verifier::standard_webhooks_v1a) | Standard Webhooks of any sender |
/// | [`Verifier::from_scheme`], [`from_scheme_with_url`](Verifier::from_scheme_with_url) | deliveries that are signed by a [`Scheme`] |
///
/// Any of several secrets may match, which allows key rotation. The keyed MAC states are computed once, so keep the
/// verifier. Verifying allocates nothing, except with ed25519, which needs the signed bytes in one piece.
///
/// ```
/// # #[cfg(all(feature = "testing", feature = "openai"))] {
/// use webhook_runtime::openai::{OpenAi, OpenAiEvent};
/// use webhook_runtime::testing::Signer;
/// use webhook_runtime::{Clock, Secret, SystemClock, Verifier};
///
/// let secret = Secret::new("openai-secrets-are-raw-text");
/// let verifier = Verifier::<OpenAi>::new([secret.clone()])?;
///
/// // A test signs the delivery itself; in production, the provider has signed it.
/// let body = r#"{"type":"batch.failed","data":{"id":"batch_1"}}"#;
/// let now = SystemClock.now();
/// let delivery = Signer::of::<OpenAi>(&secret)?.at(now).sign(body);
///
/// let event = verifier
///     .verify_and_decode(&delivery.headers, &delivery.body, now)
///     .unwrap();
/// assert!(matches!(event.data, OpenAiEvent::BatchFailed(_)));
/// # }
/// # Ok::<(), webhook_runtime::verifier::VerifierError>(())
/// ```
pub struct Verifier<P = ()> {
    signature: SignatureVerifier,
    provider: PhantomData<fn() -> P>,
}

impl Verifier {
    /// Creates a verifier of Standard Webhooks, for a sender that is not a [`Provider`].
    ///
    /// A shared secret (`whsec_…`) verifies `v1` signatures only, a public key (`whpk_…`, with the feature `ed25519`)
    /// `v1a` signatures only. Both may be given while a sender migrates. A secret without a prefix is base64; use
    /// [`Secret::raw`] if the text itself is the key.
    ///
    /// The headers are `webhook-id`, `webhook-timestamp` and `webhook-signature`, or the same three as `svix-*`. The
    /// two sets are never mixed.
    ///
    /// ```
    /// use webhook_runtime::{Timestamp, Verifier};
    ///
    /// let verifier = Verifier::standard_webhooks(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])?;
    /// let headers = [
    ///     ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
    ///     ("webhook-timestamp", "1614265330"),
    ///     ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    /// ];
    /// let now = Timestamp::from_second(1614265330);
    /// let verified = verifier.verify(&headers[..], br#"{"test": 2432232314}"#, now).unwrap();
    /// assert_eq!(verified.id_str(), "msg_p5jXN8AQM9LWM0D4loKWxJek");
    /// # Ok::<(), webhook_runtime::verifier::VerifierError>(())
    /// ```
    ///
    /// # Errors
    /// If there is no secret, or one is malformed.
    pub fn standard_webhooks<S: Into<Secret>>(
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, VerifierError> {
        let secrets = collect(secrets);
        let signature = SignatureVerifier::standard_webhooks(&secrets, SecretEncoding::Base64)?;
        Ok(Self::from_signature(signature))
    }

    /// Creates a verifier of Standard Webhooks with `v1a` signatures only: every secret is a public key, `whpk_…`.
    ///
    /// [`standard_webhooks`](Self::standard_webhooks) accepts public keys, too. This constructor rejects anything else,
    /// such as a public key with a mistyped prefix, which would be used as a shared secret although it is public.
    ///
    /// # Errors
    /// If there is no key, if one is malformed, or without the feature `ed25519`.
    pub fn standard_webhooks_v1a<S: Into<Secret>>(
        public_keys: impl IntoIterator<Item = S>,
    ) -> Result<Self, VerifierError> {
        let signature = SignatureVerifier::standard_webhooks_v1a(&collect(public_keys))?;
        Ok(Self::from_signature(signature))
    }

    /// Creates a verifier of deliveries that are signed by a [`Scheme`], with the scheme's tolerance.
    ///
    /// ```
    /// use webhook_runtime::{Scheme, Timestamp, Verifier};
    ///
    /// let verifier = Verifier::from_scheme(&Scheme::GITHUB, ["It's a Secret to Everybody"])?;
    /// let headers = [(
    ///     "X-Hub-Signature-256",
    ///     "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    /// )];
    /// let now = Timestamp::from_second(1_767_323_045);
    /// let verified = verifier.verify(&headers[..], b"Hello, World!", now).unwrap();
    /// // GitHub does not sign the time.
    /// assert_eq!(verified.signed_at(), None);
    /// # Ok::<(), webhook_runtime::verifier::VerifierError>(())
    /// ```
    ///
    /// # Errors
    /// If the scheme contradicts itself or signs the URL, if there is no secret, or if one is malformed.
    pub fn from_scheme<S: Into<Secret>>(
        scheme: &Scheme,
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, VerifierError> {
        Self::from_scheme_with_url(scheme, "", secrets)
    }

    /// Creates a verifier like [`from_scheme`](Self::from_scheme), for a scheme that signs the endpoint's URL.
    ///
    /// The URL is spelled as in the sender's console. It is never taken from a request.
    ///
    /// # Errors
    /// If the scheme contradicts itself, if there is no secret, or if one is malformed.
    pub fn from_scheme_with_url<S: Into<Secret>>(
        scheme: &Scheme,
        url: &str,
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, VerifierError> {
        if let Some(problem) = scheme.problem() {
            return Err(VerifierError::Scheme(problem));
        }
        let secrets = collect(secrets);
        let signature = SignatureVerifier::from_scheme(scheme, url, &secrets)?;
        Ok(Self::from_signature(signature))
    }
}

impl<P: Provider> Verifier<P> {
    /// Creates a verifier of the provider's deliveries, with the provider's tolerance.
    ///
    /// # Errors
    /// If the provider signs the URL, if there is no secret, or if one is malformed.
    pub fn new<S: Into<Secret>>(
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, VerifierError> {
        Self::with_url("", secrets)
    }

    /// Creates a verifier like [`new`](Self::new), for a provider that signs the endpoint's URL.
    ///
    /// The URL is spelled as in the provider's console. It is never taken from a request.
    ///
    /// # Errors
    /// If there is no secret, or one is malformed.
    pub fn with_url<S: Into<Secret>>(
        url: &str,
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, VerifierError> {
        let signature = SignatureVerifier::new(&P::PROFILE, url, &collect(secrets))?;
        Ok(Self::from_signature(signature))
    }

    /// Verifies a delivery and decodes it into the enum of all events of the provider.
    ///
    /// The providers' SDKs call this `unwrap`.
    ///
    /// # Errors
    /// If the delivery is not authentic, is not fresh, or cannot be decoded.
    #[doc(alias = "unwrap")]
    pub fn verify_and_decode<H: HeaderSource + ?Sized>(
        &self,
        headers: &H,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Event<P::Catalog>, VerifyAndDecodeError>
    where
        P::Catalog: for<'de> Decode<'de>,
    {
        let verified = self.verify(headers, body, now)?;
        let mut event = event::decode_any::<P, _>(headers, verified.body())?;
        event.id = verified.id();
        Ok(event)
    }
}

impl<P> Verifier<P> {
    const fn from_signature(signature: SignatureVerifier) -> Self {
        Self {
            signature,
            provider: PhantomData,
        }
    }

    /// Sets the largest allowed difference between a delivery's timestamp and the clock, in both directions.
    ///
    /// Only whole seconds count; a difference of exactly the tolerance is accepted. It has no effect if the scheme
    /// signs no time.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.signature = self.signature.tolerance(tolerance);
        self
    }

    /// Verifies a delivery without decoding it.
    ///
    /// # Errors
    /// If the delivery is not authentic or not fresh.
    pub fn verify<'d, H: HeaderSource + ?Sized>(
        &self,
        headers: &'d H,
        body: &'d [u8],
        now: Timestamp,
    ) -> Result<Verified<'d>, VerifyError> {
        self.signature.verify(headers, body, now)
    }
}

fn collect<S: Into<Secret>>(secrets: impl IntoIterator<Item = S>) -> Vec<Secret> {
    secrets.into_iter().map(Into::into).collect()
}

impl<P> Clone for Verifier<P> {
    fn clone(&self) -> Self {
        Self::from_signature(self.signature.clone())
    }
}

impl<P> fmt::Debug for Verifier<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("signature", &self.signature)
            .finish_non_exhaustive()
    }
}

/// Decodes an **unverified** body into the enum of all events of the provider.
///
/// Anybody can have written the body. Use it to inspect captured deliveries and fixtures; never act on the result.
///
/// # Errors
/// If the body cannot be decoded. For a provider whose event type is in a header, use
/// [`dangerously_parse_unverified_with`].
///
/// ```
/// # #[cfg(feature = "openai")] {
/// use webhook_runtime::openai::{OpenAi, OpenAiEvent};
/// use webhook_runtime::verifier::dangerously_parse_unverified;
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

/// Decodes an **unverified** body, like [`dangerously_parse_unverified`], for a provider whose event type is in a
/// header, such as GitHub.
///
/// Anybody can have written the headers and the body.
///
/// # Errors
/// If the headers have no event type, or the body cannot be decoded.
pub fn dangerously_parse_unverified_with<P: Provider, H: HeaderSource + ?Sized>(
    headers: &H,
    body: &[u8],
) -> Result<Event<P::Catalog>, DecodeError>
where
    P::Catalog: for<'de> Decode<'de>,
{
    event::decode_any::<P, _>(headers, body)
}

/// Reason why a [`Verifier`] could not be created.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifierError {
    /// The scheme contradicts itself.
    #[error("the signature scheme is invalid: {0}")]
    Scheme(&'static str),
    /// A secret is missing or malformed, or the URL is missing.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// Shows the message, because `fn main() -> Result<…>` prints errors by `Debug`.
impl fmt::Debug for VerifierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reason why [`Verifier::verify_and_decode`] returned no event.
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
