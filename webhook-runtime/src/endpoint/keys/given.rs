//! Secrets that a builder was given, until they are replaced.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::{Keyring, Keys};
use crate::profile::Profile;
use crate::secret::{Secret, SecretError};
use crate::tenant::Tenant;
use crate::verify::SignatureVerifier;

/// The keys of an endpoint whose program has its secrets.
///
/// Those that it was built with stand in the endpoint itself, so that an endpoint whose secrets are never replaced pays
/// for one look at a flag.
pub(in super::super) struct Given {
    /// That of the endpoint, for schemes that sign it.
    url: Box<str>,
    is_replaced: AtomicBool,
    current: RwLock<Option<Arc<Keyring>>>,
}

impl Given {
    pub(in super::super) fn new(url: &str) -> Self {
        Self {
            url: url.into(),
            is_replaced: AtomicBool::new(false),
            current: RwLock::default(),
        }
    }

    #[inline]
    pub(super) fn keys(&self) -> Keys {
        match self.is_replaced.load(Ordering::Acquire) {
            false => Keys::Own,
            true => self.replaced(),
        }
    }

    #[cold]
    fn replaced(&self) -> Keys {
        // A panic elsewhere cannot leave a pointer half written.
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        match &*current {
            Some(keyring) => Keys::Of(Arc::clone(keyring)),
            None => Keys::Own,
        }
    }

    /// All of them, or none if one cannot be right.
    pub(super) fn replace(&self, profile: &Profile, secrets: &[Secret]) -> Result<(), SecretError> {
        let scheme = SignatureVerifier::new(profile, &self.url, secrets)?;
        let keyring = Keyring::new(Tenant::NONE, scheme);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = Some(Arc::new(keyring));
        self.is_replaced.store(true, Ordering::Release);
        Ok(())
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given")
            .field("is_replaced", &self.is_replaced)
            .finish_non_exhaustive()
    }
}
