//! Idempotent mode: which deliveries are in progress and which are done, shared by all processes of a service.
//!
//! The endpoint claims a delivery's key after verification and before the handler runs, and completes or releases the
//! claim afterwards. [`MemoryStore`] is for one process; `redis::RedisStore`, `postgres::PostgresStore` and
//! `sqlite::SqliteStore` are behind the features of their databases.
//!
//! # Decisions
//! - **A fencing token is greater than every earlier one of its key**, even after the entry was forgotten. A slow
//!   holder of an old claim can therefore never act for its successor.
//! - **The key contains the endpoint's name**: a provider sends one event to all its endpoints under one id, and two
//!   endpoints that share a store must not mistake each other's deliveries for duplicates.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::outcome::BoxError;

mod memory;

pub use self::memory::MemoryStore;
pub use crate::endpoint_names::EndpointNames;

/// Claims of deliveries, for [`EndpointBuilder::idempotent`](crate::EndpointBuilder::idempotent).
///
/// Implement it for a database of your own, and run `testing::store_contract` against it. [`MemoryStore`] is a small
/// implementation to read.
///
/// # Entries
/// A store has at most one entry for each [`DeliveryKey`]:
///
/// | entry | meaning | next entry |
/// | --- | --- | --- |
/// | none | new | held by [`claim`](Self::claim) |
/// | held | claimed with a lease and a [`FencingToken`] | done by [`complete`](Self::complete); none by [`release`](Self::release), or once the lease has expired |
/// | done | handled | none once its retention has passed |
///
/// [`renew`](Self::renew), `complete` and `release` act only on an entry with the fencing token of the call.
///
/// # Time
/// One clock, shared by all users of the store, decides when leases and retention expire: the server's if there is one.
/// Wall clocks of several machines differ and jump.
///
/// # Cancellation
/// The future of any call is dropped if its request is cancelled. A claim made by a dropped call expires with its
/// lease.
///
/// ```
/// use std::time::Duration;
/// use webhook_runtime::store::{ClaimResult, DeliveryKey, MemoryStore, Store};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let (store, key) = (MemoryStore::default(), DeliveryKey::new("app/openai//msg_1"));
/// let (lease, retention) = (Duration::from_secs(60), Duration::from_secs(3_600));
///
/// let ClaimResult::New(token) = store.claim(&key, lease).await? else { panic!() };
/// assert_eq!(store.claim(&key, lease).await?, ClaimResult::InProgress);
/// let _ = store.complete(&key, token, retention).await?;
/// assert_eq!(store.claim(&key, lease).await?, ClaimResult::Done);
/// # Ok::<(), webhook_runtime::BoxError>(())
/// # }).unwrap();
/// ```
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Claims a key for the duration `lease`, atomically: of several concurrent callers, one gets [`ClaimResult::New`].
    ///
    /// # Errors
    /// If the store does not answer. The endpoint then answers 503.
    async fn claim(&self, key: &DeliveryKey, lease: Duration) -> Result<ClaimResult, BoxError>;

    /// Extends the lease of a held claim: it expires `lease` from now.
    ///
    /// # Errors
    /// If the store does not answer.
    async fn renew(
        &self,
        key: &DeliveryKey,
        token: FencingToken,
        lease: Duration,
    ) -> Result<LeaseStatus, BoxError>;

    /// Marks a claimed key as done for the duration `keep`.
    ///
    /// Succeeds even after the lease has expired, unless the key was claimed again. Idempotent: a caller that did not
    /// receive the answer may repeat the call.
    ///
    /// # Errors
    /// If the store does not answer.
    async fn complete(
        &self,
        key: &DeliveryKey,
        token: FencingToken,
        keep: Duration,
    ) -> Result<LeaseStatus, BoxError>;

    /// Releases a claim, so that the next delivery with this key is new.
    ///
    /// # Errors
    /// If the store does not answer.
    async fn release(
        &self,
        key: &DeliveryKey,
        token: FencingToken,
    ) -> Result<LeaseStatus, BoxError>;

    /// Returns the names of the endpoints that use this handle and its clones. Default: `None`, which allows two
    /// endpoints of one name.
    fn endpoint_names(&self) -> Option<&EndpointNames> {
        None
    }
}

/// Result of [`Store::claim`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimResult {
    /// The caller has claimed the key.
    New(FencingToken),
    /// The delivery was handled before.
    Done,
    /// The key is claimed, and its lease has not expired.
    InProgress,
}

/// Result of [`Store::renew`], [`Store::complete`] and [`Store::release`]: whether the claim was still the caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a lost claim belongs to another caller"]
#[allow(clippy::exhaustive_enums, reason = "stores return every variant")]
pub enum LeaseStatus {
    /// The claim was held by the caller.
    Held,
    /// The claim was released, or its lease expired and the key was claimed again.
    Lost,
}

/// Number of a claim or a lease: of two claims of one key, the later one has the greater number.
///
/// The holder passes it to every later call, so that a slow holder cannot act for its successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FencingToken(u64);

impl FencingToken {
    /// Creates a token from its number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// Identifies a delivery: endpoint, provider, tenant, and the sender's id of the delivery.
///
/// Its text is these four, separated by `/`: `app/openai//msg_1`. Stores treat it as an opaque string; keys that differ
/// in any byte are different keys.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeliveryKey(Box<str>);

impl DeliveryKey {
    /// Creates a key from its text.
    #[must_use]
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// Returns the text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeliveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for DeliveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DeliveryKey").field(&self.0).finish()
    }
}
