//! The keys of tenants, remembered for a time.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use super::Keyring;
use super::asked::Answer;
use super::flight::Flight;
use crate::delivery::Timestamp;
use crate::tenant::Tenant;

/// How many tenants are remembered: some 6 MB of keys.
const MAX_KNOWN: usize = 10_000;

/// How many names are remembered that are no tenant's, and for how many seconds at most. Anybody can think of names, so
/// they have a place of their own, and a new tenant is not told for long that it is none.
const MAX_UNKNOWN: usize = 1_000;
const MAX_SECONDS_UNKNOWN: u64 = 5;

/// What is remembered of a tenant.
pub(super) enum Seen {
    Known(Arc<Keyring>),
    /// There is no such tenant.
    Unknown,
    Not,
}

/// Answers of the source, for a time. Failures are never among them.
pub(in super::super) struct Cache {
    /// In seconds.
    time: u64,
    entries: RwLock<Entries>,
}

#[derive(Default)]
struct Entries {
    known: HashMap<Tenant, (Timestamp, Arc<Keyring>)>,
    unknown: HashMap<Tenant, Timestamp>,
    /// The questions on their way, each until its answer is there or nobody waits for it.
    flights: HashMap<Tenant, Arc<Flight>>,
}

/// Somebody who waits for an answer.
struct Passenger<'c> {
    cache: &'c Cache,
    tenant: &'c Tenant,
    flight: Arc<Flight>,
}

impl Cache {
    pub(in super::super) fn new(time: Duration) -> Self {
        Self {
            time: time.as_secs(),
            entries: RwLock::default(),
        }
    }

    pub(super) fn look_up(&self, name: &str, now: Timestamp) -> Seen {
        let entries = self.read();
        if let Some((since, keyring)) = entries.known.get(name)
            && is_fresh(*since, now, self.time)
        {
            return Seen::Known(Arc::clone(keyring));
        }
        match entries.unknown.get(name) {
            Some(since) if is_fresh(*since, now, self.time_unknown()) => Seen::Unknown,
            _ => Seen::Not,
        }
    }

    /// The answer to a question that is asked once for all who want it at the same time.
    pub(super) async fn ask_once<F: Future<Output = Answer>>(
        &self,
        tenant: &Tenant,
        now: Timestamp,
        ask: impl FnOnce() -> F,
    ) -> Answer {
        // What came in while this one was on its way to here.
        match self.look_up(tenant.as_str(), now) {
            Seen::Known(keyring) => return Ok(Some(keyring)),
            Seen::Unknown => return Ok(None),
            Seen::Not => {}
        }
        let passenger = self.board(tenant);
        let (cache, asker) = (self, &passenger);
        let ask = || async move {
            let answer = ask().await;
            cache.remember(asker, &answer, now);
            answer
        };
        passenger.flight.answer(ask).await
    }

    fn board<'c>(&'c self, tenant: &'c Tenant) -> Passenger<'c> {
        let mut entries = self.write();
        let flight = entries.flights.entry(tenant.clone()).or_default();
        Passenger {
            cache: self,
            tenant,
            flight: Arc::clone(flight),
        }
    }

    /// Keeps an answer, unless it was forgotten before it came. From here on nobody boards.
    fn remember(&self, passenger: &Passenger<'_>, answer: &Answer, now: Timestamp) {
        let mut entries = self.write();
        if !entries.has(passenger) {
            return;
        }
        let tenant = passenger.tenant;
        entries.flights.remove(tenant);
        match answer {
            Ok(Some(keyring)) => {
                entries.unknown.remove(tenant);
                entries.make_room_for_known(tenant, |since| is_fresh(since, now, self.time));
                let entry = (now, Arc::clone(keyring));
                entries.known.insert(tenant.clone(), entry);
            }
            Ok(None) => {
                entries.known.remove(tenant);
                let time = self.time_unknown();
                if entries.unknown.len() >= MAX_UNKNOWN {
                    entries
                        .unknown
                        .retain(|_, since| is_fresh(*since, now, time));
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
        entries.known.remove(name);
        entries.unknown.remove(name);
        // Who waits for it gets the answer; it is not remembered.
        entries.flights.remove(name);
    }

    fn time_unknown(&self) -> u64 {
        self.time.min(MAX_SECONDS_UNKNOWN)
    }

    // Nothing panics while it holds the lock, so nothing is half changed.

    fn read(&self) -> RwLockReadGuard<'_, Entries> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Entries> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    /// Whether this one's question is still the one that is on its way.
    fn has(&self, passenger: &Passenger<'_>) -> bool {
        self.flights
            .get(passenger.tenant)
            .is_some_and(|flight| Arc::ptr_eq(flight, &passenger.flight))
    }

    fn make_room_for_known(&mut self, tenant: &Tenant, is_fresh: impl Fn(Timestamp) -> bool) {
        if self.known.len() < MAX_KNOWN || self.known.contains_key(tenant) {
            return;
        }
        self.known.retain(|_, (since, _)| is_fresh(*since));
        if self.known.len() >= MAX_KNOWN
            && let Some(any) = self.known.keys().next().cloned()
        {
            self.known.remove(&any);
        }
    }
}

impl Drop for Passenger<'_> {
    fn drop(&mut self) {
        let mut entries = self.cache.write();
        // One in the map, one here: boarding needs the lock, so nobody else can have another.
        if Arc::strong_count(&self.flight) == 2 && entries.has(self) {
            entries.flights.remove(self.tenant);
        }
    }
}

/// By a clock that may be set back: what comes from the future is not fresh.
fn is_fresh(since: Timestamp, now: Timestamp, seconds: u64) -> bool {
    since <= now && now.as_second().abs_diff(since.as_second()) < seconds
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("time", &self.time)
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

    /// Remembers this answer for a name.
    fn fill(cache: &Cache, name: &str, answer: Answer, now: Timestamp) {
        let tenant = Tenant::new(name);
        let asking = pin!(cache.ask_once(&tenant, now, || ready(answer)));
        let answered = asking.poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(answered, Poll::Ready(Ok(_))));
    }

    fn keyring() -> Option<Arc<Keyring>> {
        let secrets = [Secret::new("c2VjcmV0")];
        let scheme =
            SignatureVerifier::standard_webhooks(&secrets, SecretEncoding::Base64).unwrap();
        let keyring = Keyring::new(Tenant::new("any"), scheme);
        Some(Arc::new(keyring))
    }

    #[test]
    fn no_more_are_remembered_than_there_is_room_for() {
        let cache = Cache::new(Duration::from_secs(60));
        let keyring = keyring();
        for number in 0..MAX_KNOWN + 10 {
            fill(
                &cache,
                &format!("tenant-{number}"),
                Ok(keyring.clone()),
                NOW,
            );
            fill(&cache, &format!("invented-{number}"), Ok(None), NOW);
        }
        let entries = cache.read();
        assert_eq!(entries.known.len(), MAX_KNOWN);
        assert_eq!(entries.unknown.len(), MAX_UNKNOWN);
        assert_eq!(entries.flights.len(), 0);
    }

    #[test]
    fn what_is_no_longer_fresh_makes_room() {
        let cache = Cache::new(Duration::from_secs(60));
        let keyring = keyring();
        for number in 0..MAX_KNOWN {
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
        assert!(matches!(cache.look_up("late", later), Seen::Known(_)));
        assert!(matches!(
            cache.look_up("invented-late", later),
            Seen::Unknown
        ));
        let entries = cache.read();
        assert_eq!((entries.known.len(), entries.unknown.len()), (1, 1));
    }

    #[test]
    fn a_tenant_is_known_or_unknown_but_not_both() {
        let cache = Cache::new(Duration::from_secs(60));
        fill(&cache, "acme", Ok(None), NOW);
        let later = Timestamp::from_second(1_005);
        fill(&cache, "acme", Ok(keyring()), later);
        assert!(matches!(cache.look_up("acme", later), Seen::Known(_)));
        let last = Timestamp::from_second(1_065);
        fill(&cache, "acme", Ok(None), last);
        assert!(matches!(cache.look_up("acme", last), Seen::Unknown));
        let entries = cache.read();
        assert_eq!((entries.known.len(), entries.unknown.len()), (0, 1));
    }

    #[test]
    fn a_question_that_nobody_waits_for_leaves_nothing_behind() {
        let cache = Cache::new(Duration::from_secs(60));
        let tenant = Tenant::new("acme");
        {
            let asking = pin!(cache.ask_once(&tenant, NOW, std::future::pending::<Answer>));
            let _ = asking.poll(&mut Context::from_waker(Waker::noop()));
            assert_eq!(cache.read().flights.len(), 1);
        }
        assert_eq!(cache.read().flights.len(), 0);
    }
}
