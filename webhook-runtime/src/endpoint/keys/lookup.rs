//! The result of a key lookup, and the signature check with it.
//!
//! For an unknown tenant a MAC is computed all the same, with a dummy key, and its result is ignored, so that response
//! times do not reveal which tenants exist. The dummy key also builds the verifier of an endpoint that has no secrets yet,
//! so that `build` reports a missing URL or feature.

use std::hint::black_box;
use std::pin::Pin;
use std::sync::Arc;

use http::HeaderMap;

use super::keyring::Keyring;
use crate::observe::DeliveryOutcome;
use crate::secret::{Secret, SecretSourceError};
use crate::tenant::Tenant;
use crate::verify::{Proof, SignatureHeaders, SignatureVerifier};

/// Keys that a delivery is verified with.
pub(in crate::endpoint) enum Keys {
    /// The keys that the endpoint was built with.
    BuiltIn,
    Keyring(Arc<Keyring>),
    Missing(Box<MissingKeys>),
    /// Not known yet: await it to get one of the others. Boxed twice, so that this enum, a part of every delivery, stays
    /// small.
    Pending(Box<PendingKeys>),
}

/// A lookup in progress. It calls the secret source when it is first polled.
pub(super) type PendingKeys = Pin<Box<dyn Future<Output = Keys> + Send>>;

/// Reason why a delivery has no keys.
pub(in crate::endpoint) struct MissingKeys {
    /// The tenant that the delivery claims to be for, if the name is valid.
    tenant: Tenant,
    reason: Reason,
}

enum Reason {
    UnknownTenant(&'static str),
    SourceFailed(Arc<SecretSourceError>),
}

/// Dummy secret for unknown tenants: verifying against it takes as long as a real check, and its result is ignored.
///
/// It is the base point of ed25519, because not all 32 bytes are a public key.
pub(in crate::endpoint) fn dummy_secret() -> Secret {
    let mut key = [0x66; 32];
    if let Some(first) = key.first_mut() {
        *first = 0x58;
    }
    Secret::from_bytes(key)
}

impl Keys {
    #[cfg(feature = "testing")]
    pub(in crate::endpoint) fn of(tenant: Tenant, verifier: SignatureVerifier) -> Self {
        Self::Keyring(Arc::new(Keyring::new(tenant, verifier)))
    }

    pub(super) fn unknown_tenant(tenant: Tenant, problem: &'static str) -> Self {
        let reason = Reason::UnknownTenant(problem);
        Self::Missing(Box::new(MissingKeys { tenant, reason }))
    }

    pub(super) fn source_failed(tenant: Tenant, error: Arc<SecretSourceError>) -> Self {
        let reason = Reason::SourceFailed(error);
        Self::Missing(Box::new(MissingKeys { tenant, reason }))
    }

    /// Returns the tenant that the delivery is for, or claims to be for.
    pub(in crate::endpoint) fn tenant(&self) -> &Tenant {
        match self {
            Self::BuiltIn | Self::Pending(_) => &Tenant::NONE,
            Self::Keyring(keyring) => &keyring.tenant,
            Self::Missing(missing) => &missing.tenant,
        }
    }

    /// Returns the outcome of a delivery whose body need not be read, because its signature cannot be checked.
    pub(in crate::endpoint) fn failure(&self) -> Option<DeliveryOutcome> {
        match self {
            Self::Missing(missing) => missing.failure(),
            Self::BuiltIn | Self::Keyring(_) | Self::Pending(_) => None,
        }
    }

    /// Checks the signature of a body. `built_in`: the verifier that the endpoint was built with.
    #[inline]
    pub(in crate::endpoint) fn check_signature<'d>(
        &self,
        built_in: &SignatureVerifier,
        headers: &HeaderMap,
        signed: &mut SignatureHeaders<'_, 'd>,
        body: &'d [u8],
    ) -> Result<Proof, DeliveryOutcome> {
        let verifier = match self {
            Self::BuiltIn => built_in,
            Self::Keyring(keyring) => &keyring.verifier,
            Self::Missing(missing) => {
                return Err(missing.reject(built_in, headers, signed, body));
            }
            Self::Pending(_) => {
                let unanswered = Arc::new(SecretSourceError::TimedOut);
                return Err(DeliveryOutcome::SecretsUnavailable(unanswered));
            }
        };
        verifier
            .check_signature(headers, signed, body)
            .map_err(DeliveryOutcome::Rejected)
    }
}

impl MissingKeys {
    fn failure(&self) -> Option<DeliveryOutcome> {
        match &self.reason {
            Reason::SourceFailed(error) => {
                Some(DeliveryOutcome::SecretsUnavailable(Arc::clone(error)))
            }
            Reason::UnknownTenant(_) => None,
        }
    }

    /// Rejects an unknown tenant after the same work as for a wrong signature. The result of the check is ignored: the
    /// dummy key is public.
    #[cold]
    #[inline(never)]
    fn reject<'d>(
        &self,
        built_in: &SignatureVerifier,
        headers: &HeaderMap,
        signed: &mut SignatureHeaders<'_, 'd>,
        body: &'d [u8],
    ) -> DeliveryOutcome {
        match &self.reason {
            Reason::SourceFailed(error) => DeliveryOutcome::SecretsUnavailable(Arc::clone(error)),
            Reason::UnknownTenant(problem) => {
                let _ = black_box(built_in.check_signature(headers, signed, body));
                DeliveryOutcome::UnknownTenant { problem }
            }
        }
    }
}
