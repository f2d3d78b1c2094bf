//! [`SqliteError`]: why the file cannot be used.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::ErrorCode;

/// Time for which a write waits for the write lock of another connection.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Error of a [`SqliteInbox`](crate::sqlite::SqliteInbox) or a [`SqliteStore`](crate::sqlite::SqliteStore).
///
/// No error loses what was acknowledged before. A change that ended with an error is not acknowledged. Later calls try
/// again, and succeed once the cause is gone.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SqliteError {
    /// The file cannot be opened.
    #[error("cannot open `{}`: {problem}", path.display())]
    Open {
        /// The file.
        path: Arc<Path>,
        /// The cause.
        problem: String,
    },
    /// Another process, or another inbox of this process, owns the file.
    #[error(
        "`{}` is in use by another process or another `SqliteInbox` of this one: a file has one owner at a time; stop the other one first, or inspect the file with `SqliteInbox::open_existing`",
        path.display()
    )]
    InUse {
        /// The file.
        path: Arc<Path>,
    },
    /// A later version of this crate created or migrated the tables.
    #[error(
        "`{}` has schema version {found}, and this program supports up to version {known}: a later version of webhook-runtime has migrated it; upgrade this program",
        path.display()
    )]
    NewerSchema {
        /// The file.
        path: Arc<Path>,
        /// Version of the file's schema.
        found: i64,
        /// Latest version that this crate supports.
        known: i64,
    },
    /// The file was opened for inspection, and its tables are missing or of an earlier version.
    #[error(
        "`{}` has schema version {found} instead of {known}: inspection does not migrate it; start the program that owns it once, which does",
        path.display()
    )]
    OlderSchema {
        /// The file.
        path: Arc<Path>,
        /// Version of the file's schema; 0 without tables of this crate.
        found: i64,
        /// Version that is required.
        known: i64,
    },
    /// The inbox was opened for inspection and cannot lease rows.
    #[error(
        "cannot lease rows of `{}`: it was opened for inspection; open it with `SqliteInbox::open`",
        path.display()
    )]
    InspectionOnly {
        /// The file.
        path: Arc<Path>,
    },
    /// The disk is full, or the database has reached its `max_page_count`.
    #[error(
        "no space left for `{}`: its disk is full, or its `max_page_count` is reached; free space, and the next write succeeds",
        path.display()
    )]
    Full {
        /// The file.
        path: Arc<Path>,
    },
    /// Another connection holds the write lock.
    #[error(
        "cannot write `{}`: another connection has held its write lock for {} seconds; end its transaction",
        path.display(),
        BUSY_TIMEOUT.as_secs()
    )]
    Busy {
        /// The file.
        path: Arc<Path>,
    },
    /// The file is damaged, or is not a SQLite database.
    #[error(
        "`{}` is damaged or not a SQLite database: {problem}; restore it from a backup",
        path.display()
    )]
    Damaged {
        /// The file.
        path: Arc<Path>,
        /// SQLite's message.
        problem: String,
    },
    /// The file or its `-wal` file is no longer at its path: later writes would be lost.
    #[error(
        "`{}` or its `-wal` file was moved or deleted while it was open: later writes would be lost; put it back, or restart the program",
        path.display()
    )]
    Moved {
        /// The file.
        path: Arc<Path>,
    },
    /// A function that ran in a transaction ended the transaction.
    #[error(
        "a function ended the transaction in which it ran: it executed COMMIT or ROLLBACK; remove that statement"
    )]
    TransactionEnded,
    /// A function of the program panicked.
    #[error("a function that was given the database panicked: see the panic message")]
    Panicked,
    /// The thread that owns the connection has ended.
    #[error("`{}` is being closed: its last handle was dropped", path.display())]
    Closed {
        /// The file.
        path: Arc<Path>,
    },
    /// Any other error of SQLite.
    #[error("SQLite failed on `{}`: {source}", path.display())]
    Failed {
        /// The file.
        path: Arc<Path>,
        /// SQLite's error.
        source: Arc<rusqlite::Error>,
    },
}

/// Shows the message, because `fn main() -> Result<…>` prints errors by `Debug`.
impl fmt::Debug for SqliteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl SqliteError {
    /// Classifies an error of SQLite.
    pub(super) fn new(path: &Arc<Path>, error: rusqlite::Error) -> Self {
        let path = Arc::clone(path);
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged {
                path,
                problem: error.to_string(),
            },
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
                Self::Open {
                    path,
                    problem: error.to_string(),
                }
            }
            _ => Self::Failed {
                path,
                source: Arc::new(error),
            },
        }
    }
}
