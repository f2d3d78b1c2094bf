//! The keys of one tenant.

use std::fmt;

use crate::tenant::Tenant;
use crate::verify::SignatureVerifier;

/// The keys of one tenant, ready to verify with.
pub(in crate::endpoint) struct Keyring {
    /// [`Tenant::NONE`] for an endpoint without tenants.
    pub(super) tenant: Tenant,
    pub(super) verifier: SignatureVerifier,
}

impl Keyring {
    pub(super) const fn new(tenant: Tenant, verifier: SignatureVerifier) -> Self {
        Self { tenant, verifier }
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("tenant", &self.tenant)
            .field("verifier", &self.verifier)
            .finish()
    }
}
