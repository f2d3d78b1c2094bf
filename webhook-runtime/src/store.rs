//! Which deliveries are being handled and which are done, kept where every process of a service can see it: the
//! memory of the idempotent mode.
//!
//! A store is asked after verification and before the handler, and told how the handler ended; `endpoint` does both.
//! A store for each place stands in `store/`.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::outcome::BoxError;

mod memory;

pub use self::memory::MemoryStore;
pub use crate::endpoint_names::EndpointNames;

/// Remembers which deliveries are in progress and which are done, for
/// [`EndpointBuilder::idempotent`](crate::EndpointBuilder::idempotent).
///
/// Write one for a place of your own, and run `testing::store_contract` against it.
///
/// A store keeps an entry for each key: *held* by a claim with a lease and a [`FencingToken`], or *done*. There is no entry, or
/// it does not count any more, once a claim was released, a lease has run out, or a done entry is older than its time.
///
/// # Time
/// Leases and lifetimes are counted by one clock that all users of the store share: that of the server, if it has one.
/// Wall clocks of several machines differ, and jump.
///
/// # Being dropped
/// Calls are dropped where they wait if their request is given up. What was claimed then is free once its lease has run
/// out.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Claims a delivery for this long, in one step: of many callers at a time, one gets it.
    ///
    /// # Errors
    /// If the store cannot say. The delivery is answered with 503 then.
    async fn claim(&self, key: &DeliveryKey, lease: Duration) -> Result<ClaimResult, BoxError>;

    /// Makes a held claim last for this long from now on.
    ///
    /// # Errors
    /// If the store cannot say.
    async fn renew(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        lease: Duration,
    ) -> Result<LeaseStatus, BoxError>;

    /// Marks a delivery as done, for this long. Also after its lease has run out, if nobody has claimed it since; and
    /// again, if the answer to the first call was lost.
    ///
    /// # Errors
    /// If the store cannot say.
    async fn complete(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        keep: Duration,
    ) -> Result<LeaseStatus, BoxError>;

    /// Gives a claim back, so that the next delivery of this key is new.
    ///
    /// # Errors
    /// If the store cannot say.
    async fn release(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
    ) -> Result<LeaseStatus, BoxError>;

    /// Names of the endpoints that use this handle and its clones. Default: `None`, which allows two endpoints of one name.
    fn endpoint_names(&self) -> Option<&EndpointNames> {
        None
    }
}

/// What a delivery is to a [`Store`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimResult {
    /// It is this caller's to handle.
    New(FencingToken),
    /// It has been handled.
    Done,
    /// Somebody else is handling it.
    InProgress,
}

/// Whether a claim is still its holder's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a claim that is lost is somebody else's"]
#[allow(clippy::exhaustive_enums, reason = "stores make all of it")]
pub enum LeaseStatus {
    /// It is.
    Held,
    /// Its lease ran out, and somebody else has taken it; or it was released.
    Lost,
}

/// The number of a claim: of two claims of one key, the later one has the greater number.
///
/// A holder shows it with everything that it says, so that one which was slow cannot speak for its successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FencingToken(u64);

impl FencingToken {
    /// A fence by its number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// What a delivery is known by: endpoint, provider, tenant, and the sender's id of the delivery.
///
/// Its text is one line of the four, with `/` between them.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeliveryKey(Box<str>);

impl DeliveryKey {
    /// A key by its text.
    #[must_use]
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// Its text, which a store keeps.
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
