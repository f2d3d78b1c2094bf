//! What a handler writes into the file of its inbox.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::error::SqliteError;
use crate::catalog::AnyCatalog;
use crate::inbox::{Effects, MissingEffects};
use crate::{BoxError, Delivery, FromDelivery};

/// The transaction in which a delivery will be marked as done, as an argument of a handler: what a handler writes in it
/// is there **exactly once**, whatever dies when. Everything else that a handler does is at least once, with the delivery's
/// key ([`DeliveryId`](crate::DeliveryId)) for its own calls.
///
/// It takes functions, and runs them when the handler has succeeded: in one transaction with the mark. If one of them
/// fails, all of them leave nothing, and the delivery has failed with that error. If the handler fails, they are not
/// run.
///
/// Not while the handler runs: SQLite lets one transaction write at a time, and a handler that waits for something else
/// would keep all others waiting. So what a handler has to *read* for its decision, it reads in the function too. The
/// functions run on the thread that writes: keep them to statements.
///
/// It needs an endpoint with a [`SqliteInbox`](crate::sqlite::SqliteInbox). The tables are the program's own, in the same file;
/// [`SqliteInbox::with_connection`](crate::sqlite::SqliteInbox::with_connection) makes them.
///
/// ```
/// # #[cfg(all(feature = "openai", feature = "testing"))] {
/// use webhook_runtime::openai::BatchCompleted;
/// use webhook_runtime::sqlite::{SqliteEffects, SqliteTransaction, rusqlite};
/// use webhook_runtime::testing::sample;
/// use webhook_runtime::{Event, on};
///
/// #[on("batch.completed")]
/// async fn completed(event: Event<BatchCompleted>, tx: SqliteTransaction<'_>) {
///     tx.run(move |db| db.execute("INSERT INTO batch (id) VALUES (?1)", [event.data.id]));
/// }
///
/// // A handler is a plain function, also in a test.
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let db = rusqlite::Connection::open_in_memory().unwrap();
/// db.execute_batch("CREATE TABLE batch (id TEXT PRIMARY KEY)").unwrap();
/// let effects = SqliteEffects::default();
/// completed(sample(), effects.transaction()).await;
/// effects.apply(&db).unwrap();
/// let count: i64 = db.query_row("SELECT count(*) FROM batch", [], |row| row.get(0)).unwrap();
/// assert_eq!(count, 1);
/// # });
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct SqliteTransaction<'d> {
    effects: &'d SqliteEffects,
}

impl SqliteTransaction<'_> {
    /// Has this run in the transaction, after those that were given before it.
    ///
    /// It must leave the transaction open: no `COMMIT`, no `ROLLBACK`; savepoints of its own are fine.
    pub fn run<T, E: Into<BoxError>>(
        &self,
        effect: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) {
        let effect = move |db: &Connection| effect(db).map(drop).map_err(Into::into);
        self.effects.kept().push(Box::new(effect));
    }
}

impl fmt::Debug for SqliteTransaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqliteTransaction")
            .field(&self.effects.kept().len())
            .finish()
    }
}

/// The kind of these effects: type name of the argument.
const KIND: &str = "SqliteTransaction";

impl<'d> FromDelivery<'d> for SqliteTransaction<'d> {
    type Catalog = AnyCatalog;
    const REQUIRES: Option<&'static str> = Some(KIND);

    fn from_delivery(delivery: &'d Delivery<'d>) -> Result<Self, BoxError> {
        let effects = delivery.effects_as().ok_or(MissingEffects::new(KIND))?;
        Ok(Self { effects })
    }
}

type Effect = Box<dyn FnOnce(&Connection) -> Result<(), BoxError> + Send>;

/// What a handler wants to have written: the inbox keeps it while the handler runs; make one in a test.
#[derive(Default)]
pub struct SqliteEffects(Mutex<Vec<Effect>>);

impl SqliteEffects {
    /// What the handler takes.
    #[must_use]
    pub const fn transaction(&self) -> SqliteTransaction<'_> {
        SqliteTransaction { effects: self }
    }

    /// Runs all that was given, in its order: all of it, or nothing if one of them fails.
    ///
    /// # Errors
    /// That of the one that failed. If it has panicked, or has ended a transaction that is not its own,
    /// [`SqliteError`].
    pub fn apply(self, db: &Connection) -> Result<(), BoxError> {
        let effects = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        db.execute_batch("SAVEPOINT webhook_effects")?;
        let run = || effects.into_iter().try_for_each(|effect| effect(db));
        let result = catch_unwind(AssertUnwindSafe(run));
        let result = result.unwrap_or_else(|_| Err(SqliteError::Panicked.into()));
        if db.is_autocommit() {
            // SQLite rolls back everything when the disk is full; whoever ends a transaction has said that all is well.
            return result.and(Err(SqliteError::TransactionEnded.into()));
        }
        if result.is_err() {
            db.execute_batch("ROLLBACK TO webhook_effects")?;
        }
        db.execute_batch("RELEASE webhook_effects")?;
        result
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Effect>> {
        // Nothing in here panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Effects for SqliteEffects {
    fn is_empty(&self) -> bool {
        self.kept().is_empty()
    }

    fn kind(&self) -> &'static str {
        KIND
    }
}

impl fmt::Debug for SqliteEffects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqliteEffects")
            .field(&self.kept().len())
            .finish()
    }
}
