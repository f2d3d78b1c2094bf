//! What can be wrong with a database.

use std::time::Duration;

use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::error::SqlState;

/// Why PostgreSQL could not do what it was asked. Holds no value of any row.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PostgresError {
    /// The URL, or the configuration, cannot be read.
    #[error("this is neither a URL nor a configuration of PostgreSQL")]
    Url(#[source] tokio_postgres::Error),
    /// The name of the schema.
    #[error("a schema cannot be named {0:?}: take 1 to 50 bytes, without NUL")]
    SchemaName(String),
    /// A newer version of this crate has made the schema.
    #[error(
        "the schema {schema:?} has version {found}, which a newer version of webhook-runtime has made; the newest known here is {known}: update this program"
    )]
    NewerSchema {
        /// Its name.
        schema: String,
        /// The version that it has.
        found: i32,
        /// The version that this program knows.
        known: i32,
    },
    /// There is no such schema yet, or an old one, and it was opened to look in only.
    #[error(
        "the database has no schema {schema:?} of this version of webhook-runtime (version {found} of {known}): start the program that works it once, it brings the schema up to date"
    )]
    OlderSchema {
        /// Its name.
        schema: String,
        /// The version that it has; 0 if there is none.
        found: i32,
        /// The version that is needed.
        known: i32,
    },
    /// The database keeps its texts in another encoding.
    #[error("the database has the encoding {0}: create one with the encoding UTF8")]
    Encoding(String),
    /// No connection was free.
    #[error(
        "all connections to PostgreSQL were in use for {0:?}: allow more, see `Postgres::connections` and `Postgres::transactions`"
    )]
    Busy(Duration),
    /// There was no answer. What was asked may still come to be.
    #[error("PostgreSQL did not answer within {0:?}")]
    Deadline(Duration),
    /// The server said no. Its details, which quote rows, are left out.
    #[error("PostgreSQL said: {message} ({})", code.code())]
    Server {
        /// The kind of error.
        code: SqlState,
        /// What it said.
        message: String,
    },
    /// The connection failed.
    #[error("the connection to PostgreSQL failed")]
    Connection(#[source] tokio_postgres::Error),
    /// A handler has committed or rolled back the transaction that it was lent.
    #[error(
        "the handler has ended its transaction itself: leave COMMIT and ROLLBACK to the inbox, and use savepoints for a part that may fail"
    )]
    TransactionEnded,
    /// A transaction of another inbox.
    #[error("this is not the transaction of a `PostgresInbox`")]
    ForeignEffects,
    /// A row cannot be read.
    #[error("the {0} of a row cannot be read: it was not written by webhook-runtime")]
    Malformed(&'static str),
}

impl PostgresError {
    /// Whether the server itself refused: what was asked has not come to be.
    pub(super) const fn is_refusal(&self) -> bool {
        matches!(self, Self::Server { .. })
    }
}

impl From<tokio_postgres::Error> for PostgresError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(said) => Self::Server {
                code: said.code().clone(),
                message: said.message().to_owned(),
            },
            None => Self::Connection(error),
        }
    }
}

/// By an error of the pool, and how long it waited.
pub(super) fn of_pool(error: PoolError, waited: Duration) -> PostgresError {
    match error {
        PoolError::Backend(error) => error.into(),
        PoolError::Timeout(TimeoutType::Wait) => PostgresError::Busy(waited),
        // Closed pools and hooks are not used.
        _ => PostgresError::Deadline(waited),
    }
}
