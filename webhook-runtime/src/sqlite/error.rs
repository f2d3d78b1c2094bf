//! What can go wrong with the file, in words.

use std::path::Path;
use std::sync::Arc;

use rusqlite::ErrorCode;

/// Why the file cannot be used, or something could not be written to it.
///
/// Whatever it is: what was acknowledged before is kept, what ended with an error is not acknowledged, and the next
/// call tries again.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqliteError {
    /// It cannot be opened.
    #[error("`{}` cannot be opened: {problem}", path.display())]
    Open {
        /// The file.
        path: Arc<Path>,
        /// Why not.
        problem: String,
    },
    /// Somebody works it already.
    #[error(
        "`{}` is worked by another process, or by another `SqliteInbox` of this one: end that one first; `SqliteInbox::open_existing` looks in beside it",
        path.display()
    )]
    InUse {
        /// The file.
        path: Arc<Path>,
    },
    /// A later version of this library has made or changed its tables.
    #[error(
        "`{}` has the tables of a later version of webhook-runtime (schema {found}; this one knows {known}): use that version",
        path.display()
    )]
    Newer {
        /// The file.
        path: Arc<Path>,
        /// The version of its schema.
        found: i64,
        /// The latest that this version knows.
        known: i64,
    },
    /// It has no tables of this library yet, or old ones, and was opened to look in only.
    #[error(
        "`{}` has no tables of this version of webhook-runtime (schema {found} of {known}): start the program that works it once, it brings them up to date",
        path.display()
    )]
    Older {
        /// The file.
        path: Arc<Path>,
        /// The version of its schema; 0 if it has none.
        found: i64,
        /// The version that is needed.
        known: i64,
    },
    /// Only who works the file takes deliveries out of it.
    #[error("`{}` was opened to look in: open it with `SqliteInbox::open` to work it", path.display())]
    OnlyLooking {
        /// The file.
        path: Arc<Path>,
    },
    /// The disk is full, or the database has reached its `max_page_count`.
    #[error("there is no room left for `{}`: make room on its disk; it goes on by itself then", path.display())]
    Full {
        /// The file.
        path: Arc<Path>,
    },
    /// Another connection has it for writing.
    #[error(
        "another program has held `{}` for writing for {} seconds: end its transaction",
        path.display(),
        super::connection::BUSY.as_secs()
    )]
    Busy {
        /// The file.
        path: Arc<Path>,
    },
    /// It is not a database, or is damaged.
    #[error("`{}` is damaged, or no database of SQLite ({problem}): put a copy of it in its place", path.display())]
    Damaged {
        /// The file.
        path: Arc<Path>,
        /// What SQLite says.
        problem: String,
    },
    /// It, or its `-wal` beside it, is not where it was opened: what is written now would be lost.
    #[error("`{}` was moved or deleted while it was open: put it back, or start the program anew", path.display())]
    Moved {
        /// The file.
        path: Arc<Path>,
    },
    /// Something that ran in a transaction has ended the transaction itself.
    #[error("an effect has ended the transaction that it ran in: leave out its COMMIT or ROLLBACK")]
    TransactionEnded,
    /// The program's own function has panicked.
    #[error("the function that was given the database has panicked")]
    Panicked,
    /// Its thread has ended.
    #[error("`{}` is being closed", path.display())]
    Closed {
        /// The file.
        path: Arc<Path>,
    },
    /// Anything else that SQLite says.
    #[error("`{}`: {source}", path.display())]
    Failed {
        /// The file.
        path: Arc<Path>,
        /// What SQLite says.
        source: Arc<rusqlite::Error>,
    },
}

impl SqliteError {
    /// What SQLite says of a file.
    pub(super) fn of(path: &Arc<Path>, error: rusqlite::Error) -> Self {
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
