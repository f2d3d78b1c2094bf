//! [`MemoryStore`]: idempotency store of one process.

use std::collections::VecDeque;
use std::collections::hash_map::{Entry as MapEntry, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::{ClaimResult, DeliveryKey, EndpointNames, FencingToken, LeaseStatus, Store};
use crate::outcome::BoxError;

/// Default number of done deliveries that are remembered: some 20 MB.
const CAPACITY: usize = 100_000;

/// Number of claims between two sweeps of the oldest entries.
const SWEEP_INTERVAL: u64 = 16;
/// Number of entries examined in a sweep: more than were added since the last one.
const SWEEP_SIZE: usize = 32;
/// Number of stale claims in the queue that are tolerated before all of them are removed.
const MAX_STALE_CLAIMS: usize = 1_024;

/// Idempotency store in the memory of this process, for a service of one process and for tests.
///
/// Clones share their entries. A restart forgets them: a delivery that was handled before a restart and is redelivered
/// after it is handled again. Use a database if that matters, or if the service has several processes.
///
/// Bounded: done entries are forgotten when their retention has passed, and the oldest ones when more than the capacity
/// remain. A claim in progress is not forgotten before its lease expires.
///
/// ```
/// # #[cfg(feature = "openai")] {
/// # use webhook_runtime::{Endpoint, Event, WebhookRouter, on, openai::{BatchFailed, OpenAi}};
/// # #[on("batch.failed")]
/// # async fn failed(_: Event<BatchFailed>) {}
/// # #[derive(WebhookRouter)]
/// # #[webhook(provider = OpenAi, handlers(failed))]
/// # struct App;
/// use webhook_runtime::MemoryStore;
///
/// let endpoint = Endpoint::builder(App)
///     .secret("the-secret-of-the-console")
///     .idempotent(MemoryStore::default())
///     .build()
///     .unwrap();
/// # let _ = endpoint;
/// # }
/// ```
#[derive(Clone)]
pub struct MemoryStore {
    entries: Arc<Mutex<Entries>>,
    capacity: usize,
    endpoint_names: EndpointNames,
}

impl MemoryStore {
    /// Creates a store that remembers at most `capacity` done deliveries, and at least one.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            entries: Arc::default(),
            capacity: capacity.max(1),
            endpoint_names: EndpointNames::default(),
        }
    }

    /// Returns the number of entries, done and in progress.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries().map.len()
    }

    /// Returns whether there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        // No code panics between two changes while it has the lock.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn claim_now(&self, key: &DeliveryKey, lease: Duration, now: Instant) -> ClaimResult {
        let mut entries = self.entries();
        let claimed = entries.claim(key.as_str(), after(now, lease), now);
        if let ClaimResult::New(_) = claimed {
            entries.make_room(self.capacity, now);
        }
        claimed
    }
}

impl Default for MemoryStore {
    /// Creates a store that remembers 100,000 done deliveries.
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("len", &self.len())
            .field("capacity", &self.capacity)
            .finish()
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn endpoint_names(&self) -> Option<&EndpointNames> {
        Some(&self.endpoint_names)
    }

    async fn claim(&self, key: &DeliveryKey, lease: Duration) -> Result<ClaimResult, BoxError> {
        Ok(self.claim_now(key, lease, Instant::now()))
    }

    async fn renew(
        &self,
        key: &DeliveryKey,
        token: FencingToken,
        lease: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        let expires_at = after(Instant::now(), lease);
        Ok(match self.entries().get_mut(key, token) {
            Some(entry) if entry.state == State::Held => {
                entry.expires_at = expires_at;
                LeaseStatus::Held
            }
            _ => LeaseStatus::Lost,
        })
    }

    async fn complete(
        &self,
        key: &DeliveryKey,
        token: FencingToken,
        keep: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        let expires_at = after(Instant::now(), keep);
        let mut entries = self.entries();
        let Some(entry) = entries.get_mut(key, token) else {
            return Ok(LeaseStatus::Lost);
        };
        if entry.state == State::Held {
            entry.state = State::Done;
            entry.expires_at = expires_at;
            entries.held -= 1;
        }
        Ok(LeaseStatus::Held)
    }

    async fn release(
        &self,
        key: &DeliveryKey,
        token: FencingToken,
    ) -> Result<LeaseStatus, BoxError> {
        let mut entries = self.entries();
        Ok(match entries.get_mut(key, token) {
            Some(entry) if entry.state == State::Held => {
                entries.forget(key.as_str());
                LeaseStatus::Held
            }
            _ => LeaseStatus::Lost,
        })
    }
}

/// Adds a duration to a time. The duration is capped, so that the addition cannot overflow.
fn after(now: Instant, time: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    now.checked_add(time.min(CENTURY)).unwrap_or(now)
}

#[derive(Debug)]
struct Entry {
    token: FencingToken,
    state: State,
    /// End of the lease or of the retention.
    expires_at: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Held,
    Done,
}

#[derive(Default)]
struct Entries {
    map: HashMap<Arc<str>, Entry>,
    /// Claims, the oldest first. Stale ones belong to entries that were forgotten or claimed again.
    queue: VecDeque<(Arc<str>, FencingToken)>,
    /// Number of entries in progress.
    held: usize,
    /// Number of claims ever made; the source of fencing tokens.
    claims: u64,
}

impl Entries {
    /// Returns the entry of a claim, if the claim is the entry's latest.
    fn get_mut(&mut self, key: &DeliveryKey, token: FencingToken) -> Option<&mut Entry> {
        let entry = self.map.get_mut(key.as_str());
        entry.filter(|entry| entry.token == token)
    }

    /// Claims a key, unless its entry is held or done.
    ///
    /// Hashing a key takes as long as everything else in a claim, so each step hashes it once.
    fn claim(&mut self, key: &str, expires_at: Instant, now: Instant) -> ClaimResult {
        let key = Arc::<str>::from(key);
        let slot = self.map.entry(Arc::clone(&key));
        if let MapEntry::Occupied(entry) = &slot
            && entry.get().expires_at > now
        {
            return match entry.get().state {
                State::Done => ClaimResult::Done,
                State::Held => ClaimResult::InProgress,
            };
        }
        self.claims += 1;
        let token = FencingToken::new(self.claims);
        self.queue.push_back((key, token));
        self.held += 1;
        let entry = Entry {
            token,
            state: State::Held,
            expires_at,
        };
        match slot {
            MapEntry::Occupied(mut slot) => {
                let expired = slot.insert(entry);
                self.uncount(&expired);
            }
            MapEntry::Vacant(slot) => {
                slot.insert(entry);
            }
        }
        ClaimResult::New(token)
    }

    /// Removes an entry.
    fn forget(&mut self, key: &str) {
        if let Some(entry) = self.map.remove(key) {
            self.uncount(&entry);
        }
    }

    /// Subtracts an entry that was removed from the number of entries in progress.
    fn uncount(&mut self, entry: &Entry) {
        if entry.state == State::Held {
            self.held -= 1;
        }
    }

    /// Forgets expired entries, and done ones beyond the capacity: a few at a time, so that no claim waits for a long
    /// sweep.
    fn make_room(&mut self, capacity: usize, now: Instant) {
        let is_full = |entries: &Self| entries.map.len() - entries.held > capacity;
        if !is_full(self) && !self.claims.is_multiple_of(SWEEP_INTERVAL) {
            return;
        }
        for _ in 0..SWEEP_SIZE {
            let is_full = is_full(self);
            let Some((key, token)) = self.queue.pop_front() else {
                return;
            };
            let MapEntry::Occupied(entry) = self.map.entry(key) else {
                continue;
            };
            if entry.get().token != token {
                continue;
            }
            let is_held = entry.get().state == State::Held;
            if entry.get().expires_at <= now || (is_full && !is_held) {
                let entry = entry.remove();
                self.uncount(&entry);
            } else {
                let kept = (Arc::clone(entry.key()), token);
                if !is_held {
                    self.queue.push_front(kept);
                    break;
                }
                self.queue.push_back(kept);
            }
        }
        // The sweep stops at a done entry that is not expired; released claims may have piled up behind it.
        if self.queue.len() > 2 * self.map.len() + MAX_STALE_CLAIMS {
            let map = &self.map;
            self.queue
                .retain(|(key, token)| map.get(key).is_some_and(|entry| entry.token == *token));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn released_claims_behind_a_retained_entry_do_not_accumulate() {
        let (mut entries, now) = (Entries::default(), Instant::now());
        let expires_at = after(now, Duration::from_secs(600));
        entries.claim("done", expires_at, now);
        entries.held -= 1;
        entries.map.get_mut("done").unwrap().state = State::Done;
        for failed in 0..10_000 {
            let key = format!("failed {failed}");
            entries.claim(&key, expires_at, now);
            entries.make_room(100, now);
            entries.forget(&key);
        }
        assert_eq!((entries.map.len(), entries.held), (1, 0));
        let kept = entries.queue.len();
        assert!(kept <= MAX_STALE_CLAIMS + 20, "{kept}");
    }
}
