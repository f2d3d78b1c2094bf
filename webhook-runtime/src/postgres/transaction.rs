//! The transaction that marks a delivery as done, as an argument of its handler.
//!
//! A commit whose answer is lost is an error. The row's fencing token resolves it: if the commit took place, the row is
//! done, and later completions are rejected.

use std::fmt;
use std::sync::Arc;

use tokio::sync::OnceCell;
use tokio_postgres::error::Severity;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, SimpleQueryMessage};

use super::connection::{Connection, Connections, Database, SESSION_SETTINGS, within};
use super::error::PostgresError;
use super::{Postgres, row};
use crate::catalog::AnyCatalog;
use crate::inbox::{Completion, Effects, LeaseToken, MissingEffects};
use crate::{BoxError, Delivery, FromDelivery};

/// Transaction that marks a delivery of a [`PostgresInbox`](crate::postgres::PostgresInbox) as done, as an argument of its
/// handler.
///
/// What the handler writes in it is committed if the handler returns `Ok`. It is rolled back if the handler fails, panics,
/// is cancelled or loses its lease to another worker. **The handler therefore has its effect exactly once.** Every other
/// effect happens at least once; pass the [`DeliveryId`](crate::DeliveryId) downstream as an idempotency key.
///
/// ```
/// # #[cfg(feature = "openai")] {
/// use webhook_runtime::openai::BatchCompleted;
/// use webhook_runtime::{BoxError, Event, on, postgres::PostgresTransaction};
///
/// #[on("batch.completed")]
/// async fn completed(event: Event<BatchCompleted>, tx: PostgresTransaction<'_>) -> Result<(), BoxError> {
///     let client = tx.client().await?;
///     client.execute("UPDATE batches SET completed = completed + 1 WHERE id = $1", &[&event.data.id]).await?;
///     Ok(())
/// }
/// # }
/// ```
///
/// A test of a handler gets one from [`PostgresEffects::transaction`].
#[derive(Clone, Copy, Debug)]
pub struct PostgresTransaction<'d> {
    effects: &'d PostgresEffects,
}

impl<'d> PostgresTransaction<'d> {
    /// Returns the connection, in the transaction. The first call begins the transaction: `READ COMMITTED`, with the
    /// server's default `statement_timeout`.
    ///
    /// Leave `COMMIT` and `ROLLBACK` to the inbox. A transaction in which a statement failed cannot be committed, so use a
    /// `SAVEPOINT` for statements that may fail. Session settings of a handler do not reach other handlers.
    ///
    /// # Errors
    /// If no connection is free within 60 seconds, or the database is unreachable.
    pub async fn client(self) -> Result<&'d Client, PostgresError> {
        let begun = self.effects.begun.get_or_try_init(|| self.effects.begin());
        Ok(&begun.await?.connection)
    }
}

/// The kind of these effects: type name of the argument.
const KIND: &str = "PostgresTransaction";

impl<'d> FromDelivery<'d> for PostgresTransaction<'d> {
    type Catalog = AnyCatalog;
    const REQUIRES: Option<&'static str> = Some(KIND);

    fn from_delivery(delivery: &'d Delivery<'d>) -> Result<Self, BoxError> {
        let effects = delivery.effects_as().ok_or(MissingEffects::new(KIND))?;
        Ok(Self { effects })
    }
}

/// Effects of a handler in its [`PostgresTransaction`].
///
/// A [`PostgresInbox`] creates them for each delivery; a test creates them to call a handler. They are rolled back when
/// they are dropped.
///
/// [`PostgresInbox`]: crate::postgres::PostgresInbox
///
/// ```no_run
/// # #[cfg(feature = "openai")] {
/// # use webhook_runtime::openai::BatchCompleted;
/// # use webhook_runtime::{BoxError, Event, on, postgres::PostgresTransaction};
/// # #[on("batch.completed")]
/// # async fn completed(_: Event<BatchCompleted>, _: PostgresTransaction<'_>) -> Result<(), BoxError> { Ok(()) }
/// use webhook_runtime::testing::sample;
/// use webhook_runtime::postgres::{Postgres, PostgresEffects};
///
/// # async fn test() -> Result<(), BoxError> {
/// let database = Postgres::new("postgres://postgres@127.0.0.1/test")?;
/// let effects = PostgresEffects::new(&database)?;
/// completed(sample(), effects.transaction()).await?;
/// let count = effects.transaction().client().await?.query_one("SELECT count(*) FROM batches", &[]).await?;
/// assert_eq!(count.get::<_, i64>(0), 1);
/// effects.roll_back().await?;
/// # Ok(())
/// # }
/// # }
/// ```
pub struct PostgresEffects {
    connections: Arc<Connections>,
    begun: OnceCell<Begun>,
}

/// A transaction that has begun.
struct Begun {
    connection: Connection,
    /// Start of the transaction, as the server reports it. A different one at the end means that the handler has ended the
    /// transaction itself.
    started_at: String,
}

/// SQL expression for the start of the current transaction.
const STARTED_AT: &str = "extract(epoch FROM now())::text";

impl PostgresEffects {
    /// Returns effects in a database. The transaction begins when a handler first uses it.
    ///
    /// # Errors
    /// If the connection pools cannot be created. Does not connect.
    pub fn new(database: &Postgres) -> Result<Self, PostgresError> {
        Ok(Self::on(&database.connections()?))
    }

    pub(super) fn on(connections: &Arc<Connections>) -> Self {
        Self {
            connections: Arc::clone(connections),
            begun: OnceCell::new(),
        }
    }

    /// Returns the argument of a handler.
    #[must_use]
    pub const fn transaction(&self) -> PostgresTransaction<'_> {
        PostgresTransaction { effects: self }
    }

    /// Commits the transaction, if it has begun.
    ///
    /// # Errors
    /// If the commit failed, or its result is unknown.
    pub async fn commit(self) -> Result<(), PostgresError> {
        let Some(begun) = self.begun.into_inner() else {
            return Ok(());
        };
        within(self.connections.call_timeout(), async {
            let sql = format!("SELECT {STARTED_AT} = $1");
            let row = begun
                .connection
                .query_typed(&sql, &[(&begun.started_at, Type::TEXT)])
                .await?;
            match row.first().map(|row| row.try_get(0)).transpose()? {
                Some(true) => {}
                _ => return Err(PostgresError::TransactionEnded),
            }
            begun.connection.batch_execute("COMMIT").await?;
            begun.return_to_pool();
            Ok(())
        })
        .await
    }

    /// Rolls back the transaction, if it has begun.
    ///
    /// # Errors
    /// If the connection broke, in which case the server has rolled back, too.
    pub async fn roll_back(self) -> Result<(), PostgresError> {
        let Some(begun) = self.begun.into_inner() else {
            return Ok(());
        };
        within(self.connections.call_timeout(), async {
            begun.connection.batch_execute("ROLLBACK").await?;
            begun.return_to_pool();
            Ok(())
        })
        .await
    }

    async fn begin(&self) -> Result<Begun, PostgresError> {
        let connection = self.connections.for_transaction().await?;
        let sql = format!("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT {STARTED_AT}");
        let messages = within(self.connections.call_timeout(), async {
            Ok(connection.simple_query(&sql).await?)
        });
        let started_at = messages.await?.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(ToOwned::to_owned),
            _ => None,
        });
        Ok(Begun {
            connection,
            started_at: started_at.ok_or(PostgresError::TransactionEnded)?,
        })
    }

    /// Marks a row as done in the transaction and commits both, if the lease of the row still belongs to this token.
    /// Returns `None` if the transaction has not begun.
    pub(super) async fn complete(
        self,
        database: &Database,
        token: LeaseToken,
        keep: i64,
    ) -> Result<Option<Completion>, BoxError> {
        let Some(begun) = self.begun.into_inner() else {
            return Ok(None);
        };
        let Begun {
            connection,
            started_at,
        } = &begun;
        let timeout = self.connections.call_timeout();
        let sql = database.schema.sql(&format!(
            "SELECT CASE WHEN {STARTED_AT} = $1 THEN
                {{schema}}.complete($2, $3, 'done', $4 * interval '1 microsecond', NULL) END"
        ));
        let fence = row::encode_fence(token.fencing_token);
        // Not a cached statement: the handler may have deallocated it in its session.
        let values: [(&(dyn ToSql + Sync), Type); 4] = [
            (started_at, Type::TEXT),
            (&token.row_id, Type::INT8),
            (&fence, Type::INT8),
            (&keep, Type::INT8),
        ];
        let rows = within(timeout, async {
            Ok(connection.query_typed(&sql, &values).await?)
        });
        // Nothing is committed yet. If this function returns early, the connection is closed and the server rolls back.
        let rows = match rows.await {
            Ok(rows) => rows,
            Err(error) if error.is_rejection() => {
                return Ok(Some(Completion::EffectsFailed(error.into())));
            }
            Err(error) => return Err(error.into()),
        };
        match rows.first().map(|row| row.try_get(0)).transpose()? {
            Some(Some(true)) => {}
            Some(Some(false)) => return Ok(Some(Completion::Lost)),
            _ => {
                let error = PostgresError::TransactionEnded;
                return Ok(Some(Completion::EffectsFailed(error.into())));
            }
        }
        let committed = within(timeout, async {
            match connection.batch_execute("COMMIT").await {
                Ok(()) => Ok(None),
                // An error of the statement itself, such as a deferred constraint: the transaction was rolled back.
                Err(error) if is_statement_error(&error) => Ok(Some(error)),
                // The server is shutting down or the connection broke: the commit may have taken place.
                Err(error) => Err(error.into()),
            }
        });
        match committed.await? {
            None => {
                begun.return_to_pool();
                Ok(Some(Completion::Recorded))
            }
            Some(error) => {
                let error = PostgresError::from(error);
                Ok(Some(Completion::EffectsFailed(error.into())))
            }
        }
    }
}

impl Begun {
    /// Resets the session in the background, then returns the connection to its pool.
    fn return_to_pool(self) {
        drop(tokio::spawn(async move {
            let sql = format!(
                "SET SESSION AUTHORIZATION DEFAULT; RESET ALL; CLOSE ALL; UNLISTEN *; DISCARD TEMP; \
                 DISCARD SEQUENCES; SELECT pg_advisory_unlock_all(); {SESSION_SETTINGS}"
            );
            if self.connection.batch_execute(&sql).await.is_ok() {
                self.connection.return_to_pool();
            }
        }));
    }
}

/// Returns whether the error ended the statement only, not the connection.
fn is_statement_error(error: &tokio_postgres::Error) -> bool {
    error
        .as_db_error()
        .is_some_and(|db_error| db_error.parsed_severity() == Some(Severity::Error))
}

impl Effects for PostgresEffects {
    fn is_empty(&self) -> bool {
        !self.begun.initialized()
    }

    fn kind(&self) -> &'static str {
        KIND
    }
}

impl fmt::Debug for PostgresEffects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresEffects")
            .field("has_begun", &self.begun.initialized())
            .finish_non_exhaustive()
    }
}
