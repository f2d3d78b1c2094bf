//! Errors of the database, without the values of any row.

use std::fmt;
use std::time::Duration;

use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::error::SqlState;

/// Error of a PostgreSQL database. Contains no value of any row.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum PostgresError {
    /// The URL or the configuration cannot be parsed.
    #[error(
        "invalid PostgreSQL URL or configuration: use `postgres://user:password@host/database`"
    )]
    Url(#[source] tokio_postgres::Error),
    /// The name of the schema is empty, longer than 50 bytes, or contains NUL.
    #[error("invalid schema name {0:?}: use 1 to 50 bytes without NUL")]
    SchemaName(String),
    /// A newer version of this crate has created or changed the schema.
    #[error(
        "the schema {schema:?} has version {found}, this program supports versions up to {known}: it was migrated by a newer webhook-runtime; update this program"
    )]
    NewerSchema {
        /// Name of the schema.
        schema: String,
        /// Version of the schema.
        found: i32,
        /// Latest version that this program supports.
        known: i32,
    },
    /// The schema does not exist or is out of date, and was opened without the right to change it.
    #[error(
        "the schema {schema:?} does not exist or is out of date (version {found} of {known}): start the service that uses it once, which migrates it"
    )]
    OlderSchema {
        /// Name of the schema.
        schema: String,
        /// Version of the schema; 0 if it does not exist.
        found: i32,
        /// Required version.
        known: i32,
    },
    /// The database does not use UTF-8.
    #[error("unsupported database encoding {0}: create the database with the encoding UTF8")]
    Encoding(String),
    /// No connection was free within this time.
    #[error(
        "no free connection to PostgreSQL within {0:?}: all of them are in use; raise `Postgres::max_connections` or `Postgres::max_transactions`"
    )]
    PoolTimeout(Duration),
    /// The server did not answer within this time. The statement may still take effect.
    #[error(
        "no answer from PostgreSQL within {0:?}: the server is unreachable, overloaded or blocked by a lock"
    )]
    Timeout(Duration),
    /// The server rejected a statement. Details that quote rows are left out.
    #[error("PostgreSQL rejected a statement: {message} ({})", code.code())]
    Server {
        /// SQLSTATE code.
        code: SqlState,
        /// Primary message of the server.
        message: String,
    },
    /// The connection cannot be opened, or broke.
    #[error("the connection to PostgreSQL failed")]
    Connection(#[source] tokio_postgres::Error),
    /// A handler has committed or rolled back its transaction.
    #[error(
        "the handler ended its own transaction: leave COMMIT and ROLLBACK to the inbox; use SAVEPOINT for statements that may fail"
    )]
    TransactionEnded,
    /// The effects were created by another inbox.
    #[error(
        "these effects do not belong to a `PostgresInbox`: complete a row with the effects of its own inbox"
    )]
    ForeignEffects,
    /// A row was changed by hand and cannot be decoded.
    #[error("invalid {0} in a row: it was not written by webhook-runtime")]
    Malformed(&'static str),
}

/// Shows the message, because `fn main() -> Result<…>` prints errors by `Debug`.
impl fmt::Debug for PostgresError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PostgresError {
    /// Returns whether the server rejected the statement, so that it certainly had no effect.
    pub(super) const fn is_rejection(&self) -> bool {
        matches!(self, Self::Server { .. })
    }
}

impl From<tokio_postgres::Error> for PostgresError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(db_error) => Self::Server {
                code: db_error.code().clone(),
                message: db_error.message().to_owned(),
            },
            None => Self::Connection(error),
        }
    }
}

/// Converts an error of the pool, which waited this long; `None` if it has no limit.
pub(super) fn from_pool(error: PoolError, waited: Option<Duration>) -> PostgresError {
    let waited = waited.unwrap_or(Duration::MAX);
    match error {
        PoolError::Backend(error) => error.into(),
        PoolError::Timeout(TimeoutType::Wait) => PostgresError::PoolTimeout(waited),
        // The other errors are of closed pools and hooks, which are not used.
        _ => PostgresError::Timeout(waited),
    }
}
