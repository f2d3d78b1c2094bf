//! Secrets that somebody is asked for.

use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use http::{HeaderMap, Uri};

use super::super::running::Deadline;
use super::super::tenancy::Tenancy;
use super::cache::{Cache, Seen};
use super::{Asking, Keyring, Keys};
use crate::delivery::{Clock, Timestamp};
use crate::profile::Profile;
use crate::secret::Secret;
use crate::secret::{SecretSource, SecretSourceError};
use crate::tenant::Tenant;
use crate::verify::SignatureVerifier;

/// A source of secrets, and all that makes keys of them.
pub(in super::super) struct Asked {
    pub(in super::super) source: Box<dyn SecretSource>,
    pub(in super::super) tenancy: Option<Tenancy>,
    pub(in super::super) profile: &'static Profile,
    pub(in super::super) url: Box<str>,
    pub(in super::super) deadline: Deadline,
    pub(in super::super) cache: Option<Cache>,
}

/// A tenant's keys; none if there is no such tenant.
pub(super) type Answer = Result<Option<Arc<Keyring>>, Arc<SecretSourceError>>;

const UNKNOWN: &str = "the source of secrets knows no such tenant";

impl Asked {
    #[inline(never)]
    pub(super) fn look_up_in(
        self: &Arc<Self>,
        uri: Option<&Uri>,
        headers: &HeaderMap,
        clock: &dyn Clock,
    ) -> Keys {
        let named = self
            .tenancy
            .as_ref()
            .map(|tenancy| tenancy.name(uri, headers));
        match named {
            None => self.look_up("", clock),
            Some(Ok(name)) => self.look_up(&name, clock),
            Some(Err(problem)) => Keys::nobody(Tenant::NONE, problem),
        }
    }

    /// `name`: empty for an endpoint without tenants.
    pub(super) fn look_up(self: &Arc<Self>, name: &str, clock: &dyn Clock) -> Keys {
        let now = clock.now();
        match self.cache.as_ref().map(|cache| cache.look_up(name, now)) {
            Some(Seen::Known(keyring)) => Keys::Of(keyring),
            Some(Seen::Unknown) => Keys::nobody(Tenant::new(name), UNKNOWN),
            Some(Seen::Not) | None => {
                let (asked, tenant) = (Arc::clone(self), Tenant::new(name));
                let asking: Asking = Box::pin(async move {
                    match asked.answer(&tenant, now).await {
                        Ok(Some(keyring)) => Keys::Of(keyring),
                        Ok(None) => Keys::nobody(tenant, UNKNOWN),
                        Err(error) => Keys::failed(tenant, error),
                    }
                });
                Keys::Asked(Box::new(asking))
            }
        }
    }

    async fn answer(&self, tenant: &Tenant, now: Timestamp) -> Answer {
        let Some(cache) = &self.cache else {
            return self.ask(tenant).await;
        };
        // One that waits for what another has asked has a deadline of its own: the other may go away.
        let mut timer = self.deadline.timer();
        let mut answer = pin!(cache.ask_once(tenant, now, || self.ask(tenant)));
        poll_fn(|cx| match answer.as_mut().poll(cx) {
            Poll::Ready(answer) => Poll::Ready(answer),
            Poll::Pending => timer
                .poll(cx)
                .map(|()| Err(Arc::new(SecretSourceError::TooSlow))),
        })
        .await
    }

    async fn ask(&self, tenant: &Tenant) -> Answer {
        let keyring = self.secrets(tenant).await.and_then(|secrets| {
            if secrets.is_empty() {
                return tenant.name().map(|_| None).ok_or(SecretSourceError::None);
            }
            let scheme = SignatureVerifier::new(self.profile, &self.url, &secrets)
                .map_err(SecretSourceError::Unusable)?;
            Ok(Some(Arc::new(Keyring::new(tenant.clone(), scheme))))
        });
        keyring.map_err(Arc::new)
    }

    /// What the source says, before its deadline.
    async fn secrets(&self, tenant: &Tenant) -> Result<Vec<Secret>, SecretSourceError> {
        let mut timer = self.deadline.timer();
        // Within a block, so that the call itself may panic.
        let mut call = pin!(Some(async { self.source.secrets(tenant).await }));
        poll_fn(|cx| {
            // The source's future is not touched again after a panic, so nothing broken is seen through it.
            let step = AssertUnwindSafe(|| {
                let secrets = match call.as_mut().as_pin_mut().map(|call| call.poll(cx)) {
                    Some(Poll::Ready(secrets)) => secrets.map_err(SecretSourceError::Failed),
                    _ => match timer.poll(cx) {
                        Poll::Ready(()) => Err(SecretSourceError::TooSlow),
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

    /// Asks anew for a tenant's secrets from now on.
    pub(in super::super) fn forget(&self, name: &str) {
        if let Some(cache) = &self.cache {
            cache.forget(name);
        }
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked")
            .field("tenancy", &self.tenancy)
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}
