//! Whose keys a delivery is verified with: the endpoint's own, or those of the tenant that it is for.

use std::fmt;
use std::hint::black_box;
use std::sync::Arc;

use http::{HeaderMap, Uri};

use super::Ending;
use crate::delivery::Clock;
use crate::secret::Secret;
use crate::tenant::{self, Tenant};
use crate::verify::{SchemeOf, Signed, Verified};

mod asked;
mod cache;
#[cfg(feature = "tokio")]
mod flight;
#[cfg(not(feature = "tokio"))]
#[path = "keys/flight_off.rs"]
mod flight;
mod given;
mod rotation;
mod settings;

use self::asked::Asking;
pub(super) use self::asked::{Asked, NoKeys};
pub(super) use self::cache::Cache;
pub(super) use self::given::Given;
pub(super) use self::settings::Settings;

/// Where an endpoint's keys come from.
#[derive(Debug)]
pub(super) enum KeySource {
    /// The builder was given secrets.
    Given(Given),
    /// Somebody is asked for them.
    Asked(Arc<Asked>),
}

impl KeySource {
    /// For a delivery whose tenant the request names. `uri`: if the door sees it.
    #[inline]
    pub(super) fn look_up(
        &self,
        uri: Option<&Uri>,
        headers: &HeaderMap,
        clock: &dyn Clock,
    ) -> Lookup {
        match self {
            Self::Given(given) => Lookup::Found(given.keys()),
            Self::Asked(asked) => asked.look_up_in(uri, headers, clock),
        }
    }

    /// For a delivery whose tenant the program names.
    pub(super) fn look_up_for(&self, name: &str, clock: &dyn Clock) -> Lookup {
        let nobody = |problem| Lookup::Found(Keys::nobody(Tenant::NONE, problem));
        match (self, tenant::problem(name)) {
            (Self::Asked(asked), None) => asked.look_up(name, clock),
            (Self::Asked(_), Some(problem)) => nobody(problem),
            (Self::Given(_), _) => {
                nobody("the endpoint has no tenants: build it with `.secret_source(…)`")
            }
        }
    }
}

/// The keys of a delivery, or who is to be asked for them.
pub(super) enum Lookup {
    Found(Keys),
    Ask(Asking),
}

/// What a delivery is verified with.
pub(super) enum Keys {
    /// The keys that the endpoint was built with.
    Own,
    Of(Arc<Keyring>),
    /// Nobody's: no signature matches.
    Nobody(Box<Stranger>),
}

/// The keys of a tenant, ready to verify with.
pub(super) struct Keyring {
    /// None for an endpoint without tenants.
    tenant: Tenant,
    scheme: SchemeOf,
}

/// Whom a delivery claims to be for, where there is no such tenant.
pub(super) struct Stranger {
    /// The name, if it can be one.
    tenant: Tenant,
    problem: &'static str,
}

/// A secret for the scheme of an endpoint that asks for its secrets: its key is computed with for nobody, and matches for
/// nobody. It is the base point of ed25519, since a public key cannot be any 32 bytes.
pub(super) fn decoy() -> Secret {
    let mut key = [0x66; 32];
    if let Some(first) = key.first_mut() {
        *first = 0x58;
    }
    Secret::from_bytes(key)
}

impl Keyring {
    pub(super) const fn new(tenant: Tenant, scheme: SchemeOf) -> Self {
        Self { tenant, scheme }
    }
}

impl Keys {
    #[cfg(feature = "testing")]
    pub(super) fn of(tenant: Tenant, scheme: SchemeOf) -> Self {
        Self::Of(Arc::new(Keyring::new(tenant, scheme)))
    }

    fn nobody(tenant: Tenant, problem: &'static str) -> Self {
        Self::Nobody(Box::new(Stranger { tenant, problem }))
    }

    /// For whom the delivery is, or claims to be.
    pub(super) fn tenant(&self) -> &Tenant {
        match self {
            Self::Own => &Tenant::NONE,
            Self::Of(keyring) => &keyring.tenant,
            Self::Nobody(stranger) => &stranger.tenant,
        }
    }

    /// The proof, given the body. `own`: the scheme that the endpoint was built with.
    pub(super) fn check_signature<'d>(
        &self,
        own: &SchemeOf,
        headers: &HeaderMap,
        signed: &Signed<'_, 'd>,
        body: &'d [u8],
    ) -> Result<Verified<'d>, Ending> {
        let scheme = match self {
            Self::Own => own,
            Self::Of(keyring) => &keyring.scheme,
            Self::Nobody(stranger) => {
                // The same work as for a wrong signature, so that the sender cannot time who is a tenant. The verdict
                // is for nothing: the key of this scheme is no secret.
                let _ = black_box(own.check_signature(headers, signed, body));
                let problem = stranger.problem;
                return Err(Ending::UnknownTenant { problem });
            }
        };
        scheme
            .check_signature(headers, signed, body)
            .map_err(Ending::Refused)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("tenant", &self.tenant)
            .field("scheme", &self.scheme)
            .finish()
    }
}
