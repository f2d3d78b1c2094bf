//! Inbox mode: deliveries are stored before they are acknowledged, and handled afterwards.
//!
//! An [`Inbox`] is a durable queue with one row for each delivery. The endpoint enqueues verified deliveries; its
//! workers lease rows, run handlers and complete the rows. `sqlite::SqliteInbox` and `postgres::PostgresInbox` are
//! behind the features of their databases; `testing::MemoryInbox` is for tests.
//!
//! # Exactly once
//! What a handler writes in the transaction of its inbox (`SqliteTransaction`, `PostgresTransaction`) is committed
//! together with the completion of its row: exactly once. Every other side effect is at least once: if the process
//! crashes after the side effect and before completion is recorded, the delivery runs again. Pass
//! [`DeliveryId`](crate::DeliveryId) downstream as an idempotency key.
//!
//! # Decisions
//! - **An attempt counts when its row is leased**, not when it is completed. A delivery that crashes its process on
//!   every attempt becomes a dead letter instead of crashing the process forever.
//! - **Stored deliveries are not verified again.** They were verified before they were stored, so every process that
//!   can write a row is trusted. Credentials and signatures are not stored.
//! - **A completion is recorded by the worker that ran the handler, and only while its lease token is current.** If it
//!   is unknown whether a commit succeeded, the worker asks for a retry, which the fencing token rejects if the commit
//!   was made.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use crate::outcome::BoxError;
use crate::store::{EndpointNames, FencingToken};

mod effects;
mod stored_delivery;

pub use self::effects::{Effects, MissingEffects};
pub use self::stored_delivery::{StoredDelivery, StoredDeliveryError};

/// Durable queue of deliveries, for [`EndpointBuilder::inbox`](crate::EndpointBuilder::inbox).
///
/// Implement it for a database of your own, and run `testing::inbox_contract` against it. `testing::MemoryInbox` is a
/// small implementation to read.
///
/// # Rows
/// Each delivery is one row, identified by a number and by its [`DeliveryKey`](crate::store::DeliveryKey). Numbers
/// increase in the order of enqueuing and are never reused.
///
/// | state | meaning | next state |
/// | --- | --- | --- |
/// | [`Pending`](State::Pending) | due at a time | `Running` by [`lease`](Self::lease) |
/// | [`Running`](State::Running) | leased by a worker | `Done`, `Pending` or `Dead` by [`complete`](Self::complete); `Running` again by `lease` once the lease has expired |
/// | [`Done`](State::Done) | handled | deleted by [`prune`](Self::prune) once its retention has passed; `Pending` by [`replay`](Self::replay) |
/// | [`Dead`](State::Dead) | dead letter | `Pending` by `replay`; never deleted |
///
/// # Leases
/// Each lease of a row has a [`FencingToken`] greater than those of all earlier leases of that row.
/// [`renew`](Self::renew) and [`complete`](Self::complete) change a row only if it is running and the token is that of
/// its latest lease. An expired lease remains valid until the row is leased again.
///
/// # Ordering
/// Rows of one endpoint with one [`StoredDelivery::ordering_key`] form a lane. At most one row of a lane runs at a
/// time, and rows of a lane run in the order of their numbers: a row is blocked while an earlier one of its lane is
/// pending or running. Done and dead rows block nothing. A replayed row takes its old position in its lane, but waits
/// for a row that is running.
///
/// # Effects
/// An inbox with transactions for handlers returns its own type from [`effects`](Self::effects) for each attempt. The
/// endpoint passes it to the handler's arguments ([`Delivery::effects`](crate::Delivery::effects)), which downcast it
/// in [`FromDelivery`](crate::FromDelivery), and then to `complete`, which commits it together with the row. An inbox
/// rejects effects of another type with an error.
///
/// # Time
/// One clock decides when rows are due and leases expire: the database server's if there is one. Times of different
/// machines are never compared.
///
/// # Cancellation
/// Callers may drop the future of any call. A dropped call must have taken effect completely or not at all.
#[async_trait]
pub trait Inbox: Send + Sync + 'static {
    /// Stores a delivery durably, due now, unless a row with its key exists in any state.
    ///
    /// Returns only after the row would survive a crash of the process and a power failure of the machine.
    ///
    /// # Errors
    /// If it is not certain that the delivery is stored. The endpoint answers 503, and the sender redelivers.
    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<Enqueued, BoxError>;

    /// Returns the number and the age of the endpoint's pending and running rows.
    ///
    /// # Errors
    /// If the database does not answer.
    async fn backlog(&self, endpoint: &str) -> Result<Backlog, BoxError>;

    /// Leases at most `limit` rows of an endpoint for the duration `lease`, those due the longest first: pending rows
    /// that are due, and running rows whose lease has expired. Blocked rows are left out.
    ///
    /// Counts an attempt for each row, so that a delivery that crashes its worker on every attempt becomes a dead
    /// letter eventually.
    ///
    /// # Errors
    /// If the database does not answer.
    async fn lease(
        &self,
        endpoint: &str,
        limit: usize,
        lease: Duration,
    ) -> Result<Vec<Leased>, BoxError>;

    /// Waits until a row of the endpoint may have become leasable, at most for `timeout`. May return early; the caller
    /// then tries to lease.
    async fn wait(&self, endpoint: &str, timeout: Duration);

    /// Extends leases: each expires `lease` from now. Returns the tokens that are no longer valid.
    ///
    /// # Errors
    /// If the database does not answer.
    async fn renew(
        &self,
        tokens: &[LeaseToken],
        lease: Duration,
    ) -> Result<Vec<LeaseToken>, BoxError>;

    /// Records the result of an attempt, if the token is valid.
    ///
    /// With [`Disposition::Done`], `effects` are committed in the same transaction. With every other disposition they
    /// are rolled back.
    ///
    /// # Errors
    /// If it is not certain what was recorded.
    async fn complete(
        &self,
        token: LeaseToken,
        disposition: &Disposition,
        effects: Option<Box<dyn Effects>>,
    ) -> Result<Completion, BoxError>;

    /// Returns an empty set of effects for one attempt, in which the handler can begin its transaction; `None` if this
    /// inbox has no transactions for handlers.
    fn effects(&self) -> Option<Box<dyn Effects>> {
        None
    }

    /// Returns the names of the endpoints that use this handle and its clones. Default: `None`, which allows two
    /// endpoints of one name.
    fn endpoint_names(&self) -> Option<&EndpointNames> {
        None
    }

    /// Deletes at most `limit` done rows whose retention has passed. Returns the number of deleted rows.
    ///
    /// # Errors
    /// If the database does not answer.
    async fn prune(&self, limit: usize) -> Result<usize, BoxError>;

    /// Returns at most `limit` rows that match a filter and whose number is greater than `after`, in the order of their
    /// numbers.
    ///
    /// # Errors
    /// If the database does not answer.
    async fn list(
        &self,
        filter: &Filter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Row>, BoxError>;

    /// Returns the number of rows that match a filter.
    ///
    /// # Errors
    /// If the database does not answer.
    async fn count(&self, filter: &Filter) -> Result<u64, BoxError>;

    /// Returns the number of rows, and the time at which the oldest was enqueued, for each endpoint and state that has
    /// rows.
    ///
    /// # Errors
    /// If the database does not answer.
    async fn summary(&self) -> Result<Vec<StateSummary>, BoxError>;

    /// Returns a row with its delivery and all failed attempts.
    ///
    /// # Errors
    /// If the database does not answer.
    async fn inspect(&self, row_id: i64) -> Result<Option<RowDetails>, BoxError>;

    /// Sets at most `limit` done and dead rows that match a filter to pending, due now, with their attempts reset to
    /// zero. Keeps recorded failures. Returns the number of replayed rows.
    ///
    /// # Errors
    /// If the database does not answer.
    async fn replay(&self, filter: &Filter, limit: usize) -> Result<usize, BoxError>;
}

/// Result of [`Inbox::enqueue`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Enqueued {
    /// The delivery was stored.
    Stored,
    /// A row with the delivery's key exists, in any state.
    Duplicate,
}

/// Number and age of an endpoint's pending and running rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct Backlog {
    /// Number of pending and running rows.
    pub rows: u64,
    /// Time since the oldest of them was enqueued; zero if there are none.
    pub age: Duration,
}

/// Row that a worker has leased.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct Leased {
    /// Token of this lease, for [`Inbox::renew`] and [`Inbox::complete`].
    pub token: LeaseToken,
    /// Number of earlier attempts, including those whose worker crashed.
    pub attempts: u32,
    /// The delivery.
    pub delivery: StoredDelivery,
}

/// Identifies one lease of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct LeaseToken {
    /// Number of the row.
    pub row_id: i64,
    /// Increases with each lease of the row.
    pub fencing_token: FencingToken,
}

/// Result of an attempt, as the worker records it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "inboxes match every variant")]
pub enum Disposition {
    /// The handler succeeded.
    Done {
        /// Retention of the row. While it exists, a redelivery of the same key is a duplicate.
        keep: Duration,
    },
    /// The handler failed, and a retry is scheduled.
    Retry {
        /// Time from now until the row is due.
        after: Duration,
        /// The error.
        error: String,
    },
    /// The handler failed, and no retry is left: the row becomes a dead letter, kept until it is replayed.
    Dead {
        /// The error.
        error: String,
    },
}

/// Result of [`Inbox::complete`].
#[derive(Debug)]
#[allow(clippy::exhaustive_enums, reason = "inboxes return every variant")]
pub enum Completion {
    /// The disposition is recorded.
    Recorded,
    /// The token is no longer valid: the row was leased again or is already completed. Nothing was recorded.
    Lost,
    /// The handler's effects cannot be committed. Nothing was recorded, and the lease is still valid.
    EffectsFailed(BoxError),
}

/// State of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(clippy::exhaustive_enums, reason = "inboxes match every variant")]
pub enum State {
    /// Waits until it is due.
    Pending,
    /// Leased by a worker.
    Running,
    /// Handled.
    Done,
    /// Dead letter: no retry is left.
    Dead,
}

impl State {
    /// All states, in the order of a row's life.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Running, Self::Done, Self::Dead];

    /// Returns the name: `pending`, `running`, `done` or `dead`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }
}

/// Selects rows: a row matches if it satisfies every field that is set. The empty filter matches all rows.
///
/// ```
/// use webhook_runtime::inbox::{Filter, State};
///
/// let dead_batches = Filter::new().state(State::Dead).event_type("batch.*");
/// # let _ = dead_batches;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filter {
    /// Numbers of rows; an empty list matches no row.
    pub rows: Option<Vec<i64>>,
    /// State.
    pub state: Option<State>,
    /// Name of the endpoint.
    pub endpoint: Option<String>,
    /// Tenant; the empty string matches rows without a tenant.
    pub tenant: Option<String>,
    /// Sender's id of the delivery.
    pub delivery_id: Option<String>,
    /// Event type, `batch.failed`; or a family of event types, `batch.*`; `*` matches every type.
    pub event_type: Option<String>,
    /// Enqueued at this time or later.
    pub since: Option<SystemTime>,
    /// Enqueued before this time.
    pub before: Option<SystemTime>,
}

impl Filter {
    /// Returns a filter that matches all rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Matches one row by its number.
    #[must_use]
    pub fn row(self, id: i64) -> Self {
        self.rows([id])
    }

    /// Matches rows by their numbers; an empty list matches no row. Meant for at most some hundred numbers.
    #[must_use]
    pub fn rows(mut self, ids: impl IntoIterator<Item = i64>) -> Self {
        self.rows = Some(ids.into_iter().collect());
        self
    }

    /// Matches rows in a state.
    #[must_use]
    pub const fn state(mut self, state: State) -> Self {
        self.state = Some(state);
        self
    }

    /// Matches rows of an endpoint.
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Matches rows of a tenant.
    #[must_use]
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// Matches rows with the sender's id of the delivery.
    #[must_use]
    pub fn delivery_id(mut self, id: impl Into<String>) -> Self {
        self.delivery_id = Some(id.into());
        self
    }

    /// Matches rows with an event type, `batch.failed`, or of a family of event types, `batch.*`.
    #[must_use]
    pub fn event_type(mut self, event_type: impl Into<String>) -> Self {
        self.event_type = Some(event_type.into());
        self
    }

    /// Matches rows enqueued at this time or later.
    #[must_use]
    pub const fn since(mut self, time: SystemTime) -> Self {
        self.since = Some(time);
        self
    }

    /// Matches rows enqueued before this time.
    #[must_use]
    pub const fn before(mut self, time: SystemTime) -> Self {
        self.before = Some(time);
        self
    }
}

/// Row, without the headers and the body of its delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct Row {
    /// Number of the row; increases in the order of enqueuing.
    pub id: i64,
    /// State.
    pub state: State,
    /// Name of the endpoint.
    pub endpoint: String,
    /// Name of the provider.
    pub provider: String,
    /// Tenant; empty without tenants.
    pub tenant: String,
    /// Sender's id of the delivery.
    pub delivery_id: String,
    /// Event type.
    pub event_type: String,
    /// Ordering key; rows of one endpoint with one key run one after another.
    pub ordering_key: Option<String>,
    /// Number of attempts since the row was enqueued or replayed. An earlier attempt without a [`Failure`] lost its
    /// lease, or its worker crashed.
    pub attempts: u32,
    /// Time at which the row was enqueued.
    pub enqueued_at: SystemTime,
    /// Time at which a pending row is due; `None` in other states.
    pub due_at: Option<SystemTime>,
    /// Time at which the row became done or dead.
    pub ended_at: Option<SystemTime>,
    /// Error of the latest failed attempt.
    pub last_error: Option<String>,
}

/// Row with its delivery and its failed attempts, as [`Inbox::inspect`] returns it.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct RowDetails {
    /// The row.
    pub row: Row,
    /// The delivery.
    pub delivery: StoredDelivery,
    /// Failed attempts, the oldest first, including those before a replay.
    pub failures: Vec<Failure>,
}

/// Failed attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct Failure {
    /// Number of the attempt, from 1; a replay restarts the count.
    pub attempt: u32,
    /// Time at which the failure was recorded.
    pub at: SystemTime,
    /// The error.
    pub error: String,
}

/// Number and age of the rows of one endpoint in one state, as [`Inbox::summary`] returns them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct StateSummary {
    /// Name of the endpoint.
    pub endpoint: String,
    /// State.
    pub state: State,
    /// Number of rows.
    pub rows: u64,
    /// Time at which the oldest of them was enqueued.
    pub oldest: SystemTime,
}
