//! Connections to the file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};

use super::error::{BUSY_TIMEOUT, SqliteError};
use super::file_identity;

/// Size to which the write-ahead log is truncated after a checkpoint, in bytes.
const JOURNAL_SIZE_LIMIT: i64 = 64 << 20;

/// Number of prepared statements kept for reuse.
const STATEMENT_CACHE: usize = 64;

/// Creates the file if it is missing, and returns its canonical path: every path to a file leads to the same lock beside it.
pub(super) fn create(path: &Path) -> Result<Arc<Path>, SqliteError> {
    let failed = |problem: String| SqliteError::Open {
        path: Arc::from(path),
        problem,
    };
    if path == Path::new(":memory:") {
        let problem = "a database in memory does not outlive the process; give the path of a file";
        return Err(failed(problem.to_owned()));
    }
    file_identity::create(path).map_err(|error| failed(error.to_string()))?;
    resolve(path)
}

/// Returns the canonical path of an existing file.
pub(super) fn resolve(path: &Path) -> Result<Arc<Path>, SqliteError> {
    let path: PathBuf = path.canonicalize().map_err(|error| SqliteError::Open {
        path: Arc::from(path),
        problem: error.to_string(),
    })?;
    Ok(Arc::from(path))
}

/// Opens a connection whose commits are durable when they return.
pub(super) fn open(path: &Arc<Path>) -> Result<Connection, SqliteError> {
    connect(path).map_err(|error| match SqliteError::new(path, error) {
        SqliteError::Failed { path, source } => SqliteError::Open {
            path,
            problem: source.to_string(),
        },
        error => error,
    })
}

/// Opens a connection that rejects writes.
pub(super) fn open_read_only(path: &Arc<Path>) -> Result<Connection, SqliteError> {
    let db = open(path)?;
    db.pragma_update(None, "query_only", true)
        .map_err(|error| SqliteError::new(path, error))?;
    Ok(db)
}

/// Opens a connection that leaves the file unchanged: it may not be an inbox, and must not get a write-ahead log then.
pub(super) fn open_unchanged(path: &Arc<Path>) -> Result<Connection, SqliteError> {
    connect_unchanged(path).map_err(|error| SqliteError::new(path, error))
}

fn connect_unchanged(path: &Arc<Path>) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    Ok(db)
}

fn connect(path: &Arc<Path>) -> rusqlite::Result<Connection> {
    let db = connect_unchanged(path)?;
    db.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    // Returns the resulting mode: a file system without shared memory cannot have a write-ahead log.
    db.pragma_update_and_check(None, "journal_mode", "wal", |row| {
        let mode: String = row.get(0)?;
        match mode.as_str() {
            "wal" => Ok(()),
            mode => {
                let problem = format!(
                    "journal_mode is {mode} and cannot be changed to WAL: a network file system has no shared memory; use a local disk"
                );
                Err(rusqlite::Error::ToSqlConversionFailure(problem.into()))
            }
        }
    })?;
    db.pragma_update(None, "synchronous", "FULL")?;
    // `fsync` alone does not reach the disk on Apple systems; no effect elsewhere.
    db.pragma_update(None, "fullfsync", true)?;
    db.pragma_update(None, "checkpoint_fullfsync", true)?;
    db.pragma_update_and_check(None, "journal_size_limit", JOURNAL_SIZE_LIMIT, |_| Ok(()))?;
    Ok(db)
}
