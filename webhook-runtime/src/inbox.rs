//! Deliveries that are stored before they are answered, and handled afterwards: the memory of the inbox mode.
//!
//! An inbox keeps a row for each delivery; `endpoint` puts them there, takes them out again for the handlers, and
//! writes down how these ended. `SqliteInbox` and `PostgresInbox` are behind the features of their databases, `MemoryInbox`
//! is in the kit for tests.
//!
//! # Once
//! What a handler writes in the transaction of its inbox (`SqliteTransaction`, `PostgresTransaction`) is committed with the
//! mark that the delivery is done: the one honest exactly-once. Everything else is at least once, with the delivery's key
//! ([`DeliveryId`](crate::DeliveryId)) handed to the handler for its own calls: a process may die between such a call and
//! the mark.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;

pub use crate::effects::Effects;
use crate::outcome::BoxError;
use crate::store::FencingToken;
pub use crate::stored::{StoredDelivery, StoredDeliveryError};

/// A durable list of deliveries: what [`EndpointBuilder::inbox`](crate::EndpointBuilder::inbox) takes.
///
/// A row is *waiting* until it is due, *running* while a worker has its lease, and then *done* or *dead*.
///
/// # Time
/// All times are those of one clock: the database server's, if there is one.
#[async_trait]
pub trait Inbox: Send + Sync + 'static {
    /// Stores a delivery so that it outlives this process and the machine's power, unless there is a row of its key.
    /// Rows are in the order in which they were put.
    ///
    /// # Errors
    /// If it is not certain that it is stored. The delivery is answered with 503 then.
    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<Enqueued, BoxError>;

    /// What waits and runs for an endpoint.
    ///
    /// # Errors
    /// If the database cannot say.
    async fn backlog(&self, endpoint: &str) -> Result<Backlog, BoxError>;

    /// Takes rows that are due, the longest due first, each for this long; also running ones whose lease has run out.
    ///
    /// An attempt counts from here, not from its end: a delivery that kills whoever handles it would be tried for ever.
    ///
    /// Of several rows with the same [`StoredDelivery::ordering_key`] (and endpoint), it gives the first that is neither done
    /// nor dead, and only if none of them is running.
    ///
    /// # Errors
    /// If the database cannot say.
    async fn lease(
        &self,
        endpoint: &str,
        limit: usize,
        lease: Duration,
    ) -> Result<Vec<Leased>, BoxError>;

    /// Waits until there may be a row to take that was not due before, at most this long. May return too early.
    async fn wait(&self, endpoint: &str, timeout: Duration);

    /// Makes leases last for this long from now on. Gives back those that are lost.
    ///
    /// # Errors
    /// If the database cannot say.
    async fn renew(
        &self,
        tokens: &[LeaseToken],
        lease: Duration,
    ) -> Result<Vec<LeaseToken>, BoxError>;

    /// Writes down how a handler ended, if its row is still this token's (also if its lease has run out, when nobody has
    /// taken it since). With [`Disposition::Done`], what the handler has written is committed in the same transaction; with any
    /// other end it is rolled back.
    ///
    /// # Errors
    /// If it is not certain what was written.
    async fn complete(
        &self,
        token: LeaseToken,
        end: &Disposition,
        effects: Option<Box<dyn Effects>>,
    ) -> Result<Completion, BoxError>;

    /// What a handler may take to write in the transaction that marks its row as done; none if this inbox has no such
    /// thing.
    fn effects(&self) -> Option<Box<dyn Effects>> {
        None
    }

    /// Deletes done rows that are older than they were to be kept, at most this many. How many there were.
    ///
    /// # Errors
    /// If the database cannot say.
    async fn prune(&self, limit: usize) -> Result<usize, BoxError>;

    /// The rows that a filter picks, in the order in which they were put, after this row, at most this many.
    ///
    /// # Errors
    /// If the database cannot say.
    async fn list(
        &self,
        filter: &Filter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Row>, BoxError>;

    /// How many rows a filter picks.
    ///
    /// # Errors
    /// If the database cannot say.
    async fn count(&self, filter: &Filter) -> Result<u64, BoxError>;

    /// How many rows there are of each endpoint and state, and since when the oldest is there.
    ///
    /// # Errors
    /// If the database cannot say.
    async fn summary(&self) -> Result<Vec<StateSummary>, BoxError>;

    /// A row with its delivery and the failures of all its attempts.
    ///
    /// # Errors
    /// If the database cannot say.
    async fn inspect(&self, row: i64) -> Result<Option<RowDetails>, BoxError>;

    /// Makes done and dead rows that a filter picks wait again, due now, with all their retries, at most this many. How
    /// many there were. Their failures stay on record.
    ///
    /// # Errors
    /// If the database cannot say.
    async fn replay(&self, filter: &Filter, limit: usize) -> Result<usize, BoxError>;
}

/// What became of a delivery that was to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Enqueued {
    /// It is stored.
    Stored,
    /// It was stored before, whatever has become of it since.
    Duplicate,
}

/// What an endpoint has not handled yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct Backlog {
    /// How many rows wait or run.
    pub rows: u64,
    /// For how long the oldest of them has been there.
    pub age: Duration,
}

/// A row that a worker has.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct Leased {
    /// What it is finished with.
    pub token: LeaseToken,
    /// How often it was taken before: whoever did not live to say how that ended has tried it, too.
    pub attempts: u32,
    /// The delivery.
    pub delivery: StoredDelivery,
}

/// A worker's right to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct LeaseToken {
    /// The row.
    pub row_id: i64,
    /// Of two tokens of one row, the later one has the greater fence.
    pub fencing_token: FencingToken,
}

/// How a handler ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "inboxes match on all of it")]
pub enum Disposition {
    /// It is done; the row is kept for this long, so that the delivery is known if it comes again.
    Done {
        /// How long.
        keep: Duration,
    },
    /// It failed, and is to be tried again after this time.
    Retry {
        /// After which time.
        after: Duration,
        /// What went wrong.
        error: String,
    },
    /// It failed, and is not tried again until somebody says so.
    Dead {
        /// What went wrong.
        error: String,
    },
}

/// What became of an end.
#[derive(Debug)]
#[allow(clippy::exhaustive_enums, reason = "inboxes make all of it")]
pub enum Completion {
    /// It is written.
    Recorded,
    /// Somebody else has taken the row since; nothing is written.
    Lost,
    /// What the handler wrote cannot be committed; nothing is written.
    EffectsFailed(BoxError),
}

/// Where a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(clippy::exhaustive_enums, reason = "inboxes match on all of it")]
pub enum State {
    /// To be handled when it is due.
    Pending,
    /// With a worker.
    Running,
    /// Handled.
    Done,
    /// Given up.
    Dead,
}

impl State {
    /// All, in the order of a row's life.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Running, Self::Done, Self::Dead];

    /// Its name: `pending`, `running`, `done`, `dead`.
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

/// Which rows. Each part that is said narrows it; none picks all.
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
    /// One of these rows.
    pub rows: Option<Vec<i64>>,
    /// In this state.
    pub state: Option<State>,
    /// Of this endpoint.
    pub endpoint: Option<String>,
    /// Of this tenant.
    pub tenant: Option<String>,
    /// With this id of the delivery.
    pub delivery_id: Option<String>,
    /// With this event type; with `.*` at its end, of this family.
    pub event_type: Option<String>,
    /// Put at this time or later.
    pub since: Option<SystemTime>,
    /// Put before this time.
    pub before: Option<SystemTime>,
}

impl Filter {
    /// All rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One row.
    #[must_use]
    pub fn row(self, row: i64) -> Self {
        self.rows([row])
    }

    /// These rows; none, if there are none. Some hundred at a time.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = i64>) -> Self {
        self.rows = Some(rows.into_iter().collect());
        self
    }

    /// In this state.
    #[must_use]
    pub const fn state(mut self, state: State) -> Self {
        self.state = Some(state);
        self
    }

    /// Of this endpoint.
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Of this tenant.
    #[must_use]
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// With this id of the delivery.
    #[must_use]
    pub fn delivery_id(mut self, id: impl Into<String>) -> Self {
        self.delivery_id = Some(id.into());
        self
    }

    /// With this event type, `batch.failed`; or of this family, `batch.*`.
    #[must_use]
    pub fn event_type(mut self, event_type: impl Into<String>) -> Self {
        self.event_type = Some(event_type.into());
        self
    }

    /// Put at this time or later.
    #[must_use]
    pub const fn since(mut self, time: SystemTime) -> Self {
        self.since = Some(time);
        self
    }

    /// Put before this time.
    #[must_use]
    pub const fn before(mut self, time: SystemTime) -> Self {
        self.before = Some(time);
        self
    }
}

/// A row, without its delivery's headers and body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct Row {
    /// Its number: rows that came later have greater ones.
    pub id: i64,
    /// Where it is.
    pub state: State,
    /// The endpoint.
    pub endpoint: String,
    /// The provider.
    pub provider: String,
    /// The tenant; empty if there are none.
    pub tenant: String,
    /// The sender's id of the delivery.
    pub delivery_id: String,
    /// The type of the event.
    pub event_type: String,
    /// What it is handled in order with.
    pub ordering_key: Option<String>,
    /// How often it was taken since it came or was replayed. One that has no [`Failure`] was not the last word of its
    /// worker: the process died, or lost its lease.
    pub attempts: u32,
    /// When it was put.
    pub enqueued_at: SystemTime,
    /// When it is due, if it waits.
    pub due_at: Option<SystemTime>,
    /// When it was done or given up.
    pub ended_at: Option<SystemTime>,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// A row with all that is known of it.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct RowDetails {
    /// The row.
    pub row: Row,
    /// The delivery.
    pub delivery: StoredDelivery,
    /// What went wrong, the oldest first; also before it was replayed.
    pub failures: Vec<Failure>,
}

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct Failure {
    /// Which attempt, from 1.
    pub attempt: u32,
    /// When it failed.
    pub at: SystemTime,
    /// What went wrong.
    pub error: String,
}

/// How many rows of an endpoint are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "inboxes write it as a literal")]
pub struct StateSummary {
    /// The endpoint.
    pub endpoint: String,
    /// The state.
    pub state: State,
    /// How many.
    pub rows: u64,
    /// When the oldest of them was put.
    pub oldest: SystemTime,
}
