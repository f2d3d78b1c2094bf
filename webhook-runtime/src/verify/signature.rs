//! Verifier of one endpoint: a signature scheme with its keys.

use std::time::Duration;

use super::scheme::SchemeVerifier;
use super::standard::StandardVerifier;
use super::{HeaderSource, Proof, SignatureHeaders, Verified, VerifyError};
use crate::delivery::Timestamp;
use crate::profile::{Profile, Signing};
use crate::scheme::Scheme;
use crate::secret::{Secret, SecretEncoding, SecretError};

/// Signature scheme with its keys. Keeps the keyed MAC states.
///
/// Verifying allocates nothing, except with ed25519, which needs the signed bytes in one piece.
#[derive(Clone)]
pub(crate) enum SignatureVerifier {
    Standard(StandardVerifier),
    Scheme(Box<SchemeVerifier>),
}

impl std::fmt::Debug for SignatureVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Standard(verifier) => verifier.fmt(f),
            Self::Scheme(verifier) => verifier.fmt(f),
        }
    }
}

impl SignatureVerifier {
    /// Creates the verifier of a profile. `url` is the endpoint's URL, for schemes that sign it; empty if there is
    /// none.
    pub(crate) fn new(
        profile: &Profile,
        url: &str,
        secrets: &[Secret],
    ) -> Result<Self, SecretError> {
        let verifier = match &profile.signing {
            Signing::StandardWebhooks(encoding) => Self::standard_webhooks(secrets, *encoding)?,
            Signing::Scheme(scheme) => Self::from_scheme(scheme, url, secrets)?,
        };
        Ok(verifier.tolerance(profile.tolerance))
    }

    /// Creates a verifier of Standard Webhooks. `encoding` applies to secrets without a prefix.
    pub(crate) fn standard_webhooks(
        secrets: &[Secret],
        encoding: SecretEncoding,
    ) -> Result<Self, SecretError> {
        StandardVerifier::new(secrets, encoding).map(Self::Standard)
    }

    /// Creates a verifier of `v1a` signatures only.
    pub(crate) fn standard_webhooks_v1a(public_keys: &[Secret]) -> Result<Self, SecretError> {
        StandardVerifier::v1a(public_keys).map(Self::Standard)
    }

    /// Creates the verifier of a scheme. [`Scheme::problem`] must have returned `None`.
    pub(crate) fn from_scheme(
        scheme: &Scheme,
        url: &str,
        secrets: &[Secret],
    ) -> Result<Self, SecretError> {
        let verifier = SchemeVerifier::new(scheme, url, secrets)?;
        Ok(Self::Scheme(Box::new(verifier)))
    }

    /// Sets the tolerance. Only whole seconds count.
    pub(crate) fn tolerance(mut self, tolerance: Duration) -> Self {
        let seconds = tolerance.as_secs();
        match &mut self {
            Self::Standard(verifier) => verifier.tolerance = seconds,
            Self::Scheme(verifier) => verifier.tolerance = seconds,
        }
        self
    }

    /// Verifies one delivery: presence of the headers, their syntax, the age, then the signature.
    #[inline]
    pub(crate) fn verify<'d, H: HeaderSource + ?Sized>(
        &self,
        headers: &'d H,
        body: &'d [u8],
        now: Timestamp,
    ) -> Result<Verified<'d>, VerifyError> {
        let mut found = self.check_headers(headers, now)?;
        let proof = self.check_signature(headers, &mut found, body)?;
        Ok(found.verified(proof, body))
    }

    /// Checks everything that does not need the body.
    #[inline]
    pub(crate) fn check_headers<'s, 'd, H: HeaderSource + ?Sized>(
        &'s self,
        headers: &'d H,
        now: Timestamp,
    ) -> Result<SignatureHeaders<'s, 'd>, VerifyError> {
        match self {
            Self::Standard(verifier) => verifier.check_headers(headers, now),
            Self::Scheme(verifier) => verifier.check_headers(headers, now),
        }
    }

    /// Checks the signature over the body. Some schemes have the id or the timestamp in the body, which is read here.
    #[inline]
    pub(crate) fn check_signature<'d, H: HeaderSource + ?Sized>(
        &self,
        headers: &H,
        found: &mut SignatureHeaders<'_, 'd>,
        body: &'d [u8],
    ) -> Result<Proof, VerifyError> {
        match self {
            Self::Standard(verifier) => verifier.check_signature(headers, found, body),
            Self::Scheme(verifier) => verifier.check_signature(headers, found, body),
        }
    }
}
