//! The lock of the process that owns a file.
//!
//! It is SQLite's own lock on an empty database beside the file, `…-lock`. So it needs no other crate, works on every system
//! that SQLite works on and between handles of one process, and leaves the file itself free for inspection. The operating
//! system releases it when the process ends, so no process has to guess from a clock whether another one is alive.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::error::SqliteError;

/// Exclusive ownership of a file. Released when it is dropped or the process ends.
#[derive(Debug)]
pub(super) struct InboxLock {
    _connection: Mutex<Connection>,
}

impl InboxLock {
    pub(super) fn acquire(path: &Arc<Path>) -> Result<Self, SqliteError> {
        let mut lock_path = path.as_os_str().to_owned();
        lock_path.push("-lock");
        let acquire = || {
            let db = Connection::open(&lock_path)?;
            // Fails at once if the lock is held.
            db.busy_timeout(Duration::ZERO)?;
            // Creates no journal file beside the lock file.
            db.pragma_update_and_check(None, "journal_mode", "memory", |_| Ok(()))?;
            db.execute_batch("BEGIN EXCLUSIVE")?;
            Ok(db)
        };
        match acquire() {
            Ok(db) => Ok(Self {
                _connection: Mutex::new(db),
            }),
            Err(error) => Err(lock_error(path, &error)),
        }
    }
}

fn lock_error(path: &Arc<Path>, error: &rusqlite::Error) -> SqliteError {
    let path = Arc::clone(path);
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => SqliteError::InUse { path },
        _ => SqliteError::Open {
            path,
            problem: format!("cannot lock the `-lock` file beside it: {error}"),
        },
    }
}
