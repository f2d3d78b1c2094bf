//! Keys from a secret source, for each tenant.

use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::{HeaderMap, Uri};

use super::cache::{Cache, Cached};
use super::keyring::Keyring;
use super::lookup::{Keys, PendingKeys};
use super::single_flight::KeyResult;
use crate::delivery::{Clock, Timestamp};
use crate::endpoint::ingress::Tenancy;
use crate::endpoint::running::timer::Timer;
use crate::profile::Profile;
use crate::secret::{Secret, SecretSource, SecretSourceError};
use crate::tenant::Tenant;
use crate::verify::SignatureVerifier;

/// A secret source, with the settings that its secrets are turned into keys with.
pub(in crate::endpoint) struct DynamicKeys {
    pub(in crate::endpoint) source: Box<dyn SecretSource>,
    /// `None`: the endpoint has no tenants.
    pub(in crate::endpoint) tenancy: Option<Tenancy>,
    pub(in crate::endpoint) profile: &'static Profile,
    /// The endpoint's URL, for schemes that sign it.
    pub(in crate::endpoint) url: Box<str>,
    pub(in crate::endpoint) timeout: Option<Duration>,
    pub(in crate::endpoint) cache: Option<Cache>,
}

const UNKNOWN: &str = "the secret source has no such tenant";

impl DynamicKeys {
    #[inline(never)]
    pub(super) fn look_up_in(
        self: &Arc<Self>,
        uri: Option<&Uri>,
        headers: &HeaderMap,
        clock: &dyn Clock,
    ) -> Keys {
        let name = self
            .tenancy
            .as_ref()
            .map(|tenancy| tenancy.name(uri, headers));
        match name {
            None => self.look_up("", clock),
            Some(Ok(name)) => self.look_up(&name, clock),
            Some(Err(problem)) => Keys::unknown_tenant(Tenant::NONE, problem),
        }
    }

    /// Looks up the keys of a tenant. `name`: empty for an endpoint without tenants.
    pub(super) fn look_up(self: &Arc<Self>, name: &str, clock: &dyn Clock) -> Keys {
        let now = clock.now();
        match self.cache.as_ref().map(|cache| cache.look_up(name, now)) {
            Some(Cached::Keyring(keyring)) => Keys::Keyring(keyring),
            Some(Cached::UnknownTenant) => Keys::unknown_tenant(Tenant::new(name), UNKNOWN),
            Some(Cached::Miss) | None => {
                let (keys, tenant) = (Arc::clone(self), Tenant::new(name));
                let pending: PendingKeys = Box::pin(async move {
                    match keys.fetch_or_join(&tenant, now).await {
                        Ok(Some(keyring)) => Keys::Keyring(keyring),
                        Ok(None) => Keys::unknown_tenant(tenant, UNKNOWN),
                        Err(error) => Keys::source_failed(tenant, error),
                    }
                });
                Keys::Pending(Box::new(pending))
            }
        }
    }

    async fn fetch_or_join(&self, tenant: &Tenant, now: Timestamp) -> KeyResult {
        let Some(cache) = &self.cache else {
            return self.fetch(tenant).await;
        };
        // A delivery that waits for another one's call has a timeout of its own, because the other may be dropped.
        let mut timer = Timer::new(self.timeout);
        let mut result = pin!(cache.get_or_fetch(tenant, now, || self.fetch(tenant)));
        poll_fn(|cx| match result.as_mut().poll(cx) {
            Poll::Ready(result) => Poll::Ready(result),
            Poll::Pending => timer
                .poll(cx)
                .map(|()| Err(Arc::new(SecretSourceError::TimedOut))),
        })
        .await
    }

    async fn fetch(&self, tenant: &Tenant) -> KeyResult {
        let keyring = self.call_source(tenant).await.and_then(|secrets| {
            if secrets.is_empty() {
                return tenant
                    .name()
                    .map(|_| None)
                    .ok_or(SecretSourceError::NoSecrets);
            }
            let verifier = SignatureVerifier::new(self.profile, &self.url, &secrets)
                .map_err(SecretSourceError::Invalid)?;
            Ok(Some(Arc::new(Keyring::new(tenant.clone(), verifier))))
        });
        keyring.map_err(Arc::new)
    }

    /// Calls the source, which may fail, hang or panic.
    async fn call_source(&self, tenant: &Tenant) -> Result<Vec<Secret>, SecretSourceError> {
        let mut timer = Timer::new(self.timeout);
        // In a block, because the call itself may panic, too.
        let mut call = pin!(Some(async { self.source.secrets(tenant).await }));
        poll_fn(|cx| {
            // The future is not polled again after a panic, so that no broken state is observed through it.
            let step = AssertUnwindSafe(|| {
                let secrets = match call.as_mut().as_pin_mut().map(|call| call.poll(cx)) {
                    Some(Poll::Ready(secrets)) => secrets.map_err(SecretSourceError::Failed),
                    _ => match timer.poll(cx) {
                        Poll::Ready(()) => Err(SecretSourceError::TimedOut),
                        Poll::Pending => return Poll::Pending,
                    },
                };
                // Dropped here, where a panic is caught.
                call.set(None);
                Poll::Ready(secrets)
            });
            catch_unwind(step).unwrap_or(Poll::Ready(Err(SecretSourceError::Panicked)))
        })
        .await
    }

    pub(super) fn forget(&self, tenant: &str) {
        if let Some(cache) = &self.cache {
            cache.forget(tenant);
        }
    }
}

impl fmt::Debug for DynamicKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicKeys")
            .field("tenancy", &self.tenancy)
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}
