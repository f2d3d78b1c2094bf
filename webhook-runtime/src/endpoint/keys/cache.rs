//! Cache of tenants' keys.
//!
//! Entries are ready to verify with. The map is not that of a crate, because it needs all of this:
//!
//! - separate limits for tenants and unknown names, because invented names must not evict tenants;
//! - a lifetime by the endpoint's clock, which does not become longer if the clock is set back;
//! - removal of one tenant;
//! - one lookup for all deliveries that wait for it.
//!
//! `moka` brings a dozen crates; `quick_cache` and `lru` have no lifetimes.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use super::keyring::Keyring;
use super::single_flight::{KeyResult, SingleFlight};
use crate::delivery::Timestamp;
use crate::tenant::Tenant;

/// Maximum number of tenants: some 6 MB of keys.
const MAX_TENANTS: usize = 10_000;

/// Maximum number of names that are not tenants, and the number of seconds that they are kept at most. Any client can
/// invent names, so they have a map of their own; and a new tenant must not be rejected for long.
const MAX_UNKNOWN: usize = 1_000;
const MAX_UNKNOWN_SECONDS: u64 = 5;

/// The cached result for a tenant.
pub(super) enum Cached {
    Keyring(Arc<Keyring>),
    UnknownTenant,
    Miss,
}

/// Results of a secret source, kept for a time. Failures are not cached.
pub(in crate::endpoint) struct Cache {
    /// Lifetime of an entry in seconds.
    lifetime: u64,
    entries: RwLock<Entries>,
}

#[derive(Default)]
struct Entries {
    keyrings: HashMap<Tenant, (Timestamp, Arc<Keyring>)>,
    unknown: HashMap<Tenant, Timestamp>,
    /// Lookups in progress, each until its result is cached or no delivery waits for it.
    in_flight: HashMap<Tenant, Arc<SingleFlight>>,
}

/// A delivery that waits for a lookup.
struct Waiter<'c> {
    cache: &'c Cache,
    tenant: &'c Tenant,
    flight: Arc<SingleFlight>,
}

impl Cache {
    pub(in crate::endpoint) fn new(lifetime: Duration) -> Self {
        Self {
            lifetime: lifetime.as_secs(),
            entries: RwLock::default(),
        }
    }

    pub(super) fn look_up(&self, name: &str, now: Timestamp) -> Cached {
        let entries = self.read();
        if let Some((since, keyring)) = entries.keyrings.get(name)
            && is_fresh(*since, now, self.lifetime)
        {
            return Cached::Keyring(Arc::clone(keyring));
        }
        match entries.unknown.get(name) {
            Some(since) if is_fresh(*since, now, self.unknown_lifetime()) => Cached::UnknownTenant,
            _ => Cached::Miss,
        }
    }

    /// Returns the result of a lookup that runs once for all deliveries that need it at the same time.
    pub(super) async fn get_or_fetch<F: Future<Output = KeyResult>>(
        &self,
        tenant: &Tenant,
        now: Timestamp,
        fetch: impl FnOnce() -> F,
    ) -> KeyResult {
        // Looked up a second time, because another delivery may have cached it since.
        match self.look_up(tenant.as_str(), now) {
            Cached::Keyring(keyring) => return Ok(Some(keyring)),
            Cached::UnknownTenant => return Ok(None),
            Cached::Miss => {}
        }
        let waiter = self.join(tenant);
        let (cache, fetcher) = (self, &waiter);
        let fetch = || async move {
            let result = fetch().await;
            cache.insert(fetcher, &result, now);
            result
        };
        waiter.flight.run(fetch).await
    }

    /// Joins the tenant's lookup, or starts one.
    fn join<'c>(&'c self, tenant: &'c Tenant) -> Waiter<'c> {
        let mut entries = self.write();
        let flight = entries.in_flight.entry(tenant.clone()).or_default();
        Waiter {
            cache: self,
            tenant,
            flight: Arc::clone(flight),
        }
    }

    /// Caches a result, unless the tenant was forgotten meanwhile. No delivery joins the lookup any more.
    fn insert(&self, waiter: &Waiter<'_>, result: &KeyResult, now: Timestamp) {
        let mut entries = self.write();
        if !entries.is_current(waiter) {
            return;
        }
        let tenant = waiter.tenant;
        entries.in_flight.remove(tenant);
        match result {
            Ok(Some(keyring)) => {
                entries.unknown.remove(tenant);
                entries.make_room(tenant, |since| is_fresh(since, now, self.lifetime));
                let entry = (now, Arc::clone(keyring));
                entries.keyrings.insert(tenant.clone(), entry);
            }
            Ok(None) => {
                entries.keyrings.remove(tenant);
                let lifetime = self.unknown_lifetime();
                if entries.unknown.len() >= MAX_UNKNOWN {
                    entries
                        .unknown
                        .retain(|_, since| is_fresh(*since, now, lifetime));
                }
                if entries.unknown.len() < MAX_UNKNOWN {
                    entries.unknown.insert(tenant.clone(), now);
                }
            }
            Err(_) => {}
        }
    }

    pub(super) fn forget(&self, name: &str) {
        let mut entries = self.write();
        entries.keyrings.remove(name);
        entries.unknown.remove(name);
        // Deliveries that wait for it get the result; it is not cached.
        entries.in_flight.remove(name);
    }

    fn unknown_lifetime(&self) -> u64 {
        self.lifetime.min(MAX_UNKNOWN_SECONDS)
    }

    // No code panics while it has the lock, so a poisoned one contains nothing half changed.

    fn read(&self) -> RwLockReadGuard<'_, Entries> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Entries> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    /// Returns whether the waiter's lookup is still the one in progress for its tenant.
    fn is_current(&self, waiter: &Waiter<'_>) -> bool {
        self.in_flight
            .get(waiter.tenant)
            .is_some_and(|flight| Arc::ptr_eq(flight, &waiter.flight))
    }

    fn make_room(&mut self, tenant: &Tenant, is_fresh: impl Fn(Timestamp) -> bool) {
        if self.keyrings.len() < MAX_TENANTS || self.keyrings.contains_key(tenant) {
            return;
        }
        self.keyrings.retain(|_, (since, _)| is_fresh(*since));
        if self.keyrings.len() >= MAX_TENANTS
            && let Some(any) = self.keyrings.keys().next().cloned()
        {
            self.keyrings.remove(&any);
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let mut entries = self.cache.write();
        // One reference in the map, one here: joining needs the lock, so no other waiter exists.
        if Arc::strong_count(&self.flight) == 2 && entries.is_current(self) {
            entries.in_flight.remove(self.tenant);
        }
    }
}

/// Returns whether an entry is younger than its lifetime. The clock may be set back: an entry from the future is not fresh.
fn is_fresh(since: Timestamp, now: Timestamp, seconds: u64) -> bool {
    since <= now && now.as_second().abs_diff(since.as_second()) < seconds
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::secret::{Secret, SecretEncoding};
    use crate::verify::SignatureVerifier;

    const NOW: Timestamp = Timestamp::from_second(1_000);

    /// Caches this result for a name.
    fn fill(cache: &Cache, name: &str, result: KeyResult, now: Timestamp) {
        let tenant = Tenant::new(name);
        let lookup = pin!(cache.get_or_fetch(&tenant, now, || ready(result)));
        let polled = lookup.poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Ready(Ok(_))));
    }

    fn keyring() -> Option<Arc<Keyring>> {
        let secrets = [Secret::new("c2VjcmV0")];
        let scheme =
            SignatureVerifier::standard_webhooks(&secrets, SecretEncoding::Base64).unwrap();
        let keyring = Keyring::new(Tenant::new("any"), scheme);
        Some(Arc::new(keyring))
    }

    #[test]
    fn entries_are_bounded() {
        let cache = Cache::new(Duration::from_secs(60));
        let keyring = keyring();
        for number in 0..MAX_TENANTS + 10 {
            fill(
                &cache,
                &format!("tenant-{number}"),
                Ok(keyring.clone()),
                NOW,
            );
            fill(&cache, &format!("invented-{number}"), Ok(None), NOW);
        }
        let entries = cache.read();
        assert_eq!(entries.keyrings.len(), MAX_TENANTS);
        assert_eq!(entries.unknown.len(), MAX_UNKNOWN);
        assert_eq!(entries.in_flight.len(), 0);
    }

    #[test]
    fn expired_entries_are_evicted() {
        let cache = Cache::new(Duration::from_secs(60));
        let keyring = keyring();
        for number in 0..MAX_TENANTS {
            fill(
                &cache,
                &format!("tenant-{number}"),
                Ok(keyring.clone()),
                NOW,
            );
        }
        for number in 0..MAX_UNKNOWN {
            fill(&cache, &format!("invented-{number}"), Ok(None), NOW);
        }
        let later = Timestamp::from_second(1_060);
        fill(&cache, "late", Ok(keyring), later);
        fill(&cache, "invented-late", Ok(None), later);
        assert!(matches!(cache.look_up("late", later), Cached::Keyring(_)));
        assert!(matches!(
            cache.look_up("invented-late", later),
            Cached::UnknownTenant
        ));
        let entries = cache.read();
        assert_eq!((entries.keyrings.len(), entries.unknown.len()), (1, 1));
    }

    #[test]
    fn tenant_is_cached_as_known_or_unknown_but_not_both() {
        let cache = Cache::new(Duration::from_secs(60));
        fill(&cache, "acme", Ok(None), NOW);
        let later = Timestamp::from_second(1_005);
        fill(&cache, "acme", Ok(keyring()), later);
        assert!(matches!(cache.look_up("acme", later), Cached::Keyring(_)));
        let last = Timestamp::from_second(1_065);
        fill(&cache, "acme", Ok(None), last);
        assert!(matches!(cache.look_up("acme", last), Cached::UnknownTenant));
        let entries = cache.read();
        assert_eq!((entries.keyrings.len(), entries.unknown.len()), (0, 1));
    }

    #[test]
    fn dropped_lookup_is_removed() {
        let cache = Cache::new(Duration::from_secs(60));
        let tenant = Tenant::new("acme");
        {
            let lookup = pin!(cache.get_or_fetch(&tenant, NOW, std::future::pending::<KeyResult>));
            let _ = lookup.poll(&mut Context::from_waker(Waker::noop()));
            assert_eq!(cache.read().in_flight.len(), 1);
        }
        assert_eq!(cache.read().in_flight.len(), 0);
    }
}
