//! The store of one process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::{Claimed, DeliveryKey, Fence, Holding, Store};
use crate::outcome::BoxError;

/// How many deliveries are remembered unless said otherwise: some 15 MB.
const CAPACITY: usize = 100_000;

/// How many are remembered before anybody looks for some that can be forgotten.
const FIRST_SWEEP: usize = 1_024;

/// Remembers deliveries in the memory of this process: for a service that is one process, and for tests.
///
/// Clones share their memory. It is gone with the process: a delivery that was handled before a restart and comes again
/// after it is handled again. Where that matters, or there are several processes, take a store that they share.
///
/// Bounded: entries that are too old are forgotten, and if more than the capacity are younger, those that were done
/// first. What is in progress is never forgotten.
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
}

impl MemoryStore {
    /// A store that remembers at most this many deliveries that are done; at least one.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            entries: Arc::default(),
            capacity: capacity.max(1),
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

    fn claim_now(&self, key: &DeliveryKey, lease: Duration, now: Instant) -> Claimed {
        let mut entries = self.entries();
        match entries.map.get(key) {
            Some(entry) if entry.until > now => match entry.state {
                State::Done(_) => return Claimed::Done,
                State::Held => return Claimed::InProgress,
            },
            _ => {}
        }
        entries.make_room(self.capacity, now);
        let fence = entries.next_fence();
        let entry = Entry {
            fence,
            state: State::Held,
            until: after(now, lease),
        };
        entries.map.insert(key.clone(), entry);
        Claimed::New(fence)
    }

    fn change(
        &self,
        key: &DeliveryKey,
        fence: Fence,
        change: impl FnOnce(&mut Entry) -> Holding,
    ) -> Holding {
        match self.entries().map.get_mut(key) {
            Some(entry) if entry.fence == fence => change(entry),
            _ => Holding::Lost,
        }
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
    async fn claim(&self, key: &DeliveryKey, lease: Duration) -> Result<Claimed, BoxError> {
        Ok(self.claim_now(key, lease, Instant::now()))
    }

    async fn renew(
        &self,
        key: &DeliveryKey,
        fence: Fence,
        lease: Duration,
    ) -> Result<Holding, BoxError> {
        let until = after(Instant::now(), lease);
        Ok(self.change(key, fence, |entry| match entry.state {
            State::Held => {
                entry.until = until;
                Holding::Held
            }
            State::Done(_) => Holding::Lost,
        }))
    }

    async fn complete(
        &self,
        key: &DeliveryKey,
        fence: Fence,
        keep: Duration,
    ) -> Result<Holding, BoxError> {
        let now = Instant::now();
        Ok(self.change(key, fence, |entry| {
            if matches!(entry.state, State::Held) {
                entry.state = State::Done(now);
                entry.until = after(now, keep);
            }
            Holding::Held
        }))
    }

    async fn release(&self, key: &DeliveryKey, fence: Fence) -> Result<Holding, BoxError> {
        let mut entries = self.entries();
        Ok(match entries.map.get(key) {
            Some(entry) if entry.fence == fence && matches!(entry.state, State::Held) => {
                entries.map.remove(key);
                Holding::Held
            }
            _ => Holding::Lost,
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
    fence: Fence,
    state: State,
    /// When it does not count any more.
    until: Instant,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Held,
    /// Since when.
    Done(Instant),
}

struct Entries {
    map: HashMap<DeliveryKey, Entry>,
    claims: u64,
    /// How many entries there may be before the next sweep: so each new one pays for a bounded share of it.
    next_sweep: usize,
}

impl Default for Entries {
    fn default() -> Self {
        Self {
            map: HashMap::new(),
            claims: 0,
            next_sweep: FIRST_SWEEP,
        }
    }
}

impl Entries {
    fn next_fence(&mut self) -> Fence {
        self.claims += 1;
        Fence::new(self.claims)
    }

    /// Forgets what does not count any more, and what is too much.
    fn make_room(&mut self, capacity: usize, now: Instant) {
        if self.map.len() < self.next_sweep.min(capacity) {
            return;
        }
        self.map.retain(|_, entry| entry.until > now);
        let done = |entry: &Entry| match entry.state {
            State::Done(since) => Some(since),
            State::Held => None,
        };
        let mut times: Vec<Instant> = self.map.values().filter_map(done).collect();
        if times.len() >= capacity {
            // An eighth at a time, so that the next ones find room without a sweep of their own.
            let too_many = times.len() - capacity + 1 + capacity / 8;
            let last = too_many.min(times.len()) - 1;
            let (_, &mut newest, _) = times.select_nth_unstable(last);
            self.map
                .retain(|_, entry| done(entry).is_none_or(|since| since > newest));
        }
        self.next_sweep = (self.map.len() * 2).max(FIRST_SWEEP);
    }
}
