//! The store of one process.

use std::collections::VecDeque;
use std::collections::hash_map::{Entry as MapEntry, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::{ClaimResult, DeliveryKey, EndpointNames, FencingToken, LeaseStatus, Store};
use crate::outcome::BoxError;

/// How many deliveries are remembered unless said otherwise: some 20 MB.
const CAPACITY: usize = 100_000;

/// At which claims the oldest entries are looked at, and how many of them: more than have come since.
const SWEEP_EVERY: u64 = 16;
const SWEPT: usize = 32;
/// How many claims of entries that are gone are kept before they are all removed.
const MOST_GONE: usize = 1_024;

/// Remembers deliveries in the memory of this process: for a service that is one process, and for tests.
///
/// Clones share their memory. It is gone with the process: a delivery that was handled before a restart and comes again
/// after it is handled again. Where that matters, or there are several processes, take a store that they share.
///
/// Bounded: entries that are too old are forgotten, and if more than the capacity are younger, those that came first.
/// What is in progress is never forgotten.
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
    /// A store that remembers at most this many deliveries that are done; at least one.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            entries: Arc::default(),
            capacity: capacity.max(1),
            endpoint_names: EndpointNames::default(),
        }
    }

    /// How many deliveries are remembered, with those in progress.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries().map.len()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        // Nothing in here panics half-way.
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
    /// A store for 100,000 deliveries.
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
        fence: FencingToken,
        lease: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        let until = after(Instant::now(), lease);
        Ok(match self.entries().of(key, fence) {
            Some(entry) if entry.state == State::Held => {
                entry.until = until;
                LeaseStatus::Held
            }
            _ => LeaseStatus::Lost,
        })
    }

    async fn complete(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        keep: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        let until = after(Instant::now(), keep);
        let mut entries = self.entries();
        let Some(entry) = entries.of(key, fence) else {
            return Ok(LeaseStatus::Lost);
        };
        if entry.state == State::Held {
            entry.state = State::Done;
            entry.until = until;
            entries.held -= 1;
        }
        Ok(LeaseStatus::Held)
    }

    async fn release(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
    ) -> Result<LeaseStatus, BoxError> {
        let mut entries = self.entries();
        Ok(match entries.of(key, fence) {
            Some(entry) if entry.state == State::Held => {
                entries.forget(key.as_str());
                LeaseStatus::Held
            }
            _ => LeaseStatus::Lost,
        })
    }
}

/// For ever, if it is longer than time can be counted.
fn after(now: Instant, time: Duration) -> Instant {
    /// A century.
    const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    now.checked_add(time.min(FOR_EVER)).unwrap_or(now)
}

#[derive(Debug)]
struct Entry {
    fence: FencingToken,
    state: State,
    /// When it does not count any more.
    until: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Held,
    Done,
}

#[derive(Default)]
struct Entries {
    map: HashMap<Arc<str>, Entry>,
    /// The claims of all entries, the oldest first; some are of entries that were forgotten or claimed again since.
    oldest: VecDeque<(Arc<str>, FencingToken)>,
    /// How many are in progress.
    held: usize,
    claims: u64,
}

impl Entries {
    /// A claim's entry, if it is still its own.
    fn of(&mut self, key: &DeliveryKey, fence: FencingToken) -> Option<&mut Entry> {
        let entry = self.map.get_mut(key.as_str());
        entry.filter(|entry| entry.fence == fence)
    }

    // Hashing a key takes as long as all else here, so each step looks it up once.

    fn claim(&mut self, key: &str, until: Instant, now: Instant) -> ClaimResult {
        let key = Arc::<str>::from(key);
        let before = self.map.entry(Arc::clone(&key));
        if let MapEntry::Occupied(entry) = &before
            && entry.get().until > now
        {
            return match entry.get().state {
                State::Done => ClaimResult::Done,
                State::Held => ClaimResult::InProgress,
            };
        }
        self.claims += 1;
        let fence = FencingToken::new(self.claims);
        self.oldest.push_back((key, fence));
        self.held += 1;
        let entry = Entry {
            fence,
            state: State::Held,
            until,
        };
        match before {
            MapEntry::Occupied(mut place) => {
                let before = place.insert(entry);
                self.uncount(&before);
            }
            MapEntry::Vacant(place) => {
                place.insert(entry);
            }
        }
        ClaimResult::New(fence)
    }

    fn forget(&mut self, key: &str) {
        if let Some(entry) = self.map.remove(key) {
            self.uncount(&entry);
        }
    }

    fn uncount(&mut self, entry: &Entry) {
        if entry.state == State::Held {
            self.held -= 1;
        }
    }

    /// Forgets what does not count any more, and what is too much: some at a time, so that nobody waits for a sweep.
    fn make_room(&mut self, capacity: usize, now: Instant) {
        let is_full = |entries: &Self| entries.map.len() - entries.held > capacity;
        if !is_full(self) && !self.claims.is_multiple_of(SWEEP_EVERY) {
            return;
        }
        for _ in 0..SWEPT {
            let is_full = is_full(self);
            let Some((key, fence)) = self.oldest.pop_front() else {
                return;
            };
            let MapEntry::Occupied(entry) = self.map.entry(key) else {
                continue;
            };
            if entry.get().fence != fence {
                continue;
            }
            let is_held = entry.get().state == State::Held;
            if entry.get().until <= now || (is_full && !is_held) {
                let entry = entry.remove();
                self.uncount(&entry);
            } else {
                let kept = (Arc::clone(entry.key()), fence);
                if !is_held {
                    self.oldest.push_front(kept);
                    break;
                }
                self.oldest.push_back(kept);
            }
        }
        // Behind one that is young there may be any number that failed.
        if self.oldest.len() > 2 * self.map.len() + MOST_GONE {
            let map = &self.map;
            self.oldest
                .retain(|(key, fence)| map.get(key).is_some_and(|entry| entry.fence == *fence));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_behind_a_young_one_leaves_nothing_behind() {
        let (mut entries, now) = (Entries::default(), Instant::now());
        let until = after(now, Duration::from_secs(600));
        entries.claim("done", until, now);
        entries.held -= 1;
        entries.map.get_mut("done").unwrap().state = State::Done;
        for failed in 0..10_000 {
            let key = format!("failed {failed}");
            entries.claim(&key, until, now);
            entries.make_room(100, now);
            entries.forget(&key);
        }
        assert_eq!((entries.map.len(), entries.held), (1, 0));
        let kept = entries.oldest.len();
        assert!(kept <= MOST_GONE + 20, "{kept}");
    }
}
