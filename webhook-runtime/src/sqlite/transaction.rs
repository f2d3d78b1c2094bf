//! [`SqliteTransaction`] and [`SqliteEffects`]: what handlers write in the transaction that completes their delivery.
//!
//! Effects are functions that run when the row is completed, not a transaction that is open while the handler runs: SQLite has
//! one writer, and a handler that awaits something would block all writes.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::error::SqliteError;
use crate::catalog::NoEvent;
use crate::inbox::Effects;
use crate::payload::Carries;
use crate::{BoxError, DecodeError, Delivery, FromDelivery};

/// Handler argument that writes in the transaction that completes the delivery: **exactly once**, even if the process
/// crashes.
///
/// Every other side effect of a handler is at least once; pass [`DeliveryId`](crate::DeliveryId) downstream as an idempotency
/// key.
///
/// [`run`](Self::run) takes functions, which run once the handler has succeeded. If one of them fails, none of them has an
/// effect, and the attempt fails with that error. If the handler fails, they do not run.
///
/// A handler cannot read through it, because nothing runs until the handler has ended. A decision that depends on the database
/// belongs into the function. The functions run on the thread that writes: limit them to statements.
///
/// Requires an endpoint with a [`SqliteInbox`](crate::sqlite::SqliteInbox). The tables are the program's own, in the same file;
/// create them with [`SqliteInbox::with_connection`](crate::sqlite::SqliteInbox::with_connection).
///
/// ```
/// # #[cfg(feature = "openai")] {
/// use webhook_runtime::openai::BatchCompleted;
/// use webhook_runtime::sqlite::{SqliteEffects, rusqlite};
/// use webhook_runtime::{Event, on, sqlite::SqliteTransaction};
///
/// #[on("batch.completed")]
/// async fn completed(event: Event<BatchCompleted>, tx: SqliteTransaction<'_>) {
///     tx.run(move |db| db.execute("INSERT INTO batch (id) VALUES (?1)", [event.data.id]));
/// }
///
/// // In a test, a handler is a plain function.
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let db = rusqlite::Connection::open_in_memory().unwrap();
/// db.execute_batch("CREATE TABLE batch (id TEXT PRIMARY KEY)").unwrap();
/// let effects = SqliteEffects::default();
/// completed(Event::new(BatchCompleted { id: "batch_1".into() }), effects.transaction()).await;
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
    /// Adds a function to run in the transaction, after those that were added before.
    ///
    /// The function must leave the transaction open: no `COMMIT` and no `ROLLBACK`. Savepoints are allowed.
    pub fn run<T, E: Into<BoxError>>(
        &self,
        effect: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) {
        let effect = move |db: &Connection| effect(db).map(drop).map_err(Into::into);
        self.effects.lock().push(Box::new(effect));
    }
}

impl fmt::Debug for SqliteTransaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqliteTransaction")
            .field(&self.effects.lock().len())
            .finish()
    }
}

impl<'d> FromDelivery<'d> for SqliteTransaction<'d> {
    type Catalog = NoEvent;
    const CARRIES: Option<Carries> = None;

    fn from_delivery(delivery: &'d Delivery<'d>) -> Result<Self, DecodeError> {
        let effects = delivery.effects().map(|effects| effects as &dyn Any);
        match effects.and_then(<dyn Any>::downcast_ref) {
            Some(effects) => Ok(Self { effects }),
            None => Err(DecodeError::NoTransaction {
                takes: "a `SqliteTransaction` of a `SqliteInbox`",
            }),
        }
    }
}

type Effect = Box<dyn FnOnce(&Connection) -> Result<(), BoxError> + Send>;

/// Functions that a handler added through its [`SqliteTransaction`].
///
/// The inbox creates it for each attempt. A test creates it to call a handler and to [apply](Self::apply) its effects.
#[derive(Default)]
pub struct SqliteEffects(Mutex<Vec<Effect>>);

impl SqliteEffects {
    /// Returns the handler's argument.
    #[must_use]
    pub const fn transaction(&self) -> SqliteTransaction<'_> {
        SqliteTransaction { effects: self }
    }

    /// Runs the functions in the order in which they were added, under one savepoint: if one fails, none of them has an
    /// effect.
    ///
    /// # Errors
    /// The error of the function that failed; [`SqliteError`] if it panicked or ended the enclosing transaction.
    pub fn apply(self, db: &Connection) -> Result<(), BoxError> {
        let effects = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        db.execute_batch("SAVEPOINT webhook_effects")?;
        let run = || effects.into_iter().try_for_each(|effect| effect(db));
        let result = catch_unwind(AssertUnwindSafe(run));
        let result = result.unwrap_or_else(|_| Err(SqliteError::Panicked.into()));
        if db.is_autocommit() {
            // No transaction is open any more. With an error, SQLite rolled it back, as on a full disk; without one, a function
            // executed COMMIT or ROLLBACK.
            return result.and(Err(SqliteError::TransactionEnded.into()));
        }
        if result.is_err() {
            db.execute_batch("ROLLBACK TO webhook_effects")?;
        }
        db.execute_batch("RELEASE webhook_effects")?;
        result
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Effect>> {
        // No code that holds the lock panics between two changes.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Effects for SqliteEffects {
    fn are_there(&self) -> bool {
        !self.lock().is_empty()
    }
}

impl fmt::Debug for SqliteEffects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqliteEffects")
            .field(&self.lock().len())
            .finish()
    }
}
