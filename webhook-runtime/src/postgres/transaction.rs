//! What a handler writes in the transaction that marks its delivery as done.

use std::fmt;
use std::sync::Arc;

use tokio::sync::OnceCell;
use tokio_postgres::error::Severity;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, SimpleQueryMessage};

use super::connection::{Connection, Connections, Database, FOR_ALL, within};
use super::error::PostgresError;
use super::{Postgres, row};
use crate::catalog::AnyCatalog;
use crate::inbox::{Completion, Effects, LeaseToken, MissingEffects};
use crate::{BoxError, Delivery, FromDelivery};

/// With the feature `postgres`: the transaction in which a delivery of a [`PostgresInbox`](crate::postgres::PostgresInbox) will be
/// marked as done, as an argument of its handler.
///
/// What the handler writes in it is committed if it returns `Ok`, and rolled back if it does not, panics, is cancelled or
/// is overtaken by another worker: **it has its effect exactly once**. Everything else that a handler does is
/// at least once, with the delivery's key ([`DeliveryId`](crate::DeliveryId)) for its own calls.
///
/// ```
/// # #[cfg(feature = "openai")] {
/// use webhook_runtime::openai::BatchCompleted;
/// use webhook_runtime::{BoxError, Event, on, postgres::PostgresTransaction};
///
/// #[on("batch.completed")]
/// async fn completed(event: Event<BatchCompleted>, db: PostgresTransaction<'_>) -> Result<(), BoxError> {
///     let db = db.client().await?;
///     db.execute("UPDATE batches SET completed = completed + 1 WHERE id = $1", &[&event.data.id]).await?;
///     Ok(())
/// }
/// # }
/// ```
///
/// In a test, it comes from [`PostgresEffects`].
#[derive(Clone, Copy, Debug)]
pub struct PostgresTransaction<'d> {
    effects: &'d PostgresEffects,
}

impl<'d> PostgresTransaction<'d> {
    /// The connection, in the transaction, which begins with the first call (`READ COMMITTED`, and with the server's own
    /// `statement_timeout`).
    ///
    /// Leave `COMMIT` and `ROLLBACK` to the inbox. For a part that may fail while the rest goes on, take a `SAVEPOINT`:
    /// a transaction with a statement that failed cannot be committed. What a handler sets for its session does not
    /// reach others.
    ///
    /// # Errors
    /// If no connection is free within 60 seconds, or the database is away.
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

/// With the feature `postgres`: what a handler writes in its [`PostgresTransaction`]. A [`PostgresInbox`] makes one for
/// each delivery; a test makes one to call a handler with it.
///
/// Dropped, it is rolled back.
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

struct Begun {
    connection: Connection,
    /// When, as the server says it: a transaction that says something else is another one.
    at: String,
}

const NOW: &str = "extract(epoch FROM now())::text";

impl PostgresEffects {
    /// Effects in a database. Nothing is begun before a handler asks for its transaction.
    ///
    /// # Errors
    /// None that a server has a part in.
    pub fn new(database: &Postgres) -> Result<Self, PostgresError> {
        Ok(Self::on(&database.connections_now()?))
    }

    pub(super) fn on(connections: &Arc<Connections>) -> Self {
        Self {
            connections: Arc::clone(connections),
            begun: OnceCell::new(),
        }
    }

    /// The transaction, for a handler.
    #[must_use]
    pub const fn transaction(&self) -> PostgresTransaction<'_> {
        PostgresTransaction { effects: self }
    }

    /// Commits what was written, if anything was.
    ///
    /// # Errors
    /// If it cannot be committed, or it is not certain that it is.
    pub async fn commit(self) -> Result<(), PostgresError> {
        let Some(begun) = self.begun.into_inner() else {
            return Ok(());
        };
        within(self.connections.deadline(), async {
            let sql = format!("SELECT {NOW} = $1");
            let row = begun
                .connection
                .query_typed(&sql, &[(&begun.at, Type::TEXT)])
                .await?;
            match row.first().map(|row| row.try_get(0)).transpose()? {
                Some(true) => {}
                _ => return Err(PostgresError::TransactionEnded),
            }
            begun.connection.batch_execute("COMMIT").await?;
            begun.leave();
            Ok(())
        })
        .await
    }

    /// Rolls back what was written.
    ///
    /// # Errors
    /// If the connection broke; it is rolled back then, too.
    pub async fn roll_back(self) -> Result<(), PostgresError> {
        let Some(begun) = self.begun.into_inner() else {
            return Ok(());
        };
        within(self.connections.deadline(), async {
            begun.connection.batch_execute("ROLLBACK").await?;
            begun.leave();
            Ok(())
        })
        .await
    }

    async fn begin(&self) -> Result<Begun, PostgresError> {
        let connection = self.connections.transaction().await?;
        let sql = format!("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT {NOW}");
        let said = within(self.connections.deadline(), async {
            Ok(connection.simple_query(&sql).await?)
        });
        let at = said.await?.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(ToOwned::to_owned),
            _ => None,
        });
        Ok(Begun {
            connection,
            at: at.ok_or(PostgresError::TransactionEnded)?,
        })
    }

    /// Marks a row as done in the transaction, and commits it, if the row is still this token's. None if nothing was
    /// begun.
    pub(super) async fn complete(
        self,
        database: &Database,
        token: LeaseToken,
        keep: i64,
    ) -> Result<Option<Completion>, BoxError> {
        let Some(Begun { connection, at }) = self.begun.into_inner() else {
            return Ok(None);
        };
        let deadline = self.connections.deadline();
        let sql = database.schema.sql(&format!(
            "SELECT CASE WHEN {NOW} = $1 THEN
                {{schema}}.complete($2, $3, 'done', $4 * interval '1 microsecond', NULL) END"
        ));
        let fence = row::number_of(token.fencing_token);
        // Statements that were prepared may be gone: it was the handler's session.
        let values: [(&(dyn ToSql + Sync), Type); 4] = [
            (&at, Type::TEXT),
            (&token.row_id, Type::INT8),
            (&fence, Type::INT8),
            (&keep, Type::INT8),
        ];
        let asked = within(deadline, async {
            Ok(connection.query_typed(&sql, &values).await?)
        });
        // Nothing is committed yet, and nothing is when the connection is dropped.
        let rows = match asked.await {
            Ok(rows) => rows,
            Err(error) if error.is_refusal() => {
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
        let committed = tokio::time::timeout(deadline, connection.batch_execute("COMMIT")).await;
        match committed {
            Ok(Ok(())) => {
                Begun { connection, at }.leave();
                Ok(Some(Completion::Recorded))
            }
            // An error of the statement, such as a deferred constraint. With a server that is being stopped, or a
            // connection that breaks, it may be committed all the same.
            Ok(Err(error)) if is_plain(&error) => {
                let error = PostgresError::from(error);
                Ok(Some(Completion::EffectsFailed(error.into())))
            }
            Ok(Err(error)) => Err(PostgresError::from(error).into()),
            Err(_) => Err(PostgresError::Deadline(deadline).into()),
        }
    }
}

impl Begun {
    /// Gives the connection back once it is as it was.
    fn leave(self) {
        drop(tokio::spawn(async move {
            let sql = format!(
                "SET SESSION AUTHORIZATION DEFAULT; RESET ALL; CLOSE ALL; UNLISTEN *; DISCARD TEMP; \
                 DISCARD SEQUENCES; SELECT pg_advisory_unlock_all(); {FOR_ALL}"
            );
            if self.connection.batch_execute(&sql).await.is_ok() {
                self.connection.give_back();
            }
        }));
    }
}

fn is_plain(error: &tokio_postgres::Error) -> bool {
    error
        .as_db_error()
        .is_some_and(|said| said.parsed_severity() == Some(Severity::Error))
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
            .field("is_empty", &self.is_empty())
            .finish()
    }
}
