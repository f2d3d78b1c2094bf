//! The right to work a file, which one process has.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::error::SqliteError;

/// Held until it is dropped or its process dies, however it dies: the system keeps it.
///
/// It is SQLite's own lock on an empty database beside the file, `…-lock`: it works wherever SQLite does, within one
/// process too, and leaves the file itself free for who looks in.
#[derive(Debug)]
pub(super) struct WorkingLock {
    _held: Mutex<Connection>,
}

impl WorkingLock {
    pub(super) fn take(path: &Arc<Path>) -> Result<Self, SqliteError> {
        let mut beside = path.as_os_str().to_owned();
        beside.push("-lock");
        let take = || {
            let db = Connection::open(&beside)?;
            // Who is refused is told at once.
            db.busy_timeout(Duration::ZERO)?;
            // No file of its own beside the lock.
            db.pragma_update_and_check(None, "journal_mode", "memory", |_| Ok(()))?;
            db.execute_batch("BEGIN EXCLUSIVE")?;
            Ok(db)
        };
        match take() {
            Ok(db) => Ok(Self {
                _held: Mutex::new(db),
            }),
            Err(error) => Err(refused(path, &error)),
        }
    }
}

fn refused(path: &Arc<Path>, error: &rusqlite::Error) -> SqliteError {
    let path = Arc::clone(path);
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => SqliteError::InUse { path },
        _ => SqliteError::Open {
            path,
            problem: format!("the lock beside it: {error}"),
        },
    }
}
