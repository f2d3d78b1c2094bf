//! The keys that a delivery is verified with: the endpoint's own, or those of the delivery's tenant.
//!
//! Keys are looked up when the request arrives, before anything is awaited, because a delivery then has one pointer to keys
//! that are ready. A call of the secret source is in a box, which only endpoints with a source allocate. Endpoints with
//! secrets of their own read one flag: whether the secrets were replaced.

use std::sync::Arc;

use http::{HeaderMap, Uri};

use crate::delivery::Clock;
use crate::profile::Profile;
use crate::secret::{Secret, SecretError};
use crate::tenant::{self, Tenant};

mod cache;
mod dynamic_keys;
mod keyring;
mod lookup;
mod single_flight;
mod static_keys;

pub(super) use self::cache::Cache;
pub(super) use self::dynamic_keys::DynamicKeys;
pub(super) use self::lookup::{Keys, dummy_secret};
pub(super) use self::static_keys::StaticKeys;

/// The source of an endpoint's keys.
#[derive(Debug)]
pub(super) enum KeySource {
    /// Secrets that the builder received.
    Static(StaticKeys),
    /// A [`SecretSource`](crate::SecretSource).
    Dynamic(Arc<DynamicKeys>),
}

impl KeySource {
    /// Looks up the keys for a delivery whose tenant is in the request. `uri`: `None` if the entry point has no URI.
    #[inline]
    pub(super) fn look_up(
        &self,
        uri: Option<&Uri>,
        headers: &HeaderMap,
        clock: &dyn Clock,
    ) -> Keys {
        match self {
            Self::Static(keys) => keys.current(),
            Self::Dynamic(keys) => keys.look_up_in(uri, headers, clock),
        }
    }

    /// Looks up the keys for a delivery whose tenant the program names.
    pub(super) fn look_up_for(&self, name: &str, clock: &dyn Clock) -> Keys {
        let unknown = |problem| Keys::unknown_tenant(Tenant::NONE, problem);
        match (self, tenant::problem(name)) {
            (Self::Dynamic(keys), None) => keys.look_up(name, clock),
            (Self::Dynamic(_), Some(problem)) => unknown(problem),
            (Self::Static(_), _) => {
                unknown("the endpoint has no tenants: build it with `.secret_source(…)`")
            }
        }
    }

    /// Replaces static secrets. `Ok(false)`: the keys come from a source.
    pub(super) fn replace(
        &self,
        profile: &Profile,
        secrets: &[Secret],
    ) -> Result<bool, SecretError> {
        match self {
            Self::Static(keys) => keys.replace(profile, secrets).map(|()| true),
            Self::Dynamic(_) => Ok(false),
        }
    }

    /// Removes a tenant's keys from the cache.
    pub(super) fn forget(&self, tenant: &str) {
        match self {
            Self::Static(_) => {}
            Self::Dynamic(keys) => keys.forget(tenant),
        }
    }
}
