//! Whose keys a delivery is verified with: the endpoint's own, or those of the tenant that it is for.

use std::fmt;
use std::hint::black_box;
use std::pin::Pin;
use std::sync::Arc;

use http::{HeaderMap, Uri};

use super::DeliveryOutcome;
use crate::delivery::Clock;
use crate::secret::Secret;
use crate::secret::SecretSourceError;
use crate::tenant::{self, Tenant};
use crate::verify::{Proof, SignatureHeaders, SignatureVerifier};

mod asked;
mod cache;
mod flight;
mod given;
mod rotation;
mod settings;

pub(super) use self::asked::Asked;
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
    ) -> Keys {
        match self {
            Self::Given(given) => given.keys(),
            Self::Asked(asked) => asked.look_up_in(uri, headers, clock),
        }
    }

    /// For a delivery whose tenant the program names.
    pub(super) fn look_up_for(&self, name: &str, clock: &dyn Clock) -> Keys {
        let nobody = |problem| Keys::nobody(Tenant::NONE, problem);
        match (self, tenant::problem(name)) {
            (Self::Asked(asked), None) => asked.look_up(name, clock),
            (Self::Asked(_), Some(problem)) => nobody(problem),
            (Self::Given(_), _) => {
                nobody("the endpoint has no tenants: build it with `.secret_source(…)`")
            }
        }
    }
}

/// What a delivery is verified with.
pub(super) enum Keys {
    /// The keys that the endpoint was built with.
    Own,
    Of(Arc<Keyring>),
    None(Box<NoKeys>),
    /// Not known yet: this becomes another one. Boxed once more, since every delivery carries its keys along.
    Asked(Box<Asking>),
}

/// An answer on its way. Nobody is asked before it is polled.
pub(super) type Asking = Pin<Box<dyn Future<Output = Keys> + Send>>;

/// The keys of a tenant, ready to verify with.
pub(super) struct Keyring {
    /// None for an endpoint without tenants.
    tenant: Tenant,
    scheme: SignatureVerifier,
}

/// That there are no keys for a delivery.
pub(super) struct NoKeys {
    /// For whom it claims to be, if that can be a name.
    tenant: Tenant,
    why: Why,
}

enum Why {
    /// There is no such tenant.
    Unknown(&'static str),
    Failed(Arc<SecretSourceError>),
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
    pub(super) const fn new(tenant: Tenant, scheme: SignatureVerifier) -> Self {
        Self { tenant, scheme }
    }
}

impl Keys {
    #[cfg(feature = "testing")]
    pub(super) fn of(tenant: Tenant, scheme: SignatureVerifier) -> Self {
        Self::Of(Arc::new(Keyring::new(tenant, scheme)))
    }

    fn nobody(tenant: Tenant, problem: &'static str) -> Self {
        let why = Why::Unknown(problem);
        Self::None(Box::new(NoKeys { tenant, why }))
    }

    fn failed(tenant: Tenant, error: Arc<SecretSourceError>) -> Self {
        let why = Why::Failed(error);
        Self::None(Box::new(NoKeys { tenant, why }))
    }

    /// For whom the delivery is, or claims to be.
    pub(super) fn tenant(&self) -> &Tenant {
        match self {
            Self::Own | Self::Asked(_) => &Tenant::NONE,
            Self::Of(keyring) => &keyring.tenant,
            Self::None(none) => &none.tenant,
        }
    }

    /// What ends a delivery whose body need not be read: nobody can tell whether it is authentic.
    pub(super) fn failure(&self) -> Option<DeliveryOutcome> {
        match self {
            Self::None(none) => none.failure(),
            Self::Own | Self::Of(_) | Self::Asked(_) => None,
        }
    }

    /// The proof, given the body. `own`: the scheme that the endpoint was built with.
    #[inline]
    pub(super) fn check_signature<'d>(
        &self,
        own: &SignatureVerifier,
        headers: &HeaderMap,
        signed: &mut SignatureHeaders<'_, 'd>,
        body: &'d [u8],
    ) -> Result<Proof, DeliveryOutcome> {
        let scheme = match self {
            Self::Own => own,
            Self::Of(keyring) => &keyring.scheme,
            Self::None(none) => return Err(none.refuse(own, headers, signed, body)),
            Self::Asked(_) => {
                let unanswered = Arc::new(SecretSourceError::TooSlow);
                return Err(DeliveryOutcome::SecretsUnavailable(unanswered));
            }
        };
        scheme
            .check_signature(headers, signed, body)
            .map_err(DeliveryOutcome::Rejected)
    }
}

impl NoKeys {
    fn failure(&self) -> Option<DeliveryOutcome> {
        match &self.why {
            Why::Failed(error) => Some(DeliveryOutcome::SecretsUnavailable(Arc::clone(error))),
            Why::Unknown(_) => None,
        }
    }

    /// For a tenant that does not exist, the same work as for a wrong signature, so that the sender cannot time who is
    /// one. The verdict is for nothing: the key of this scheme is no secret.
    #[cold]
    #[inline(never)]
    fn refuse<'d>(
        &self,
        own: &SignatureVerifier,
        headers: &HeaderMap,
        signed: &mut SignatureHeaders<'_, 'd>,
        body: &'d [u8],
    ) -> DeliveryOutcome {
        match &self.why {
            Why::Failed(error) => DeliveryOutcome::SecretsUnavailable(Arc::clone(error)),
            Why::Unknown(problem) => {
                let _ = black_box(own.check_signature(headers, signed, body));
                DeliveryOutcome::UnknownTenant { problem }
            }
        }
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
