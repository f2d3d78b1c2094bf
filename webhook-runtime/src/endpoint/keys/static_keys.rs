//! Keys from the secrets that the builder received, until they are replaced.
//!
//! The program replaces its secrets on the endpoint, not through a source: the endpoint's profile and URL check them and
//! make keys of them once.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::keyring::Keyring;
use super::lookup::Keys;
use crate::profile::Profile;
use crate::secret::{Secret, SecretError};
use crate::tenant::Tenant;
use crate::verify::SignatureVerifier;

/// The keys of an endpoint whose program has its secrets.
///
/// The first keys are a field of the endpoint itself, so that an endpoint whose secrets are never replaced pays for one
/// load of a flag.
pub(in crate::endpoint) struct StaticKeys {
    /// The endpoint's URL, for schemes that sign it.
    url: Box<str>,
    is_replaced: AtomicBool,
    replacement: RwLock<Option<Arc<Keyring>>>,
}

impl StaticKeys {
    pub(in crate::endpoint) fn new(url: &str) -> Self {
        Self {
            url: url.into(),
            is_replaced: AtomicBool::new(false),
            replacement: RwLock::default(),
        }
    }

    #[inline]
    pub(super) fn current(&self) -> Keys {
        match self.is_replaced.load(Ordering::Acquire) {
            false => Keys::BuiltIn,
            true => self.replacement(),
        }
    }

    #[cold]
    fn replacement(&self) -> Keys {
        // A panic elsewhere cannot leave a pointer half written.
        let replacement = self
            .replacement
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        match &*replacement {
            Some(keyring) => Keys::Keyring(Arc::clone(keyring)),
            None => Keys::BuiltIn,
        }
    }

    /// Replaces all secrets. If one is invalid, the earlier ones stay.
    pub(super) fn replace(&self, profile: &Profile, secrets: &[Secret]) -> Result<(), SecretError> {
        let verifier = SignatureVerifier::new(profile, &self.url, secrets)?;
        let keyring = Keyring::new(Tenant::NONE, verifier);
        let mut replacement = self
            .replacement
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *replacement = Some(Arc::new(keyring));
        self.is_replaced.store(true, Ordering::Release);
        Ok(())
    }
}

impl fmt::Debug for StaticKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticKeys")
            .field("is_replaced", &self.is_replaced)
            .finish_non_exhaustive()
    }
}
